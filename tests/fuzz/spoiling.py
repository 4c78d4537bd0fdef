"""Ways to spoil bytes, XML and archives."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping

Parts = dict[str, bytes]

NUMBERS = (
    b"0", b"-1", b"1", b"255", b"65536", b"1048576", b"1048577", b"16384", b"2147483647", b"2147483648",
    b"4294967295", b"4294967296", b"9223372036854775807", b"18446744073709551615", b"99999999999999999999",
    b"1e308", b"1e999", b"-1e-320", b"NaN", b"inf", b"", b" ", b"0x10", b"1_000", b"\xe2\x91\xa0",
)  # fmt: skip
WORDS = (
    b"A1", b"XFD1048576", b"A0", b"AAAA1", b"ZZZ9999999", b"A1:XFD1048576", b"B2:A1", b"#REF!", b"s", b"str",
    b"inlineStr", b"e", b"b", b"d", b"n", b"true", b"hidden", b"rId1", b"rId999", b"../../../etc/passwd",
    b"/xl/worksheets/sheet1.xml", b"worksheets/", b"&#0;", b"&#x10FFFF;", b"&amp;", b"&lol;", b"<", b">",
    b"]]>", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x91\xa8", b"_x000D_", b"_xFFFF_",
)  # fmt: skip
_VALUE = re.compile(rb'(?<==")[^"]*(?=")|(?<=>)[^<>]+(?=<)')
_TAG = re.compile(rb"</?[^<>]*>")


def spoil_bytes(rng: random.Random, data: bytes) -> bytes:
    """Some bytes overwritten, put in, cut out, or doubled."""
    changed = bytearray(data or b"\0")
    for _ in range(rng.choice((1, 1, 2, 5, 20, 200))):
        at = rng.randrange(len(changed) or 1)
        size = rng.choice((1, 1, 2, 4, 8, 64, 1000))
        how = rng.randrange(5)
        if how == 0:
            changed[at : at + 1] = bytes([rng.randrange(256)])
        elif how == 1:
            changed[at : at + size] = rng.randbytes(size)
        elif how == 2:
            del changed[at : at + size]
        elif how == 3:
            changed[at:at] = changed[at : at + size]
        else:
            changed[at : at + size] = rng.choice((b"\0", b"\xff", b"\x80", b"\x7f")) * size
    return bytes(changed)


def spoil_xml(rng: random.Random, data: bytes) -> bytes:
    """Some values of attributes and texts replaced, some tags dropped, doubled or swapped."""
    for _ in range(rng.choice((1, 1, 2, 5, 30))):
        pattern = _TAG if rng.random() < 0.3 else _VALUE
        places = [m.span() for m in pattern.finditer(data)]
        if not places:
            return spoil_bytes(rng, data)
        (start, end), (other, stop) = rng.choice(places), rng.choice(places)
        if pattern is _VALUE:
            new = rng.choice((rng.choice(NUMBERS), rng.choice(WORDS), data[other:stop], rng.randbytes(9)))
        else:
            new = rng.choice((b"", data[start:end] * 2, data[other:stop], data[start:end][:-1] + b"/>"))
        data = data[:start] + new + data[end:]
    return data


def parts_of(data: bytes) -> Parts:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive(parts: Mapping[str, bytes]) -> bytes:
    """An archive that is whole whatever its parts hold."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


def with_part(rng: random.Random, data: bytes, change: Callable[[random.Random, bytes], bytes]) -> bytes:
    """An archive with one or two parts changed, dropped, or renamed."""
    parts = parts_of(data)
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(list(parts))
        how = rng.random()
        if how < 0.9:
            parts[name] = change(rng, parts[name])
        elif how < 0.95:
            del parts[name]
        else:
            parts[rng.choice((name.upper(), name.replace("/", "\\"), "/" + name, "x/" + name))] = parts[name]
        if not parts:
            break
    return archive(parts)


def cut(rng: random.Random, data: bytes) -> bytes:
    """The beginning of a file, or its end."""
    at = rng.randrange(len(data))
    return data[:at] if rng.random() < 0.8 else data[at:]
