"""Where the cells of a run of whole rows stand, found in the bytes of the sheet's XML by vector passes.

Nearly every program writes rows and cells in one plain form: ``<row r="7" …><c r="A7" …>…</c>…</row>``.
In that form ten million cells are placed in about a second. Any other spelling that XML allows gives
None, never a guess: the reader behind this one makes sheets dense, and a single cell overlooked at
XFD1048576 would end the process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BLANK, VALUE, NO_VALUE, EMPTY_TEXT, ERROR = range(5)
"""Of a cell: nothing in it; a value; a formula without one; a value that is an empty text; an error value."""

PAD = b"\0" * 16
"""Must follow the bytes looked at, so that words may be read past their end."""

BLOCK = 1 << 17
"""Bytes compared at a time: so many stay in the processor's cache, and the results cost no fresh memory."""

_ROW, _CELL = b'<row r="', b'<c r="'
_PREFIXED = re.compile(rb"<[^<>\s:]+:(?:c|row)[\s/>]")
_CALLED_ERROR = re.compile(rb'<c [^>]*?\bt="e"')
_CALLED_TEXT = re.compile(rb'<c [^>]*?\bt="str"')
_HIDDEN = re.compile(rb'<row r="(\d+)"[^>]*?\shidden="(?:1|true)"')

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of some rows, in the order of the bytes.

    Attributes
    ----------
    row, column
        int64 (n): where each stands in the sheet, from 1.
    start, end
        int64 (n): the bytes that spell it.
    kind
        uint8 (n): `BLANK` … `ERROR`.
    hidden
        int64: numbers of the hidden rows.
    great_numbers
        Some value may be a number of a dozen digits or more.
    """

    row: Ints
    column: Ints
    start: Ints
    end: Ints
    kind: npt.NDArray[np.uint8]
    hidden: Ints
    great_numbers: bool


def cells_of(rows: bytes) -> Cells | None:
    """Find the cells in the bytes of whole rows, O(bytes) in vector passes.

    Parameters
    ----------
    rows
        From one ``<row`` to the end of a later row, and `PAD` behind.

    Returns
    -------
    Cells or None
        None when the rows are not in the plain form.
    """
    size = len(rows) - len(PAD)
    raw = np.frombuffer(rows, np.uint8)
    word: Words = np.ndarray(buffer=rows, dtype="<u8", strides=(1,), shape=(len(rows) - 7,))
    start, at_row, may_be_prefixed = _tags(raw[:size])
    at_row = at_row[(word[at_row] & np.uint64(0xFFFFFFFF)) == _word(b"<row")]
    odd_rows = (word[at_row] != _word(_ROW)).any()
    odd_cells = ((word[start] & np.uint64(0xFFFFFFFFFFFF)) != _word(_CELL)).any()
    if odd_rows or odd_cells or not len(at_row) or (len(start) and start[0] < at_row[0]):
        return None
    if may_be_prefixed and _PREFIXED.search(rows):
        return None
    digits = word[at_row + len(_ROW)]
    number, length = _numbers(digits)
    first = np.searchsorted(start, at_row)
    counts = np.diff(np.append(first, len(start)))
    place = _columns(word, start, digits, length, counts)
    end = _ends(word, start, at_row, first, size)
    if place is None or end is None or (length == 0).any() or (number == 0).any():
        return None
    tail = word[end - 8]
    kind = _kinds(rows, raw, tail, start, end)
    bare = (start[first[counts > 0]] - at_row[counts > 0] == length[counts > 0] + len(_ROW) + 2).all()
    hidden = [] if bare and (counts > 0).all() else [int(n) for n in _HIDDEN.findall(rows)]
    great = _any_great(word, tail, end)
    return Cells(np.repeat(number, counts), place, start, end, kind, np.array(hidden, np.int64), great)


def _tags(raw: npt.NDArray[np.uint8]) -> tuple[Ints, Ints, bool]:
    """Where ``<c`` and ``<r`` stand, and whether ``:c`` or ``:r`` does anywhere."""
    at_c, at_r, after_colon = [], [], False
    for at in range(0, len(raw) - 1, BLOCK):
        now, then = raw[at : at + BLOCK], raw[at + 1 : at + 1 + BLOCK]
        now = now[: len(then)]
        opens, is_c, is_r = now == ord("<"), then == ord("c"), then == ord("r")
        at_c.append(np.flatnonzero(opens & is_c) + at)
        at_r.append(np.flatnonzero(opens & is_r) + at)
        is_c |= is_r
        is_c &= now == ord(":")
        after_colon = after_colon or bool(is_c.any())
    nothing = np.zeros(0, np.int64)
    return np.concatenate([nothing, *at_c]), np.concatenate([nothing, *at_r]), after_colon


def _word(text: bytes) -> np.uint64:
    """Up to eight bytes as the number that the processor reads there."""
    return np.uint64(int.from_bytes(text, "little"))


def _numbers(digits: Words) -> tuple[Ints, Ints]:
    """Numbers of up to seven digits that end in a quotation mark, and how many; 0: no number."""
    number, length = np.zeros(len(digits), np.int64), np.zeros(len(digits), np.int64)
    going = np.ones(len(digits), bool)
    sound = np.zeros(len(digits), bool)
    for i in range(8):
        byte = ((digits >> np.uint64(8 * i)) & np.uint64(255)).astype(np.int64)
        sound |= going & (byte == ord('"'))
        going &= (byte >= ord("0")) & (byte <= ord("9"))
        number = np.where(going, number * 10 + byte - ord("0"), number)
        length += going
    return number, np.where(sound, length, 0)


def _columns(word: Words, start: Ints, digits: Words, length: Ints, counts: Ints) -> Ints | None:
    """Columns of cells that name the row they stand in; None when one does not.

    `digits` and `length` spell the number of each row, `counts` says how many cells it has.
    """
    reference = word[start + len(_CELL)]
    codes = [(reference >> np.uint64(8 * i)).astype(np.uint8) - np.uint8(64) for i in range(3)]
    if not _are_letters(codes[0]).all():
        return None
    column: Ints = codes[0].astype(np.int64)
    letters: Ints = np.ones(1, np.int64)
    two = _are_letters(codes[1])
    if two.any():
        three = two & _are_letters(codes[2])
        column = np.where(two, column * 26 + codes[1], column)
        column = np.where(three, column * 26 + codes[2], column)
        letters = two.astype(np.int64) + three + 1
    mask = ~np.uint64(0) >> (np.uint64(56) - 8 * length.astype(np.uint64))
    rest = word[start + len(_CELL) + letters]
    odd = (rest & np.repeat(mask, counts)) != np.repeat(digits & mask, counts)
    return None if odd.any() else column


def _are_letters(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Whether codes count letters from 1; a byte that is none has wrapped round past 26."""
    return (codes - np.uint8(1)) < 26


def _ends(word: Words, start: Ints, at_row: Ints, first: Ints, size: int) -> Ints | None:
    """Where each cell ends: at the next, or at the end of its row; None when something else is between."""
    end = np.append(start[1:], size)[: len(start)]
    row_end = np.append(at_row[1:], size) - len(b"</row>")
    filled = np.append(first[1:], len(start)) > first
    last = np.append(first[1:], len(start))[filled] - 1
    closes = (word[np.maximum(row_end[filled], 0)] & np.uint64(0xFFFFFFFFFFFF)) == _word(b"</row>")
    end[last] = row_end[filled]
    tail = word[end - 8] >> np.uint64(32)
    closed = (tail == _word(b"</c>")) | ((tail >> np.uint64(16)) == _word(b"/>"))
    return end if closes.all() and closed.all() else None


def _kinds(
    rows: bytes, raw: npt.NDArray[np.uint8], tail: Words, start: Ints, end: Ints
) -> npt.NDArray[np.uint8]:
    """What each cell holds, told by its last eight bytes; only rare forms are looked at one by one."""
    has_v = tail == _word(b"</v></c>")
    kind = np.where((tail >> np.uint64(48)) == _word(b"/>"), np.uint8(BLANK), np.uint8(VALUE))
    empty = np.flatnonzero((tail >> np.uint64(24)) == _word(b"></c>"))
    sixth = raw[end[empty] - 6]
    kind[empty[(sixth == ord('"')) | (sixth == ord("'"))]] = BLANK
    before = np.where(has_v, raw[end - 9], np.uint8(0))
    no_v = (tail == _word(b"</f></c>")) | (before == ord(">"))
    no_v[empty[sixth == ord("/")]] = True
    for i in np.flatnonzero(no_v):
        kind[i] = _without_value(rows[start[i] : end[i]])
    suspects = (before == ord("!")) | (before == ord("A")) | (before == ord("?"))
    for i in np.flatnonzero(suspects):
        if _CALLED_ERROR.match(rows, start[i], end[i]):
            kind[i] = ERROR
    return kind


def _any_great(word: Words, tail: Words, end: Ints) -> bool:
    """Whether any value ends in a dozen digits, or in an exponent of two; `tail`: as of `_kinds`."""
    last = end[tail == _word(b"</v></c>")] - 16
    eight = word[last]
    for byte in (4, 5):
        if (((eight >> np.uint64(8 * byte)) & np.uint64(0xDF)) == ord("E")).any():
            return True
    twelve = last[_near_digits(eight)] - 4
    return bool(_near_digits(word[twelve]).any())


def _near_digits(eight: Words) -> npt.NDArray[np.bool_]:
    """Whether all bytes are digits, or one of the six signs behind 9, which stand in no number."""
    near: npt.NDArray[np.bool_] = (eight & np.uint64(0xF0F0F0F0F0F0F0F0)) == np.uint64(0x3030303030303030)
    return near


def _without_value(spelt: bytes) -> int:
    """What a cell is whose ``<v>`` is empty or missing."""
    if b"<is" in spelt or (b"<v" in spelt and _CALLED_TEXT.match(spelt)):
        return EMPTY_TEXT
    return NO_VALUE if b"<f" in spelt else BLANK
