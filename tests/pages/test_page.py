"""The file as text: self-contained, escaped, known by its hashes, in UTF-8 whatever the system says."""

import base64
import hashlib
import html
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import polars as pl
import pytest
from pictures import EVIL, picture_of

from orgraph.model.errors import MissingExtra
from orgraph.model.glossary import language
from orgraph.pages import page
from orgraph.pages.island import to_json
from orgraph.pages.network import draw
from orgraph.pages.picture import Detail, Picture, Scale

SCRIPT = re.compile(r"<script(?P<kind>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


class Tags(HTMLParser):
    """Every tag with its attributes, and the text outside scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self._inside = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside not in ("script", "style"):
            self.texts.append(data)


def island(text):
    return islands(text)[0]


def islands(text):
    return json.loads(next(m["text"] for m in SCRIPT.finditer(text) if "application/json" in m["kind"]))


@pytest.fixture(scope="module")
def evil():
    """A page in which every text that may come from data is an attack."""
    columns = dict.fromkeys(("id", "label", "kind", "kind_label", "folded_label", "d"), EVIL)
    made = picture_of(
        [None, 0, 0],
        title=EVIL,
        subtitle=EVIL,
        columns={**columns, "folded": 3, "colour_value": 0.5},
        details=(Detail("d", EVIL),),
        scale=Scale(EVIL, 0.5, 1, 2),
        links=pl.DataFrame(
            {"source": [1], "target": [2], "label": [EVIL]},
            schema_overrides={"source": pl.Int32, "target": pl.Int32},
        ),
        hidden=9,
        remarks=(EVIL,),
    )
    return page.html(made)


def test_no_address_is_loaded_from():
    seen = Tags(page.html(picture_of([None, 0])))
    assert not [
        t
        for t, attributes in seen.tags
        for a in ("src", "href", "srcset", "data", "action")
        if a in attributes
    ]
    assert not {t for t, _ in seen.tags} & {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "center",
    }


def test_pyvis_leaves_none_of_its_own_markup_behind():
    text = page.html(picture_of([None, 0]))
    assert not [
        a for _, attributes in Tags(text).tags for a in attributes if a == "style" or a.startswith("on")
    ]
    for left in (
        "cdn.jsdelivr",
        "cdnjs",
        "bootstrap",
        "neighbourhoodHighlight",
        "sourceMappingURL",
        "lightgray",
    ):
        assert left not in text


def test_the_policy_names_just_the_scripts_there_are(evil):
    policy = next(a["content"] for t, a in Tags(evil).tags if t == "meta" and a.get("http-equiv"))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == "'unsafe-inline'"
    assert set(rules) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(m['text'].encode()).digest()).decode()}'"
        for m in SCRIPT.finditer(evil)
        if "application/json" not in m["kind"]
    }
    assert set(rules["script-src"].split()) == hashes
    assert len(hashes) == 4


def test_names_are_data_and_never_markup(evil):
    assert evil.count("</script>") == 5
    assert "<img" not in evil
    assert "alert(1)>" not in evil
    seen = Tags(evil)
    assert [t for t, _ in seen.tags if t == "script"] == ["script"] * 5
    assert "".join(seen.texts).count(EVIL) == 3  # title, heading, subtitle
    data = island(evil)
    assert data["units"]["label"] == [EVIL] * 3
    assert data["details"] == [{"heading": EVIL, "form": "text", "values": [EVIL] * 3}]
    assert data["remarks"][-1] == EVIL


def test_names_stand_in_the_island_and_nowhere_else():
    text = page.html(picture_of([None, 0], columns={"label": "只此一处", "id": "只此一号"}))
    outside = SCRIPT.sub("", text) + "".join(
        m["text"] for m in SCRIPT.finditer(text) if "application/json" not in m["kind"]
    )
    assert "只此一处" not in outside
    assert "只此一号" not in outside


@pytest.mark.parametrize(
    "text", ["<", ">", "&", "\u2028", "\u2029", "</script>", "<!--", "]]>", "&lt;", "中文 \\ \" '"]
)
def test_the_island_holds_any_text(text):
    written = to_json({"a": [text]})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"a": [text]}


def test_the_island_refuses_what_is_no_number():
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json([float("nan")])


def test_columns_of_every_type_reach_the_page():
    values = pl.DataFrame(
        {
            "n": [1, None],
            "x": [0.5, float("nan")],
            "d": pl.Series([None, "2022-04-30"]).str.to_date(),
            "b": [True, None],
        }
    )
    made = picture_of([None, 0])
    details = tuple(Detail(c, c) for c in values.columns)
    data = island(page.html(Picture("t", "s", made.nodes.hstack(values), details)))
    assert [d["values"] for d in data["details"]] == [
        [1, None],
        [0.5, None],
        [None, "2022-04-30"],
        ["true", None],
    ]


def test_the_page_is_the_same_each_time():
    assert page.html(picture_of([None, 0, 0])) == page.html(picture_of([None, 0, 0]))


def test_the_page_speaks_the_language_chosen():
    with language("en"):
        text = page.html(picture_of([None], hidden=4))
    assert '<html lang="en">' in text
    assert "Find by name or id" in text
    assert "按名称" not in text
    assert island(text)["remarks"][0].startswith("1 units are drawn. The other 4")


def test_what_is_folded_is_said_with_numbers():
    said = island(page.html(picture_of([None], hidden=1_202)))["remarks"]
    assert len(said) == 1
    assert "1 个单位" in said[0]
    assert "1,202 个" in said[0]
    assert island(page.html(picture_of([None])))["remarks"] == []


def test_colours_by_kind_and_by_rate():
    by_kind = island(page.html(picture_of([None, 0, 0])))
    assert [n["group"] for n in by_kind["nodes"]] == ["k0", "k1", "k1"]
    assert [(k["label"], k["count"]) for k in by_kind["kinds"]] == [("第1级", 1), ("第2级", 2)]
    rates = [0.5, None, 0.0, 0.04, 0.3, 0.96, 0.9999, 1.0, 1.2]
    made = picture_of([None] + [0] * 8, columns={"colour_value": rates}, scale=Scale("率", 0.5, 1, 2))
    groups = [n["group"] for n in island(page.html(made))["nodes"]]
    assert groups == ["r5", "r-1", "r0", "r1", "r3", "r9", "r9", "r10", "r10"]


def test_lines_and_ties():
    ties = pl.DataFrame(
        {"source": [1, 2], "target": [2, 1], "label": ["覆盖", "负责"]},
        schema_overrides={"source": pl.Int32, "target": pl.Int32},
    )
    data = island(page.html(picture_of([None, 0, 0, 2], links=ties)))
    tree = {(e["from"], e["to"]): bool(e.get("hidden")) for e in data["edges"] if "tie" not in e}
    assert tree == {(0, 1): False, (0, 2): True, (2, 3): False}
    assert [(e["from"], e["to"], e["tie"], e["hidden"]) for e in data["edges"] if "tie" in e] == [
        (1, 2, 0, False),
        (2, 1, 1, False),
    ]
    assert [(t["label"], t["count"]) for t in data["ties"]] == [("覆盖", 1), ("负责", 1)]


def test_a_picture_without_a_column_is_refused():
    with pytest.raises(ValueError, match="lack the columns level, d"):
        Picture("t", "s", picture_of([None]).nodes.drop("level"), (Detail("d", "D"),))


def test_pyvis_writes_the_network_that_is_drawn():
    nodes = [
        {"id": 0, "x": 1, "y": 2, "size": 3, "group": "k0"},
        {"id": 1, "x": 5, "y": 6, "size": 3, "group": "k0"},
    ]
    drawing = draw(nodes, [{"from": 0, "to": 1}], {"k0": "#123456"})
    assert drawing.data == {"nodes": nodes, "edges": [{"from": 0, "to": 1}]}
    assert "nodes = new vis.DataSet(island.nodes);" in drawing.script
    assert "edges = new vis.DataSet(island.edges);" in drawing.script
    assert '"physics": {"enabled": false}' in drawing.script
    assert '"improvedLayout": false' in drawing.script
    assert '"smooth": {"enabled": false}' in drawing.script
    assert "#123456" in drawing.script
    assert "@version 9.1.2" in drawing.library


def test_without_pyvis_the_message_names_the_extra(tmp_path):
    code = """
import sys
sys.modules["pyvis"] = None
from orgraph.metrics.sample import small_town
from orgraph.model.errors import MissingExtra
import orgraph
try:
    orgraph.map(small_town(), sys.argv[1])
except MissingExtra as missing:
    print(missing)
"""
    target = tmp_path / "map.html"
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env=_utf8(),
    )
    assert "pip install 'orgraph[map]'" in done.stdout
    assert not target.exists()
    assert issubclass(MissingExtra, ImportError)


def test_the_file_is_utf8_whatever_the_locale(tmp_path):
    code = """
import sys
from orgraph.metrics.sample import small_town
import orgraph
orgraph.map(small_town(), sys.argv[1])
"""
    target = tmp_path / "图.html"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    environment |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", code, str(target)], check=True, env=environment)
    raw = target.read_bytes()
    assert b"\r" not in raw
    text = raw.decode("utf-8")
    assert "洪合村</h1>" in text
    assert html.unescape(text.partition("<title>")[2].partition("</title>")[0]) == "洪合村"


def _utf8():
    return {**os.environ, "PYTHONUTF8": "1"}


def test_a_kind_has_one_colour_in_all_pictures_of_a_page():
    first, other = picture_of([None, 0, 0]), picture_of([None, 0, 1])
    found = islands(page.html(replace(first, tree="a"), replace(other, tree="b", tree_label="乙")))
    assert [(one["tree"], one["treeLabel"]) for one in found] == [("a", ""), ("b", "乙")]
    groups = [{k["label"]: k["group"] for k in one["kinds"]} for one in found]
    assert groups[0].items() <= groups[1].items()
    assert found[0]["colours"] == found[1]["colours"]
