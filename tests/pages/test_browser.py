"""The page in a real Chromium, opened from a file: quick, quiet, usable by mouse and keyboard."""

import pytest
from pictures import EVIL, picture_of

import orgraph
from orgraph.pages.page import write
from orgraph.pages.picture import Detail, Scale

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def jiaxing_map(jiaxing, tmp_path_factory):
    """The page of Jiaxing with 1,403 units."""
    return orgraph.map(jiaxing, tmp_path_factory.mktemp("map") / "嘉兴 map.html")


@pytest.fixture
def jiaxing_page(jiaxing_map, open_page):
    return open_page(jiaxing_map)


def small(tmp_path, **columns):
    """A root with three children, the first with two of its own."""
    labels = ["洪合镇", "甲村", "东苑", "西苑", "乙村", "丙村"]
    made = picture_of(
        [None, 0, 1, 1, 0, 0],
        title="洪合镇",
        columns={"label": labels, "leader": ["沈一", None, None, None, "陆二", None], **columns},
        details=(Detail("leader", "负责人"),),
    )
    return write([made], tmp_path / "small.html")


def overlaps(page):
    """Pairs of names that touch each other."""
    return page.evaluate(
        """() => {
            const boxes = names.written(), hit = [];
            for (let a = 0; a < boxes.length; a++) for (let b = 0; b < a; b++) {
                const p = boxes[a], q = boxes[b];
                if (p.x0 < q.x1 && q.x0 < p.x1 && p.y0 < q.y1 && q.y0 < p.y1)
                    hit.push([island.units.label[p.i], island.units.label[q.i]]);
            }
            return hit;
        }"""
    )


def test_opens_from_a_file_within_a_second_and_a_half_without_a_request_or_a_complaint(
    jiaxing_map, open_page
):
    times = []
    for _ in range(5):
        opened = open_page(jiaxing_map)
        opened.page.wait_for_timeout(200)
        assert opened.requests == [jiaxing_map.as_uri()]
        assert opened.complaints == []
        assert opened.page.evaluate("island.units.id.length") == 1403
        times.append(opened.ready)
        opened.page.close()
        if min(times) <= 1500:
            break
    assert min(times) <= 1500, f"first picture after {times} ms"


def test_the_first_picture_is_no_blank(jiaxing_page):
    colours = jiaxing_page.page.evaluate(
        """() => {
            const canvas = document.querySelector("#mynetwork canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const seen = new Map();
            for (let i = 0; i < data.length; i += 4) {
                if (!data[i + 3]) continue;
                const key = "#" + [0, 1, 2].map(c => data[i + c].toString(16).padStart(2, "0")).join("");
                seen.set(key, (seen.get(key) || 0) + 1);
            }
            return Object.fromEntries(seen);
        }"""
    )
    drawn = jiaxing_page.page.evaluate("Object.values(island.colours).slice(0, 5)")
    assert all(colours.get(colour, 0) > 50 for colour in drawn), drawn


def test_every_dot_lies_where_python_put_it(jiaxing_page):
    off = jiaxing_page.page.evaluate(
        """() => {
            const there = network.getPositions();
            return island.nodes.filter(n => there[n.id].x !== n.x || there[n.id].y !== n.y).length;
        }"""
    )
    assert off == 0


def test_counties_and_towns_are_named_at_first_and_villages_on_a_closer_look(jiaxing_page, jiaxing):
    kinds = dict(jiaxing.units.select("name", "kind").iter_rows())
    first = jiaxing_page.names()
    assert {"嘉兴市", "浙江省", "秀洲区", "海宁市", "洪合镇"} <= set(first)
    assert sum(kinds.get(name) == "town" for name in first) >= 65
    assert jiaxing_page.page.evaluate("names.written().filter(b => !view.inner(b.i)).length") == 0
    assert overlaps(jiaxing_page.page) == []
    jiaxing_page.page.evaluate("panel.select(island.units.label.indexOf('洪合镇'), true)")
    jiaxing_page.wait_still()
    near = jiaxing_page.names()
    assert len([name for name in near if name.endswith(("村", "社区"))]) >= 8
    assert overlaps(jiaxing_page.page) == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080), (1024, 768)])
def test_everything_is_in_sight_at_first(jiaxing_map, open_page, width, height):
    page = open_page(jiaxing_map, width, height).page
    outside = page.evaluate(
        """() => {
            const stage = document.getElementById("stage");
            return island.nodes.filter(n => {
                const p = network.canvasToDOM(n);
                return p.x < 0 || p.y < 0 || p.x > stage.clientWidth || p.y > stage.clientHeight;
            }).length;
        }"""
    )
    assert outside == 0
    assert overlaps(page) == []


def test_search_finds_by_name_and_jumps(jiaxing_page):
    page = jiaxing_page.page
    page.keyboard.press("/")
    page.keyboard.type("洪合")
    hits = page.locator("#hits li").all_inner_texts()
    assert hits[0].startswith("洪合镇")
    assert page.inner_text("#found") == f"找到 {len(hits)} 个"
    assert page.locator("#hits mark").first.inner_text() == "洪合"
    page.keyboard.press("Enter")
    jiaxing_page.wait_still()
    assert page.inner_text("#card h2:not(.label)") == "洪合镇"
    assert page.locator("#card .path button").all_inner_texts() == ["浙江省", "嘉兴市", "秀洲区"]
    at = page.evaluate("network.canvasToDOM(island.nodes[panel.selected()])")
    assert 200 < at["x"] < 900
    assert 200 < at["y"] < 700
    assert "秀洲区" in page.evaluate("[...view.path()].map(i => island.units.label[i])")
    assert jiaxing_page.complaints == []


def test_search_finds_by_id(jiaxing_page):
    page = jiaxing_page.page
    page.fill("#query", "330411106")
    first = page.locator("#hits li").first
    assert first.inner_text().startswith("洪合镇")
    assert first.locator("mark").inner_text() == "330411106"


def test_arrows_choose_among_hits_and_escape_clears(jiaxing_page):
    page = jiaxing_page.page
    page.fill("#query", "街道")
    names = page.locator("#hits li").all_inner_texts()
    page.press("#query", "ArrowDown")
    page.press("#query", "ArrowDown")
    page.press("#query", "ArrowUp")
    assert page.locator("#hits .at").inner_text() == names[1]
    page.press("#query", "Enter")
    assert page.locator("#card h2:not(.label)").inner_text() == names[1].split("\n")[0]
    page.keyboard.press("Escape")
    assert page.input_value("#query") == ""
    assert page.is_hidden("#hits")
    assert page.is_hidden("#card")
    assert page.evaluate("document.activeElement.id") != "query"


def test_what_is_not_there_is_not_found(jiaxing_page):
    jiaxing_page.page.fill("#query", "查无此处")
    assert jiaxing_page.page.inner_text("#found") == "没有找到"


def test_a_click_shows_details_and_a_click_beside_closes_them(tmp_path, open_page):
    page = open_page(small(tmp_path)).page
    at = page.evaluate("network.canvasToDOM(island.nodes[4])")
    box = page.locator("#stage").bounding_box()
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    page.wait_for_selector("#card:not([hidden])")
    assert page.inner_text("#card h2:not(.label)") == "乙村"
    assert page.inner_text("#card .chip") == "第2级"
    assert page.locator("#card dt").all_inner_texts() == ["负责人"]
    assert page.locator("#card dd").all_inner_texts() == ["陆二"]
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] - 5)
    page.wait_for_selector("#card", state="hidden")


def test_a_name_on_the_picture_can_be_clicked_and_children_lead_on(tmp_path, open_page):
    page = open_page(small(tmp_path)).page
    b = page.evaluate("names.written().find(b => island.units.label[b.i] === '甲村')")
    box = page.locator("#stage").bounding_box()
    page.mouse.click(box["x"] + (b["x0"] + b["x1"]) / 2, box["y"] + (b["y0"] + b["y1"]) / 2)
    page.wait_for_selector("#card:not([hidden])")
    assert page.inner_text("#card h2:not(.label)") == "甲村"
    assert page.locator("#card dd").first.inner_text() == "2"
    page.locator("#card .below button").first.click()
    assert page.inner_text("#card h2:not(.label)") == "东苑"
    page.locator("#card .path button").first.click()
    assert page.inner_text("#card h2:not(.label)") == "洪合镇"


def point_at(page, unit):
    """Move the pointer onto a unit's dot."""
    at = page.evaluate(f"network.canvasToDOM(island.nodes[{unit}])")
    box = page.locator("#stage").bounding_box()
    page.mouse.move(box["x"] + at["x"] - 40, box["y"] + at["y"] - 40)
    page.mouse.move(box["x"] + at["x"], box["y"] + at["y"])
    page.wait_for_selector("#tip:not([hidden])")


def test_the_pointer_tells_the_name(tmp_path, open_page):
    page = open_page(small(tmp_path)).page
    point_at(page, 5)
    assert page.inner_text("#tip").split("\n") == ["丙村", "第2级"]


def test_the_legend_counts_kinds_and_lights_them(jiaxing_page):
    page = jiaxing_page.page
    rows = [row.split("\n") for row in page.locator("#legend .kind").all_inner_texts()]
    assert ["乡镇街道", "72"] in rows
    assert ["村社区", "1,202"] in rows
    page.locator("#legend .kind", has_text="县区").click()
    assert page.locator("#legend .kind[aria-pressed=true]").count() == 1
    assert len(jiaxing_page.names()) == 7
    page.keyboard.press("Escape")
    assert page.locator("#legend .kind[aria-pressed=true]").count() == 0
    assert len(jiaxing_page.names()) > 50


def test_the_legend_of_an_indicator(tmp_path, open_page):
    made = picture_of(
        [None, 0, 0, 0],
        columns={"colour_value": [0.8, 1.0, 0.0, None]},
        scale=Scale("家园支部覆盖率", 0.8, 4, 5, target=1.0, unknown=1),
    )
    opened = open_page(write([made], tmp_path / "rates.html"))
    page = opened.page
    legend = page.inner_text("#legend")
    for said in ("家园支部覆盖率", "80 %", "4 / 5", "目标 100 %", "1 个数据未报", "无应覆盖对象"):
        assert said in legend
    assert page.locator("#legend .steps i").count() == 11
    for unit, said in ((1, "100 %"), (2, "0 %"), (3, "无应覆盖对象")):
        page.evaluate(f"panel.select({unit}, false)")
        assert page.locator("#card dd").first.inner_text() == said
    assert opened.complaints == []


@pytest.mark.parametrize(
    ("rate", "said"),
    [(1, "100 %"), (0.8, "80 %"), (0.88511, "88.5 %"), (0.99999, "99.999 %"), (0.0001, "0.01 %"), (0, "0 %")],
)
def test_rates_are_told_as_the_tables_tell_them(tmp_path, open_page, rate, said):
    from orgraph.model.glossary import percent

    page = open_page(small(tmp_path)).page
    assert page.evaluate(f"names.percent({rate})") == said == percent(rate)


def test_folded_units_are_counted_on_the_picture_and_beside_it(jiaxing, tmp_path, open_page):
    page = open_page(orgraph.map(jiaxing, tmp_path / "map.html", limit=100))
    assert "其余 1,322 个折叠" in page.page.inner_text("#remarks")
    assert page.page.is_visible("#remarks")
    page.page.fill("#query", "新塍镇")
    page.page.press("#query", "Enter")
    page.wait_still()
    facts = dict(
        zip(
            page.page.locator("#card dt").all_inner_texts(),
            page.page.locator("#card dd").all_inner_texts(),
            strict=True,
        )
    )
    assert facts["已折叠"] == "+ 30 个村社区"
    assert facts["下辖村社区"] == facts["下级总数"] == "30"
    assert overlaps(page.page) == []


def test_ties_can_be_hidden(tmp_path, open_page):
    import polars as pl

    ties = pl.DataFrame(
        {"source": [1], "target": [2], "label": ["覆盖"]},
        schema_overrides={"source": pl.Int32, "target": pl.Int32},
    )
    page = open_page(write([picture_of([None, 0, 0], links=ties)], tmp_path / "ties.html")).page
    assert page.evaluate("edges.get('t0').hidden") is False
    page.get_by_label("覆盖").uncheck()
    assert page.evaluate("edges.get('t0').hidden") is True


def test_an_attack_in_every_text_stays_text(tmp_path, open_page):
    import polars as pl

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
        remarks=(EVIL,),
    )
    opened = open_page(write([made], tmp_path / "evil.html"))
    page = opened.page
    page.on("dialog", lambda _: opened.complaints.append("a dialog opened"))
    assert page.title() == EVIL
    assert page.inner_text("h1") == EVIL
    page.fill("#query", EVIL)
    assert page.locator("#hits li").count() == 3
    page.press("#query", "ArrowDown")
    page.press("#query", "Enter")
    opened.wait_still()
    assert page.inner_text("#card h2:not(.label)") == EVIL
    point_at(page, 1)
    assert EVIL in page.inner_text("#tip")
    for part in (
        "#subtitle",
        "#legend",
        "#remarks",
        "#ties",
        "#hits",
        "#card dl",
        "#card .path",
        "#card .id",
    ):
        assert EVIL in page.inner_text(part), part
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 5
    assert opened.complaints == []
    assert len(opened.requests) == 1


def test_the_policy_forbids_what_is_not_in_the_page(tmp_path, open_page):
    opened = open_page(small(tmp_path))
    blocked = opened.page.evaluate(
        """async () => {
            const seen = [];
            document.addEventListener("securitypolicyviolation", e => seen.push(e.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.hit = 1";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<img src='x.png' onerror='window.hit = 2'>");
            await fetch("data:text/plain,x").catch(() => 0);
            await new Promise(done => setTimeout(done, 200));
            return [seen.sort(), window.hit ?? null];
        }"""
    )
    assert {"connect-src", "img-src", "script-src-elem"} <= set(blocked[0])
    assert blocked[1] is None


@pytest.mark.parametrize("parents", [[], [None], [None] * 30, [None, *range(40)], [None] + [0] * 2500])
def test_pictures_at_the_edge(parents, tmp_path, open_page):
    opened = open_page(write([picture_of(parents)], tmp_path / "edge.html"))
    assert opened.complaints == []
    assert overlaps(opened.page) == []
    opened.page.click("#nearer")
    opened.page.click("#whole")
    opened.wait_still()
    assert opened.complaints == []


def test_on_paper_the_controls_are_gone(jiaxing_page):
    page = jiaxing_page.page
    page.emulate_media(media="print")
    assert page.is_hidden("#search")
    assert page.is_hidden("#zoom")
    assert page.is_visible("#legend")
    assert page.is_visible("h1")


def test_another_tree_is_a_click_away_and_has_an_address(demo, tmp_path, open_page):
    with orgraph.open(demo / "org.duckdb") as store:
        made = orgraph.map(store.read(on="2022-04-30"), tmp_path / "map.html", under="洪合镇党委")
    page = open_page(made).page
    offered = page.locator("#trees a").all_text_contents()
    assert len(offered) == 2
    before = page.evaluate("island.units.label.length")
    page.locator("#trees a", has_text=offered[1]).click()
    page.wait_for_function(f"typeof island !== 'undefined' && island.units.label.length !== {before}")
    assert offered[1] in page.locator("#subtitle").text_content()
    assert page.locator("#trees a[aria-current]").text_content() == offered[1]
    page.go_back()
    page.wait_for_function(f"typeof island !== 'undefined' && island.units.label.length === {before}")
