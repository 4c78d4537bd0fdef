"""The cases: each makes the files of one import, spoilt in its own way, and gives their paths."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import values
from raw_workbooks import HEAD, number, sheet, text, workbook
from spoiling import archive, cut, parts_of, spoil_bytes, spoil_xml, with_part

Case = Callable[[random.Random, Path, Path], list[Path]]
"""Given dice, the folder to write to, and the folder of sound files."""

CASES: dict[str, Case] = {}

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "devkit" / "07_xlsx_corpus"
"""Workbooks of the old formats, which nothing here can write; where they are missing .ods stands for them."""

TABLE = "".join(
    f'<row r="{i}">{text(f"A{i}", "人和社区")}{text(f"B{i}", f"小区{i}")}{text(f"C{i}", "已入住")}</row>'
    for i in range(3, 60)
)
TITLE = f'<row r="1">{text("A1", "洪合镇小区花名册")}</row>'
HEADER = f'<row r="2">{text("A2", "社区")}{text("B2", "小区")}{text("C2", "状态")}</row>'
ESTATES = TITLE + HEADER + TABLE


def make_sound(folder: Path) -> None:
    """Write the sound files that are spoilt later."""
    lines = (EXAMPLES / "divisions/divisions-jiaxing.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith(("code", "33,", "3304,", "330411,", "330411106"))]
    (folder / "divisions.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    for path in (EXAMPLES / "honghe").glob("*.xlsx"):
        shutil.copyfile(path, folder / path.name)
    code = (
        "import sys, polars as pl; f = pl.read_csv(sys.argv[1], infer_schema=False);"
        "f.write_parquet(sys.argv[2]); f.head(3).with_columns(a=pl.lit(1.5), b=pl.lit(True),"
        "c=pl.date(2022, 4, 30)).write_parquet(sys.argv[3], compression='uncompressed')"
    )
    made = [folder / n for n in ("divisions.csv", "divisions.parquet", "typed.parquet")]
    subprocess.run([sys.executable, "-c", code, *map(str, made)], check=True)
    (folder / "estates.ods").write_bytes(values.ods(values.table(random.Random(1), 30)))


def case(function: Case) -> Case:
    """Register a case by its name."""
    CASES[function.__name__] = function
    return function


def _workbook(rng: random.Random, sound: Path) -> bytes:
    return rng.choice(sorted(sound.glob("*.xlsx"))).read_bytes()


def _old(rng: random.Random, sound: Path) -> Path:
    found = [p for e in ("xls", "xlsb", "ods") for p in sorted(CORPUS.glob(f"*.{e}"))]
    return rng.choice([*found, sound / "estates.ods"])


def _written(folder: Path, name: str, data: bytes) -> list[Path]:
    path = folder / name
    path.write_bytes(data)
    return [path]


@case
def bytes_in_members(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    return _written(folder, "a.xlsx", with_part(rng, _workbook(rng, sound), spoil_bytes))


@case
def xml_in_members(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    return _written(folder, "a.xlsx", with_part(rng, _workbook(rng, sound), spoil_xml))


@case
def bytes_of_the_archive(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    return _written(folder, "a.xlsx", spoil_bytes(rng, _workbook(rng, sound)))


@case
def truncated(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    path = rng.choice([*sorted(sound.iterdir()), _old(rng, sound)])
    return _written(folder, path.name, cut(rng, path.read_bytes()))


@case
def old_formats(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    path = _old(rng, sound)
    data = path.read_bytes()
    if path.suffix == ".xls" or rng.random() < 0.2:
        return _written(folder, path.name, spoil_bytes(rng, data))
    change = spoil_xml if path.suffix == ".ods" and rng.random() < 0.7 else spoil_bytes
    return _written(folder, path.name, with_part(rng, data, change))


@case
def text_bytes(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    data = (sound / "divisions.csv").read_text(encoding="utf-8")
    encoding = rng.choice(
        ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5")
    )
    spelt = data.encode(encoding, "replace")
    how = rng.random()
    if how < 0.4:
        spelt = spoil_bytes(rng, spelt)
    elif how < 0.6:
        spelt = rng.randbytes(rng.randrange(1, 20_000))
    elif how < 0.8:
        signs = ",;\t|\"'\n\r\0 ,中a1=+@\ufeff\u202e\x85\u2028"
        spelt = "".join(rng.choices(signs, k=rng.randrange(1, 30_000))).encode(encoding, "replace")
    name = rng.choice(("a.csv", "a.tsv", "a.txt", "a.xls", "a.et", "a"))
    return _written(folder, name, spelt)


@case
def parquet(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    data = rng.choice(sorted(sound.glob("*.parquet"))).read_bytes()
    if rng.random() < 0.5:  # the footer, where the figures are
        at = len(data) - min(len(data) - 8, rng.randrange(9, 2000))
        return _written(folder, "a.parquet", data[:at] + spoil_bytes(rng, data[at:-8]) + data[-8:])
    return _written(folder, "a.parquet", spoil_bytes(rng, data))


@case
def random_values(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    """A roster with proper headers, or with none, and anything in its cells."""
    table = values.table(rng, rng.choice((3, 30, 300)))
    kind = rng.choice(("xlsx", "xlsx", "csv", "ods"))
    if kind == "csv":
        return _written(folder, "a.csv", values.csv_of(rng, table))
    if kind == "ods":
        return _written(folder, "a.ods", values.ods(table))
    return [workbook(folder / "a.xlsx", {"S": sheet(values.rows(rng, table))})]


@case
def a_hundred_thousand_values(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    table = values.table(rng, 100_000 // len(values.HEADERS[0][1]) + 1, wanted=0)
    return [workbook(folder / "a.xlsx", {"S": sheet(values.rows(rng, table))})]


@case
def stray_cells(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    places = rng.choice((["ZZ200000"], ["XFD1048576"], ["ZZ200000", "XFD1048576"], ["XFD3"], ["A1048576"]))
    rows = "".join(
        f'<row r="{p.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}">{text(p, "手误")}</row>' for p in places
    )
    if rng.random() < 0.3:  # cells everywhere
        rows = "".join(f'<row r="{i}">{number(f"XFD{i}", i)}</row>' for i in range(100, 60_000, 7))
    tag = rng.choice(("A1:XFD1000000000", "A1:B2", "A1:XFD1048576", "B2", "", "A1:A99999999999999999999"))
    head = HEAD + f'<dimension ref="{tag}"/>'
    xml = sheet(ESTATES + rows, head=head)
    if rng.random() < 0.3:
        xml = xml.replace(
            "<row r=", rng.choice(("<row spans='1:16384' r=", "<row\nr=", "<row hidden='1' r="))
        )
    return [workbook(folder / "a.xlsx", {"S": xml})]


@case
def entity_bombs(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    layers = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    doctype = rng.choice(
        (
            f'<!DOCTYPE x [<!ENTITY l0 "哈哈哈">{layers}]>',
            f'<!DOCTYPE x [<!ENTITY l11 "{"x" * 100_000}">]>',
            '<!DOCTYPE x [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x SYSTEM "file:///dev/zero">',
        )
    )
    data = _workbook(rng, sound) if rng.random() < 0.7 else (sound / "estates.ods").read_bytes()
    parts = parts_of(data)
    name = rng.choice([n for n in parts if n.endswith((".xml", ".rels"))])
    old = parts[name].decode().partition("?>")[2] or parts[name].decode()
    new = doctype + old.replace("</", "&l11;" * rng.choice((1, 1000)) + "</", rng.choice((1, 50)))
    encoding = rng.choice(("utf-8", "utf-8", "utf-16", "gbk"))
    parts[name] = f'<?xml version="1.0" encoding="{encoding}"?>{new}'.encode(encoding, "xmlcharrefreplace")
    return _written(folder, "a.xlsx" if "xl/workbook.xml" in parts else "a.ods", archive(parts))


@case
def zip_bombs(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    """A part that inflates to much more than it seems: at once, or just under what is called a bomb."""
    path = folder / rng.choice(("a.xlsx", "a.xlsb", "a.ods"))
    parts = parts_of(
        _workbook(rng, sound) if path.suffix == ".xlsx" else (sound / "estates.ods").read_bytes()
    )
    name = rng.choice(list(parts))
    size = rng.choice((50, 300, 1500, 5000)) << 20
    rate = rng.choice((20, 100, 140, 1000))
    unit = rng.choice((b"<si><t>x</t></si>", b" ", b"<row/>", b'<c r="A1"><v>1</v></c>', b"\0"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for other, data in parts.items():
            if other != name:
                made.writestr(other, data)
        with made.open(name, "w", force_zip64=True) as target:
            half = len(parts[name]) // 2
            target.write(parts[name][:half])
            block = unit * ((1 << 20) // len(unit))
            if rate < 1000:  # noise, so that the rate stays below what is refused at sight
                noise = rng.randbytes((1 << 20) // rate * 3 // 4).hex().encode()
                block = block[: -len(noise)] + b"<!--" + noise + b"-->"
            for _ in range(size // len(block)):
                target.write(block)
            target.write(parts[name][half:])
    return _lied(rng, path)


def _lied(rng: random.Random, path: Path) -> list[Path]:
    """Sometimes the archive's own list says that the part is small."""
    if rng.random() < 0.4:
        with zipfile.ZipFile(path) as made:
            largest = max(i.file_size for i in made.infolist())
        if largest < 1 << 32:
            size = largest.to_bytes(4, "little")
            path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    return [path]


@case
def large(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    """Nothing wrong but the size: texts, columns, sheets, merged ranges, shared texts."""
    path, how = folder / "a.xlsx", rng.randrange(6)
    if how == 0:
        long = "长" * rng.choice((40_000, 1_000_000, 30_000_000))
        return [workbook(path, {"S": sheet(ESTATES + f'<row r="60">{text("B60", long)}</row>')})]
    if how == 1:
        return [workbook(path, {f"S{i}": sheet(ESTATES) for i in range(rng.choice((100, 1000)))})]
    if how == 2:
        from orgraph.roster.reading.grid import column_letters

        names = [column_letters(i) for i in range(1, 16_385)]
        return [
            workbook(
                path,
                {
                    "S": sheet(
                        TITLE
                        + HEADER
                        + "".join(
                            f'<row r="{r}">{"".join(text(f"{n}{r}", "已入住") for n in names)}</row>'
                            for r in range(3, rng.choice((4, 40)))
                        )
                    )
                },
            )
        ]
    if how == 3:
        ranges = "".join(f'<mergeCell ref="A{i}:C{i + 1000}"/>' for i in range(3, rng.choice((50, 20_000))))
        return [workbook(path, {"S": sheet(ESTATES, f"<mergeCells>{ranges}</mergeCells>")})]
    if how == 4:
        many = rng.choice((10_000, 300_000))
        rows = "".join(
            f'<row r="{i}">{number(f"A{i}", i)}{number(f"Z{i}", 1)}</row>' for i in range(60, many)
        )
        return [workbook(path, {"S": sheet(ESTATES + rows)})]
    return _written(folder, "a.csv", ("社区,小区,状态\n" + "人和社区,东苑,已入住\n" * 500_000).encode())


@case
def odd_names(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    """Files and sheets by names that mean something elsewhere."""
    name = rng.choice(
        (
            "[a].xlsx",
            "*.xlsx",
            "a\nb.xlsx",
            "a\x1b[31m.xlsx",
            "\u202exslx.a.xlsx",
            "名册 (副本).xlsx",
            "-n.xlsx",
            "%s{0}.xlsx",
        )
    )
    title = rng.choice(
        ("[red]", "a\tb", "'", "=1+1", "../x", "名" * 300, "\u202e", "\U0001f468\u200d\U0001f469")
    )
    rows = values.rows(rng, values.table(rng, 3))
    return [workbook(folder / name, {title: sheet(rows), title + "1": sheet(ESTATES)})]


@case
def several(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    """Sound and spoilt files side by side, or a folder of them."""
    for at, path in enumerate(rng.sample(sorted(sound.iterdir()), 3)):
        data = path.read_bytes()
        _written(folder, f"{at}{path.suffix}", data if rng.random() < 0.6 else spoil_bytes(rng, data))
    return [folder] if rng.random() < 0.5 else sorted(folder.iterdir())


@case
def bombs_of_other_kinds(rng: random.Random, folder: Path, sound: Path) -> list[Path]:
    """Shared texts, cells, columns or rows beyond measure, in files that look harmless."""
    how = rng.randrange(3)
    if how == 0:
        return _written(folder, "wide.csv", b"a" + b",b" * rng.choice((20_000, 3_000_000)) + b"\n1,2\n")
    if how == 1:
        code = (
            "import sys, polars as pl; f = pl.repeat('x', int(sys.argv[2]), eager=True).to_frame();"
            "f.lazy().sink_parquet(sys.argv[1])"
        )
        path = folder / "long.parquet"
        rows = rng.choice((1_000_000, 100_000_000))
        subprocess.run([sys.executable, "-c", code, str(path), str(rows)], check=True)
        return [path]
    parts = parts_of(rng.choice(sorted(sound.glob("*.xlsx"))).read_bytes())
    path, unit = folder / "texts.xlsx", rng.choice((b"<si><t/></si>", b"<si><t>x</t></si>"))
    related = "xl/_rels/workbook.xml.rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    if b"sharedStrings" not in parts[related]:
        tag = b'<Relationship Id="zz" Type="' + kind + b'" Target="sharedStrings.xml"/></Relationships>'
        parts[related] = parts[related].replace(b"</Relationships>", tag)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, data in parts.items():
            if name != "xl/sharedStrings.xml":
                made.writestr(name, data)
        with made.open("xl/sharedStrings.xml", "w", force_zip64=True) as target:
            target.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
            for _ in range(rng.choice((80, 95, 800, 1500))):
                noise = rng.randbytes(8_000).hex().encode()
                target.write(unit * (1_000_000 // len(unit)) + b"<!--" + noise + b"-->")
            target.write(b"</sst>")
    return [path]
