"""Which encoding a text file is in, and its text as UTF-8."""

from __future__ import annotations

import codecs

import polars as pl

from orgraph.model.glossary import say
from orgraph.roster.reading.grid import UnreadableError

LOOK = 1 << 16
"""Bytes looked at to tell text from other things."""

_BLOCK = 1 << 22
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


SPOILT = "\ufffd"
"""Stands where bytes could not be read."""


def as_utf8(data: bytes) -> tuple[bytes, bool]:
    """The text as UTF-8 without a mark, and whether U+FFFD is in it, which bytes that cannot be read become.

    UTF-8, UTF-16 and UTF-32 are told by their mark; UTF-16 without one by its zero bytes; else the text is
    UTF-8 where it is valid, and GB18030 (which holds GBK and GB2312) where it is not. A text of which
    less than a twentieth is broken UTF-8 is taken for UTF-8 with an accident, not for Chinese in GBK.

    Raises
    ------
    UnreadableError
        It is not text.
    """
    encoding, length = _marked(data)
    body = data[length:] if length else data
    if encoding in ("", "utf-8") and _is_utf8(body):
        text = body
    else:
        text = body.decode(encoding or _guessed(body), "replace").encode("utf-8", "replace")
    if b"\0" in text or _is_binary(text[:LOOK]):
        raise UnreadableError(
            say(
                zh="不是表格文本。请用 Excel 或 WPS 打开,另存为 .xlsx",
                en="this is no table of text. Open it in Excel or WPS and save it as .xlsx",
            )
        )
    mark = SPOILT.encode()
    return text, mark[:1] in text and mark in text  # one byte alone is found much faster


def _marked(data: bytes) -> tuple[str, int]:
    """The encoding that a mark or zero bytes tell, and the length of the mark."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, len(mark)
    head = data[:LOOK]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 1 and not even:
        return "utf-16-le", 0
    if even > 1 and not odd:
        return "utf-16-be", 0
    return "", 0


def _is_utf8(data: bytes) -> bool:
    """Whether all of it is valid, without holding the decoded text."""
    start = 0
    while start < len(data):
        stop = start + _BLOCK
        while start + _BLOCK - 4 < stop < len(data) and data[stop] & 0xC0 == 0x80:
            stop -= 1  # not amid a character
        try:
            pl.Series([data[start:stop]]).cast(pl.String)
        except pl.exceptions.PolarsError:
            return False
        start = stop
    return True


def _guessed(data: bytes) -> str:
    """UTF-8 with an accident, or GB18030."""
    foreign = len(data) - len(data.translate(None, bytes(range(128, 256))))
    broken = data.decode("utf-8", "replace").count(SPOILT)
    return "utf-8" if broken * 20 < foreign else "gb18030"


def _is_binary(head: bytes) -> bool:
    controls = len(head) - len(head.translate(None, bytes([*range(9), *range(14, 32)])))
    return controls * 50 > len(head)
