"""Rosters with anything in their cells."""

from __future__ import annotations

import csv
import io
import random
from xml.sax.saxutils import escape

from raw_workbooks import number, text
from spoiling import archive

from orgraph.roster.reading.grid import column_letters

Table = list[list[str | float | None]]

HEADERS = (
    (
        "洪合镇党组织花名册",
        ["组织代码", "党组织名称", "组织类别", "上级党组织", "书记", "联系电话", "覆盖", "党员数"],
    ),
    ("洪合镇小区花名册", ["社区", "小区", "状态", "户数", "人口", "新居民"]),
    ("洪合镇微网格长花名册", ["社区", "小区", "党小组", "微网格", "微网格长", "联系电话", "户数", "人口"]),
    ("流动党支部花名册", ["党组织名称", "组织类别", "上级党组织", "流出地", "书记", "联系电话", "党员数"]),
    ("流动党员花名册", ["姓名", "所在党支部", "党员类别", "入党时间", "联系电话", "身份证号"]),
    ("志愿服务台账", ["党支部", "月份", "服务时长", "服务人次"]),
    ("区划", ["code", "name", "parent", "level"]),
)
"""Titles and headers of rosters that the store knows."""

PROPER = (
    "人和社区",
    "横泾桥社区",
    "洪合镇",
    "330411106",
    "已入住",
    "张三",
    "党总支",
    "家园支部",
    "微网格",
    "正式党员",
    "2022-04-30",
    "1998.07",
    "1998年7月",
    "13812345678",
    "11010519491231002X",
    "50",
    "village",
    "一、二",
    "合计",
)
ODD = (
    "",
    " ",
    "\u3000",
    "\t",
    "\n",
    "-",
    "/",
    "无",
    "N/A",
    "null",
    "nan",
    "inf",
    "-inf",
    "0",
    "-0",
    "00",
    "1e400",
    "-1e-400",
    "99999999999999999999999",
    "9223372036854775807",
    "9223372036854775808",
    "1e18",
    "1.5万",
    "3亿亩",
    "2022年13月45日",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "1900-02-29",
    "-1-1-1",
    "29991231",
    "2958466",
    "截至2022年4月30日",
    "截至9999年99月99日",
    "=1+1",
    "=CMD|'/C calc'!A0",
    "@SUM(A1)",
    "+1",
    "#N/A",
    "#REF!",
    "\u202e倒写\u202c",
    "مرحبا",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "e\u0301\u0302\u0303",
    "\ufeff",
    "\u200b",
    "\u00a0",
    "\u2028",
    "\uffff",
    "\ufffe",
    "\x7f",
    "\x85",
    "\ue000",
    "\U0010ffff",
    "_x000D_",
    "_x0041_",
    "%s%n{0}{}",
    "[red]",
    "[/]",
    "[link=x]y",
    "\\",
    "'",
    '"',
    "'; DROP TABLE units; --",
    "</script>",
    "$1",
    "\\1",
    "330411106/" * 40,
    "~",
    "甲~2",
    "/",
    "//",
    "a/b/c",
    "、、、",
    ",;|,;",
    "()",
    "(",
    "张三(兼)",
    "１２３",
    "㈠",
    "Ⅻ",
)
NUMBERS = (
    0,
    -0.0,
    1,
    -1,
    0.1,
    1e-300,
    1e300,
    1e18,
    2**53,
    2**63,
    -(2**63),
    44681,
    2958465,
    2958466,
    -5,
    60,
    0.999999,
)
TOP = 0x110000


def value(rng: random.Random) -> str | float | None:
    """Anything that a cell may hold."""
    how = rng.random()
    if how < 0.35:
        return rng.choice(PROPER)
    if how < 0.65:
        return rng.choice(ODD)
    if how < 0.75:
        return rng.choice((*NUMBERS, rng.uniform(-1e6, 1e6), rng.randrange(10**12)))
    if how < 0.8:
        return None
    if how < 0.801:
        return rng.choice(("长", "x", " ", "1", "a/", "、")) * rng.choice((5_000, 33_000))
    size = rng.choice((1, 2, 3, 8, 40))
    signs = (rng.choice((0x80, 0x300, 0x9FFF, 0x10000, TOP)) for _ in range(size))
    return "".join(chr(rng.randrange(top)) for top in signs)


def table(rng: random.Random, height: int, wanted: int | None = None) -> Table:
    """A title, headers that are at times spoilt too, and rows."""
    title, headers = HEADERS[wanted] if wanted is not None else rng.choice(HEADERS)
    made: Table = [[title]] if rng.random() < 0.8 or wanted is not None else []
    names: list[str | float | None] = list(headers)
    if wanted is None:
        rng.shuffle(names)
        names = [n if rng.random() < 0.9 else value(rng) for n in names]
    steady = [rng.choice(PROPER) if rng.random() < 0.3 else None for _ in names]
    made.append(names)
    made += [[one or value(rng) for one in steady] for _ in range(height)]
    return made


def rows(rng: random.Random, made: Table) -> str:
    """The rows of a sheet's XML; some cells are formulas, dates or errors."""
    out = []
    for r, cells in enumerate(made, start=1):
        spelt = [
            _cell(rng, f"{column_letters(c)}{r}", v) for c, v in enumerate(cells, start=1) if v is not None
        ]
        out.append(f'<row r="{r}">{"".join(spelt)}</row>')
    return "".join(out)


def _cell(rng: random.Random, place: str, v: str | float) -> str:
    how = rng.random()
    if isinstance(v, float | int):
        return number(place, v, style=int(how < 0.4))
    plain = _xml(v)
    if how < 0.03:
        return f'<c r="{place}" t="str"><f>{escape(plain)}</f><v>{escape(plain)}</v></c>'
    if how < 0.06:
        return (
            f'<c r="{place}"><f>SUM(A1:A9)</f></c>' if how < 0.05 else f'<c r="{place}" t="e"><v>#N/A</v></c>'
        )
    if how < 0.08:
        return f'<c r="{place}" t="{rng.choice(("s", "b", "n", "d", "e", "x"))}"><v>{escape(plain)}</v></c>'
    if how < 0.09:
        codes = "".join(
            f"&#{rng.choice((0, 1, 8, 0xD800, 0xDFFF, 0xFFFF, 0x110000, 65, 10))};" for _ in range(2)
        )
        return f'<c r="{place}" t="inlineStr"><is><t>{codes}</t></is></c>'
    return text(place, plain if how > 0.2 else _bare(v))


def _xml(v: str) -> str:
    """A text that XML allows."""
    return "".join(
        c for c in v if c in "\t\n\r" or " " <= c < "\ud800" or "\ue000" <= c < "\ufffe" or c > "\uffff"
    )


def _bare(v: str) -> str:
    """A text with control characters that XML forbids and programs write all the same."""
    return "".join(c for c in v if not "\ud800" <= c <= "\udfff")


def csv_of(rng: random.Random, made: Table) -> bytes:
    """The table as CSV, surrogates as the three bytes that some programs write."""
    out = io.StringIO()
    csv.writer(out, delimiter=rng.choice(",,,;\t|"), quoting=rng.choice((0, 1))).writerows(made)
    encoding = rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    return out.getvalue().encode(encoding, "surrogatepass" if encoding != "gb18030" else "replace")


def ods(made: Table) -> bytes:
    """The table as an .ods."""
    spelt = "".join(
        "<table:table-row>" + "".join(_ods_cell(v) for v in cells) + "</table:table-row>" for cells in made
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{urn}:office:1.0" '
        f'xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{spelt}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(errors="replace"),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def _ods_cell(v: str | float | None) -> str:
    if v is None:
        return "<table:table-cell/>"
    if isinstance(v, float | int):
        return f'<table:table-cell office:value-type="float" office:value="{v}"/>'
    return (
        f'<table:table-cell office:value-type="string"><text:p>{escape(_xml(v))}</text:p></table:table-cell>'
    )
