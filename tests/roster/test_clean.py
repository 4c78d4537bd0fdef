"""Cells as clerks write them, and what they mean."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from orgraph.roster.cells import clean, dates, numbers, private
from orgraph.roster.cells.numbers import Amount

WIDE_OPEN, WIDE_CLOSE, WIDE_SPACE, WIDE_COMMA = "\uff08", "\uff09", "\u3000", "\uff0c"


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        (f"{WIDE_SPACE}张 三 ", "张 三"),
        ("ABC\uff11\uff12", "ABC12"),
        ("'0012", "0012"),
        ("a\u200bb\ufeff", "ab"),
        ("   ", None),
        ("", None),
        (None, None),
        (f"高桥花园{WIDE_OPEN}东{WIDE_CLOSE}", f"高桥花园{WIDE_OPEN}东{WIDE_CLOSE}"),
    ],
)
def test_tidying(cell: str | None, meant: str | None) -> None:
    assert clean.tidy(pl.Series([cell], dtype=pl.String)).to_list() == [meant]


def test_none_clears_and_fillers_say_nothing() -> None:
    cells = pl.Series(["无", "/", "\uff0f", "暂无", "-", "N/A", "有", None])
    values, clears = clean.split_clear(cells)
    assert values.to_list() == [None] * 6 + ["有", None]
    assert clears.to_list() == [True] * 4 + [False] * 4


def test_names_of_units_and_people() -> None:
    assert clean.unit_names(pl.Series(["洪合 镇", "A  B", "1 号楼"])).to_list() == ["洪合镇", "A B", "1号楼"]
    people = pl.Series(["张 三", f"李四{WIDE_OPEN}兼{WIDE_CLOSE}", "阿依\u2022古丽", "(空)"])
    assert clean.person_names(people).to_list() == ["张三", "李四", "阿依·古丽", None]


def test_several_people_in_a_cell() -> None:
    cells = pl.Series(
        [
            "张三、李 四",
            "张三 李四",
            "欧阳 娜娜",
            "张 三",
            f"A/B;C{WIDE_COMMA}D",
            "张三\n李四",
            "张三,张三",
            None,
        ]
    )
    assert clean.person_lists(cells).to_list() == [
        ["张三", "李四"], ["张三", "李四"], ["欧阳娜娜"], ["张三"],
        ["A", "B", "C", "D"], ["张三", "李四"], ["张三"], None,
    ]  # fmt: skip
    assert clean.person_lists(cells.head(0)).len() == 0


def test_a_slash_is_part_of_a_path_not_of_a_list() -> None:
    assert clean.parts(pl.Series(["东村/一号院、西村", "、甲、"])).to_list() == [
        ["东村/一号院", "西村"],
        ["甲"],
    ]


def test_codes_that_lost_digits_are_bad() -> None:
    read = clean.codes(pl.Series(["330411 106", "330411106.0", "3.3E+11", "0", None]))
    assert read.values.to_list()[:2] == ["330411106", "330411106"]
    assert read.values.to_list()[3:] == [None, None]
    assert read.bad.to_list() == [False, False, True, False, False]


def test_keys_forgive_width_case_and_spaces_but_not_dashes() -> None:
    alike = clean.keys(pl.Series([f"高桥{WIDE_OPEN}东{WIDE_CLOSE}A", "高桥 (东)a"]))
    assert alike[0] == alike[1]
    one, other = clean.keys(pl.Series(["1-1网格", "11网格"]))
    assert one != other


def test_truths_and_choices() -> None:
    read = clean.truths(pl.Series(["是", "×", "真", "False", "也许", None]))
    assert read.values.to_list() == [True, False, True, False, None, None]
    assert read.bad.to_list() == [False, False, False, False, True, False]
    words = {"full": "full", "正式党员": "full"}
    chosen = clean.choices(pl.Series(["正式党员", "正式 党员", "预备", None]), words)
    assert chosen.values.to_list() == ["full", "full", None, None]
    assert chosen.bad.to_list() == [False, False, True, False]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2022-04-30", date(2022, 4, 30)),
        ("2022-04-30 08:05:00", date(2022, 4, 30)),
        ("1998.07", date(1998, 7, 1)),
        ("1998年7月", date(1998, 7, 1)),
        ("1998年7月1日", date(1998, 7, 1)),
        ("19980701", date(1998, 7, 1)),
        ("199807", date(1998, 7, 1)),
        ("2022/4/3", date(2022, 4, 3)),
        ("36000", date(1998, 7, 24)),
        ("2022", date(2022, 1, 1)),
        ("二〇二二年十二月三十一日", date(2022, 12, 31)),
        ("二○一九年十月", date(2019, 10, 1)),
        ("2022年6月底", date(2022, 6, 30)),
        ("2024年2月末", date(2024, 2, 29)),
        ("2022年二季度末", date(2022, 6, 30)),
        ("2022年第4季度末", date(2022, 12, 31)),
        ("2022年底", date(2022, 12, 31)),
        ("二〇二二年年末", date(2022, 12, 31)),
    ],
)
def test_dates(cell: str, day: date) -> None:
    read = dates.dates(pl.Series([cell, None]))
    assert read.values.to_list() == [day, None]
    assert not read.bad.any()


@pytest.mark.parametrize(
    "cell",
    [
        "2022-02-30",
        "30/4/2022",
        "98.7",
        "199813",
        "去年",
        "月底",
        "2022年13月底",
        "2022年5季度末",
        "0000-00-00",
        "99999999",
    ],
)
def test_what_is_no_date(cell: str) -> None:
    read = dates.dates(pl.Series([cell]))
    assert read.values.to_list() == [None]
    assert read.bad.to_list() == [True]


def test_dates_that_a_spreadsheet_spoils_and_ends_that_are_open() -> None:
    read = dates.dates(pl.Series(["1998.1", "1998.10", "至今"]))
    assert read.doubtful is not None
    assert read.doubtful.to_list() == [True, False, False]
    assert read.values.to_list() == [date(1998, 1, 1), date(1998, 10, 1), None]
    assert not read.bad.any()
    old = dates.dates(pl.Series(["34538", "1998-07-24"]), date1904=True)
    assert old.values.to_list() == [date(1998, 7, 24), date(1998, 7, 24)]


@pytest.mark.parametrize(
    ("cell", "first", "after"),
    [
        ("2022年4月", date(2022, 4, 1), date(2022, 5, 1)),
        ("202212", date(2022, 12, 1), date(2023, 1, 1)),
        ("2022", date(2022, 1, 1), date(2023, 1, 1)),
        ("2022年一季度", date(2022, 1, 1), date(2022, 4, 1)),
        ("2022Q4", date(2022, 10, 1), date(2023, 1, 1)),
        ("2022年下半年", date(2022, 7, 1), date(2023, 1, 1)),
        ("2022-04-30", date(2022, 4, 30), date(2022, 5, 1)),
    ],
)
def test_periods(cell: str, first: date, after: date) -> None:
    values, bad = dates.periods(pl.Series([cell, "x", None]))
    assert values[0] == {"first": first, "after": after}
    assert bad.to_list() == [False, True, False]


def test_the_day_in_a_title() -> None:
    assert dates.day_in(["制表 2022.05.01", "洪合镇(截至2022年4月30日)"]) == date(2022, 4, 30)
    assert dates.day_in(["填报日期:2022-04-30"]) == date(2022, 4, 30)
    assert dates.day_in(["2022年4月花名册", "2022.13.45"]) is None


@pytest.mark.parametrize(
    ("cell", "amount", "value"),
    [
        ("1,234", Amount("户"), 1234),
        ("2.3万", Amount("户"), 23_000),
        ("1.2亿元", Amount("万元", 2), 1_200_000),
        ("2.3万", Amount("万元", 1), 23),
        ("300户", Amount("户"), 300),
        ("12.5", Amount("小时", 1), 125),
        ("1500", Amount("户", 0, "万户"), 15_000_000),
        ("3公顷", Amount("平方米"), 30_000),
        ("35.46公顷", Amount("亩", 1, "亩"), 5319),
        ("18980", Amount("亿元", 8, "万元"), 189_800_000),
        ("10亿美元", Amount("亿美元", 8), 1_000_000_000),
        ("1.5平方公里", Amount("平方公里", 2), 150),
        ("三千二百", Amount("户"), 3200),
        ("两万五千户", Amount("户"), 25_000),
        ("0.30000000000000004", Amount("元", 1), 3),
        ("9007199254740993", Amount(None), 9007199254740993),
        ("-3", Amount("元"), -3),
    ],
)
def test_numbers(cell: str, amount: Amount, value: int) -> None:
    read = numbers.integers(pl.Series([cell, None]), amount)
    assert read.values.to_list() == [value, None]
    assert not read.bad.any()


@pytest.mark.parametrize(
    "cell", ["abc", "12.5", "12,3", "3亩", "5人", "万", "99999999999999999999", "1e400", "nan"]
)
def test_what_is_no_number_of_households(cell: str) -> None:
    read = numbers.integers(pl.Series([cell]), Amount("户"))
    assert read.values.to_list() == [None]
    assert read.bad.to_list() == [True]


def test_rough_numbers_are_doubtful() -> None:
    read = numbers.integers(
        pl.Series(["约300", "26000余", "九百多", "300多户", "超300户", "逾九百", "超过300", "300"]),
        Amount("户"),
    )
    assert read.values.to_list() == [300, 26_000, 900, 300, 300, 900, 300, 300]
    assert read.doubtful is not None
    assert read.doubtful.to_list() == [True] * 7 + [False]


def test_decimals_and_units_in_headers_and_titles() -> None:
    assert numbers.decimals(pl.Series(["1.5", "1.2万", "x"])).values.to_list() == [1.5, 12_000.0, None]
    assert numbers.unit_in(f"金额{WIDE_OPEN}万元{WIDE_CLOSE}") == "万元"
    assert numbers.unit_in("村(社区)") is None
    assert numbers.unit_in_title("单位\uff1a万元") == "万元"
    assert numbers.unit_in_title("填报单位:洪合镇") is None


@pytest.mark.parametrize(
    "cell",
    [
        "13812345678",
        "13812345678.0",
        "1.3812345678E10",
        "138-1234-5678",
        "+86 138 1234 5678",
        "13812345678(家)",
    ],
)
def test_phones(cell: str) -> None:
    values, bad = private.phones(pl.Series([cell, None]))
    assert values.to_list() == [["13812345678"], None]
    assert not bad.any()


def test_two_phones_in_a_cell_and_what_is_none() -> None:
    values, bad = private.phones(
        pl.Series(["13812345678/0573-82061234", "13812345678 13912345678", "1.38E+10", "12"])
    )
    assert values.to_list()[:2] == [["13812345678", "0573-82061234"], ["13812345678", "13912345678"]]
    assert bad.to_list() == [False, False, True, True]


def test_identity_numbers() -> None:
    cells = pl.Series(
        ["11010519491231002x", "110105491231002", "110105194912310021", "11010519491331002X", "x", None]
    )
    read = private.id_numbers(cells)
    assert read.values.to_list() == ["11010519491231002X"] * 2 + [None] * 4
    assert read.bad.to_list() == [False, False, True, True, True, False]


def test_masks_leave_no_way_back() -> None:
    shown = pl.select(
        private.masked_phone(pl.lit("13812345678")).alias("phone"),
        private.masked_id(pl.lit("11010519491231002X")).alias("id"),
        private.masked_phone(pl.lit("8206123")).alias("short"),
    ).row(0)
    assert shown == ("138****5678", "110105********002X", "****")


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("截至2022年6月", "2022-06-30"),
        ("截止2022年6月", "2022-06-30"),
        ("统计时间:2022年6月", "2022-06-30"),
        ("党组织花名册(2022年6月)", "2022-06-30"),
        ("2022年6月党组织花名册", None),
        ("2022年1月至6月", None),
        ("截至2022年6月15日", "2022-06-15"),
        ("制表2022.7.1 截至2022年6月", "2022-06-30"),
    ],
)
def test_the_day_that_a_title_states(title, day):
    found = dates.day_in([title])
    assert (None if found is None else found.isoformat()) == day
