"""Pictures as one HTML file that opens from a folder, without a network, and connects to nothing."""

from __future__ import annotations

import base64
import hashlib
import html as markup
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template

from orgraph.exchange.replacing import replacing
from orgraph.model.glossary import current_language, say
from orgraph.pages.island import dots, island, lines, palette, to_json
from orgraph.pages.network import draw
from orgraph.pages.picture import Picture
from orgraph.pages.places import placed


def write(pictures: Sequence[Picture], path: str | Path) -> Path:
    """Write the page of some pictures to `path`, in UTF-8 whatever the system's encoding."""
    target = Path(path)
    with replacing(target) as draft:
        draft.write_text(html(*pictures), encoding="utf-8", newline="\n")
    return target


def html(*pictures: Picture) -> str:
    """The page of some pictures as text: it opens with the first, and a button shows each of the others.

    Which one is shown stands in the page's address (``map.html#party``). The page may run the
    four scripts in it, known by their hashes, and style itself; anything else, any connection above all, its
    Content-Security-Policy forbids.

    Raises
    ------
    MissingExtra
        pyvis is not installed.
    """
    colours = palette(pictures)
    islands = []
    for picture in pictures:
        units, away = placed(picture)
        drawing = draw(dots(picture, units, colours), lines(picture, units), colours.colours)
        islands.append({**island(picture, units, colours), "away": away, **drawing.data})
    scripts = {
        "reader": _asset("island.js"),
        "library": drawing.library,
        "drawing": drawing.script,
        "page": "\n".join(map(_asset, ("view.js", "names.js", "panel.js", "start.js"))),
    }
    # A browser hashes a script as it reads it, and it reads every line end as \n.
    scripts = {name: text.replace("\r\n", "\n") for name, text in scripts.items()}
    texts = {
        "title": pictures[0].title,
        "subtitle": pictures[0].subtitle,
        "lang": current_language(),
        **_texts(),
    }
    return Template(_asset("page.html")).substitute(
        {name: markup.escape(text) for name, text in texts.items()},
        policy=_policy(scripts.values()),
        style=_asset("page.css"),
        islands=to_json(islands),
        **scripts,
    )


@cache
def _asset(name: str) -> str:
    """A file of the assets folder."""
    return (files("orgraph.pages") / "assets" / name).read_text(encoding="utf-8")


def _policy(scripts: Iterable[str]) -> str:
    """What the page may do: run these scripts and, since vis-network sets styles itself, be styled."""
    hashes = (base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts)
    allowed = " ".join(f"'sha256-{h}'" for h in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def _texts() -> dict[str, str]:
    """What the page's own markup says."""
    return {
        "t_search": say(zh="按名称或编号查找", en="Find by name or id"),
        "t_trees": say(zh="换一种隶属关系", en="Another tree"),
        "t_legend": say(zh="图例", en="Legend"),
        "t_hint": say(
            zh="每个圆是一个单位及其全部下级。滚轮缩放，拖动平移，点选看详情；按 / 查找，按 Esc 还原。",
            en="A circle is a unit and all below it. Scroll to zoom, drag to move, click for details; "
            "/ searches, Esc clears.",
        ),
        "t_nearer": say(zh="放大", en="Zoom in"),
        "t_farther": say(zh="缩小", en="Zoom out"),
        "t_whole": say(zh="看全图", en="Show everything"),
        "t_noscript": say(zh="此页需要启用脚本。", en="This page needs scripts."),
    }
