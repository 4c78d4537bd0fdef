"""Formats, encodings, hidden parts, formulas, folders, several files and sheets."""

from __future__ import annotations

import zipfile
from pathlib import Path

from raw_workbooks import number, sheet, text, workbook
from rosters.books import Rows, csv, ods, xls, xlsb, xlsx
from rosters.cases import Case
from rosters.layout import BOTH, ESTATES

HALVES = (ESTATES[:2], (ESTATES[0], ESTATES[2]))
MERGED: Rows = (
    ("新河镇小区花名册", None, None), ("小区", "社区", "户数"), ("三号院", "东村", 120), ("五号院", None, 60),
    ("六号院", None, 30),
)  # fmt: skip
"""A title over all columns, and a community merged over three rows."""
OF_MERGED = """
    + units 3301/三号院 estate 三号院
    + units 3301/五号院 estate 五号院
    + units 3301/六号院 estate 六号院
    + links 3301/三号院 territory 3301
    + links 3301/五号院 territory 3301
    + links 3301/六号院 territory 3301
    + measures 3301/三号院 households 120
    + measures 3301/五号院 households 60
    + measures 3301/六号院 households 30
"""
MEANT_MERGED: Rows = (MERGED[1], MERGED[2], ("五号院", "东村", 60), ("六号院", "东村", 30))
MEMBERS: Rows = (("姓名", "所在支部"), ("张三", "一支部"), ("李四", None), ("王五", None))
OF_MEMBERS = "\n".join(
    f"+ people {n}\n+ memberships {n} member 镇党委/一支部" for n in ("张三", "李四", "王五")
)
BOXES = [(0, 0, 0, 2), (2, 1, 4, 1)]


def _old(folder: Path) -> Path:
    return xls(folder / "小区花名册.xls", {"Sheet1": MERGED}, merged=BOXES)


def _formulas(folder: Path) -> Path:
    """A workbook with formulas whose values the program that wrote it kept, and one that it did not."""
    head = "".join(text(f"{c}1", h) for c, h in zip("ABC", ESTATES[0], strict=True))
    kept = '<c r="C2"><f>SUM(60,60)</f><v>120</v></c>'
    texts = '<c r="B3" t="str"><f>"四"&amp;"号院"</f><v>四号院</v></c>'
    lost = '<c r="C3"><f>SUM(40,40)</f></c>'
    rows = (
        f'<row r="1">{head}</row><row r="2">{text("A2", "东村")}{text("B2", "三号院")}{kept}</row>'
        f'<row r="3">{text("A3", "西村")}{texts}{lost}</row>'
    )
    return workbook(folder / "小区花名册.xlsx", {"Sheet1": sheet(rows)})


def _errors(folder: Path) -> Path:
    head = "".join(text(f"{c}1", h) for c, h in zip("ABC", ESTATES[0], strict=True))
    broken = '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    rows = (
        f'<row r="1">{head}</row><row r="2">{text("A2", "东村")}{text("B2", "三号院")}{broken}</row>'
        f'<row r="3">{text("A3", "西村")}{text("B3", "四号院")}{number("C3", 80)}</row>'
    )
    return workbook(folder / "小区花名册.xlsx", {"Sheet1": sheet(rows)})


def _far(folder: Path) -> Path:
    """A full stop that somebody once typed into the last column of the sheet."""
    cells = [(r, c, v) for r, row in enumerate(ESTATES, 1) for c, v in zip("ABC", row, strict=True)]
    lines = {
        r: "".join((number if isinstance(v, int) else text)(f"{c}{n}", v) for n, c, v in cells if n == r)
        for r in (1, 2, 3)
    }
    lines[3] += text("XFD3", ".")
    rows = "".join(f'<row r="{r}">{line}</row>' for r, line in lines.items())
    return workbook(folder / "小区花名册.xlsx", {"Sheet1": sheet(rows)})


def _folder(folder: Path) -> Path:
    """A folder as it comes: a subfolder, a lock file, a text beside the rosters."""
    inner = folder / "四月"
    (inner / "西村").mkdir(parents=True)
    xlsx(inner / "东村小区花名册.xlsx", {"Sheet1": HALVES[0]})
    xlsx(inner / "西村" / "小区花名册.xlsx", {"Sheet1": HALVES[1]})
    (inner / "~$东村小区花名册.xlsx").write_bytes(b"\x05user")
    (inner / "说明.docx").write_bytes(b"PK\x03\x04")
    return inner


def _protected(folder: Path) -> Path:
    """What Excel writes with a password: a compound file, the workbook encrypted inside."""
    made = xls(folder / "小区花名册.xlsx", {"Sheet1": ESTATES})
    data = made.read_bytes()
    return _renamed(made, data)


def _renamed(path: Path, data: bytes) -> Path:
    old, new = ("".join(word).encode("utf-16-le") for word in ("Workbook", "EncryptedPackage"))
    at = data.index(old + b"\0\0")
    entry = (new + b"\0\0").ljust(64, b"\0") + (len(new) + 2).to_bytes(2, "little")
    path.write_bytes(data[:at] + entry + data[at + 66 :])
    return path


CASES = [
    Case(
        "Excel 97, with merged cells",
        _old,
        becomes=OF_MERGED,
        meant=MEANT_MERGED,
        hard="takes the title for the header; two of three estates have no community",
    ),
    Case(
        "WPS (.et)",
        lambda folder: xls(folder / "小区花名册.et", {"Sheet1": MERGED}, merged=BOXES),
        becomes=OF_MERGED,
        meant=MEANT_MERGED,
        hard="takes the title for the header; two of three estates have no community",
    ),
    Case(
        "OpenDocument, with merged and repeated cells",
        lambda folder: ods(folder / "小区花名册.ods", {"Sheet1": MERGED}, merged=BOXES),
        becomes=OF_MERGED,
        meant=MEANT_MERGED,
        hard="takes the title for the header; two of three estates have no community",
    ),
    *(
        Case(
            f"a branch merged over three members, {ending}",
            lambda folder, write=write, ending=ending: write(
                folder / f"党员花名册{ending}", {"Sheet1": MEMBERS}, merged=[(1, 1, 3, 1)]
            ),
            becomes=OF_MEMBERS,
            meant=[MEMBERS[0], *((row[0], "一支部") for row in MEMBERS[1:])],
            hard="two of three members have no branch",
        )
        for ending, write in ((".xls", xls), (".ods", ods), (".xlsb", xlsb))
    ),
    Case(
        "a binary workbook",
        lambda folder: xlsb(folder / "小区花名册.xlsb", {"Sheet1": ESTATES}),
        becomes=BOTH,
        meant=ESTATES,
    ),
    Case(
        "a workbook that is called .csv",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"Sheet1": ESTATES}).rename(
            folder / "小区花名册.csv"
        ),
        becomes=BOTH,
        meant=ESTATES,
        hard="believes the name",
    ),
    Case(
        "a table of a text editor that is called .xls",
        lambda folder: csv(folder / "小区花名册.xls", ESTATES, encoding="gb18030", comma="\t"),
        becomes=BOTH,
        meant=ESTATES,
        hard="believes the name",
    ),
    Case(
        "a password",
        _protected,
        unreadable="密码",
        hard="says that it is no zip file",
    ),
    Case("UTF-8", lambda folder: csv(folder / "小区花名册.csv", ESTATES), becomes=BOTH, meant=ESTATES),
    Case(
        "UTF-8 with a byte order mark",
        lambda folder: csv(folder / "小区花名册.csv", ESTATES, encoding="utf-8-sig"),
        becomes=BOTH,
        meant=ESTATES,
    ),
    Case(
        "GB18030",
        lambda folder: csv(folder / "小区花名册.csv", [*ESTATES, ("东村", "㐂苑", 5)], encoding="gb18030"),
        becomes=BOTH
        + """
            + units 3301/㐂苑 estate 㐂苑
            + links 3301/㐂苑 territory 3301
            + measures 3301/㐂苑 households 5
        """,
        meant=[*ESTATES, ("东村", "㐂苑", 5)],
        hard="cannot decode it",
    ),
    Case(
        "Unicode text of Excel: UTF-16 with tabs",
        lambda folder: csv(folder / "小区花名册.txt", ESTATES, encoding="utf-16", comma="\t"),
        becomes=BOTH,
        meant=ESTATES,
        hard="cannot decode it",
    ),
    Case(
        "UTF-16 without a mark",
        lambda folder: csv(folder / "小区花名册.csv", ESTATES, encoding="utf-16-le"),
        becomes=BOTH,
        meant=ESTATES,
        hard="cannot decode it",
    ),
    Case(
        "semicolons",
        lambda folder: csv(folder / "小区花名册.csv", ESTATES, comma=";"),
        becomes=BOTH,
        meant=ESTATES,
        hard="makes one column of three",
    ),
    Case(
        "a text file with a title, a day and a total",
        lambda folder: csv(
            folder / "1.csv",
            [("新河镇小区花名册,,",), ("截至2022年4月30日", None, None), *ESTATES, ("合计", None, 200)],
            encoding="gb18030",
        ),
        options={"on": None},
        becomes=BOTH,
        says="info dropped-row 6 - 合计",
        meant=ESTATES,
        hard="cannot decode it, and would take the title for the header",
    ),
    Case(
        "commas, quotation marks and line breaks inside cells",
        lambda folder: csv(
            folder / "小区花名册.csv",
            [(*ESTATES[0], "备注"), (*ESTATES[1], '含"商铺",\n见附件'), (*ESTATES[2], None)],
        ),
        becomes=BOTH,
        meant=[(*ESTATES[0], "备注"), (*ESTATES[1], '含"商铺",\n见附件'), (*ESTATES[2], None)],
    ),
    Case(
        "a quotation mark that is never closed",
        lambda folder: _written(
            folder / "小区花名册.csv", '社区,小区,户数\n东村,"三号院,120\n西村,四号院,80\n'
        ),
        unreadable="引号没有配对",
        hard="makes one row of two",
    ),
    Case(
        "formulas, one without the value it gives",
        _formulas,
        becomes=BOTH.replace("+ measures 3302/四号院 households 80", ""),
        says="warning formula-without-value 3 C -",
        meant=ESTATES,
        hard="makes a blank of a formula whose value is not kept, and says nothing",
    ),
    Case(
        "an error of a formula",
        _errors,
        becomes=BOTH.replace("+ measures 3301/三号院 households 120", ""),
        says="warning error-value 2 C #DIV/0!",
        meant=[ESTATES[0], ("东村", "三号院", None), ESTATES[2]],
        hard="keeps the error as a text among figures",
    ),
    Case(
        "a stray cell in the last column of the sheet",
        _far,
        becomes=BOTH,
        says="warning far-cell 3 XFD .",
        meant=ESTATES,
        hard="makes 16,384 columns",
    ),
    Case(
        "hidden rows and a hidden sheet",
        lambda folder: xlsx(
            folder / "花名册.xlsx",
            {
                "小区花名册": ESTATES,
                "地点花名册": [("编号", "名称", "类别", "上级"), ("3303", "南村", "村", "33")],
            },
            hidden=["地点花名册"],
            hidden_rows=[3],
        ),
        becomes=BOTH + "+ units 3303 village 南村\n+ links 3303 territory 33",
        says="""
            info hidden-rows 3 - 3
            info hidden-sheet - - -
        """,
        meant=ESTATES,
    ),
    Case(
        "several sheets, one of them a page of instructions",
        lambda folder: xlsx(
            folder / "花名册.xlsx",
            {
                "填表说明": [("请各村社区如实填报",), ("每月25日前报送",)],
                "东村": [("小区花名册",), *HALVES[0]],
                "西村": [("小区花名册",), *HALVES[1]],
            },
        ),
        becomes=BOTH,
        says="warning unrecognised-sheet - - -",
        meant=ESTATES,
        hard="reads the first sheet only",
    ),
    Case(
        "several files",
        lambda folder: [
            xlsx(folder / f"小区花名册{i}.xlsx", {"Sheet1": half}) for i, half in enumerate(HALVES)
        ],
        becomes=BOTH,
        meant=ESTATES,
        hard="reads one file only",
    ),
    Case(
        "a folder with a subfolder, a lock file and a letter",
        _folder,
        becomes=BOTH,
        says="info passed-over - - -",
        meant=ESTATES,
        hard="reads no folders",
    ),
    Case(
        "a file cut off in the middle",
        lambda folder: _cut(xlsx(folder / "小区花名册.xlsx", {"Sheet1": ESTATES})),
        unreadable="小区花名册.xlsx",
        hard="says that it is no zip file",
    ),
    Case(
        "a workbook without cells",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"Sheet1": [], "Sheet2": []}),
        says="""
            error empty-sheet - - -
            error empty-sheet - - -
        """,
        refused=True,
    ),
]


def _written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def _cut(path: Path) -> Path:
    assert zipfile.is_zipfile(path)
    path.write_bytes(path.read_bytes()[:-200])
    return path
