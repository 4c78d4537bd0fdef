"""Days and periods as people write them: 2022, 2022-04, 2022.4.30, 2022年4月30日, 20220430."""

from __future__ import annotations

import re
from datetime import date, timedelta
from unicodedata import normalize

from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say

_WRITTEN = (
    re.compile(r"(\d{4})年?"),
    re.compile(r"(\d{4})[-./年](\d{1,2})月?"),
    re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?"),
    re.compile(r"(\d{4})(\d\d)(\d\d)"),
)


def period(text: str) -> tuple[date, date]:
    """First day of the year, month or day meant, and the day after its last.

    Raises
    ------
    OrgraphError
        The text is no year, month or day, or there is no such day.

    Examples
    --------
    >>> period("2022年4月")
    (datetime.date(2022, 4, 1), datetime.date(2022, 5, 1))
    """
    plain = "".join(normalize("NFKC", text).split())
    found = next((match for form in _WRITTEN if (match := form.fullmatch(plain))), None)
    try:
        if found is None:
            raise ValueError  # noqa: TRY301 -- one message for a text of no form and a day that never was
        year, *rest = map(int, found.groups())
        first = date(year, *[*rest, 1, 1][:2])
        if len(rest) == 2:
            return first, first + timedelta(days=1)
        return first, date(year + 1, 1, 1) if not rest or rest[0] == 12 else date(year, rest[0] + 1, 1)
    except (ValueError, OverflowError):
        raise OrgraphError(
            say(
                zh=f"“{text}”不是日期。可写 2022、2022-04、2022-04-30 或 2022年4月30日",
                en=f"'{text}' is no day. Write 2022, 2022-04, 2022-04-30 or 2022年4月30日",
            )
        ) from None


def day(text: str) -> date:
    """The day meant; a year or month means its last day, as in "by the end of April".

    Examples
    --------
    >>> day("2022-04"), day("20220430")
    (datetime.date(2022, 4, 30), datetime.date(2022, 4, 30))
    """
    return period(text)[1] - timedelta(days=1)
