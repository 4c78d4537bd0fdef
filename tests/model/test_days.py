"""Days and periods as people write them."""

from datetime import date

import pytest

from orgraph.model.days import day, period
from orgraph.model.errors import OrgraphError


@pytest.mark.parametrize(
    ("text", "first", "beyond"),
    [
        ("2022", date(2022, 1, 1), date(2023, 1, 1)),
        ("2022年", date(2022, 1, 1), date(2023, 1, 1)),
        ("2022-04", date(2022, 4, 1), date(2022, 5, 1)),
        ("2022-12", date(2022, 12, 1), date(2023, 1, 1)),
        ("2022年4月", date(2022, 4, 1), date(2022, 5, 1)),
        ("2022-04-30", date(2022, 4, 30), date(2022, 5, 1)),
        ("2022.4.30", date(2022, 4, 30), date(2022, 5, 1)),
        (" 2022 年 4 月 30 日 ", date(2022, 4, 30), date(2022, 5, 1)),
        ("２０２２年４月３０日", date(2022, 4, 30), date(2022, 5, 1)),
        ("20220430", date(2022, 4, 30), date(2022, 5, 1)),
        ("2020-02-29", date(2020, 2, 29), date(2020, 3, 1)),
    ],
)
def test_a_period_is_half_open(text, first, beyond):
    assert period(text) == (first, beyond)


def test_a_year_or_month_as_a_day_is_its_last():
    assert [day(t) for t in ("2022", "2022-02", "2022-04-12")] == [
        date(2022, 12, 31),
        date(2022, 2, 28),
        date(2022, 4, 12),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "四月", "202204", "22-04-01", "2022-13", "2022-02-30", "2022-04-", "0000", "9999-12-31", "1" * 5000],
)
def test_what_is_no_day_is_refused_with_the_text_and_the_forms(text):
    with pytest.raises(OrgraphError, match="2022年4月30日"):
        period(text)
