"""Wrong usage is told in one line, in the reader's language, with where help is; exit code 2."""

import pytest
from typer.testing import CliRunner

from orgraph.cli.app import app
from orgraph.cli.usage import in_chinese


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("import", "缺少 FILE...。用法见 orgraph import --help"),
        ("mobilise 洪合镇党委", "缺少 --need。用法见 orgraph mobilise --help"),
        ("tree --levels x", "--levels:应为整数。用法见 orgraph tree --help"),
        ("tree --levels 0", "--levels:应不小于 1。用法见 orgraph tree --help"),
        ("tree 甲 乙 丙", "多出来的参数:乙 丙。用法见 orgraph tree --help"),
        ("tree --on 明天", "--on:“明天”不是日期。可写 2022、2022-04、2022-04-30 或 2022年4月30日"),
        ("import a.csv --mode 全量", "--mode:“全量”应为其中之一:update、correct、snapshot"),
        ("import --nope x", "没有选项 --nope。是不是:"),
        ("spna", "没有命令“spna”。是不是:span"),
        ("nosuch", "没有命令“nosuch”。用法见 orgraph --help"),
    ],
)
def test_wrong_usage_is_told_in_chinese(asked, line):
    done = CliRunner().invoke(app, asked.split(), prog_name="orgraph")
    assert done.exit_code == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_in_english_it_is_told_as_ever():
    done = CliRunner().invoke(app, ["tree", "--lang", "en", "--levels", "x"], prog_name="orgraph")
    assert done.exit_code == 2
    assert "Usage: orgraph tree" in done.stderr


def test_words_that_are_not_known_stay():
    assert in_chinese("Something new.", "orgraph") == "Something new.。用法见 orgraph --help"
