"""The one file that knows pyvis.

pyvis 0.3.2 builds the network: its nodes and edges, the vis-network library it brings along, and the
script that draws the one with the other. Only these are taken from the page it makes. What else its
template holds never reaches ours: links to two CDNs (even with ``cdn_resources="in_line"``), the
heading that is not escaped, a ``style=`` attribute, and 220 kB of styles for buttons nobody sees.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from orgraph.model.errors import MissingExtra

_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)

OPTIONS: dict[str, Any] = {
    # Positions are given. Physics needs minutes for what is computed in milliseconds; smooth edges
    # bring an invisible node each; improvedLayout runs Kamada-Kawai on everything first.
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"shape": "dot", "chosen": False, "borderWidth": 0, "shadow": False},
    "edges": {
        "smooth": {"enabled": False},
        "chosen": False,
        "color": {"color": "#c9d1da", "inherit": False},
        "width": 8,
        "arrows": {"to": {"enabled": False}},
        "selectionWidth": 0,
        "hoverWidth": 0,
    },
    "interaction": {"hover": True, "dragNodes": False, "selectConnectedEdges": False, "tooltipDelay": 10**8},
}


@dataclass(frozen=True)
class Drawing:
    """A network as three pieces of a page.

    `script` draws what it finds in ``island.nodes`` and ``island.edges``, that is, `data`.
    """

    library: str
    script: str
    data: dict[str, list[dict[str, Any]]]


def draw(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], colours: dict[str, str]) -> Drawing:
    """Have pyvis draw a network whose nodes carry their places.

    Parameters
    ----------
    nodes
        ``id, x, y, size, group`` each.
    edges
        ``from, to`` each, and what vis-network knows of edges.
    colours
        The colour of each group of nodes.

    Raises
    ------
    MissingExtra
        pyvis is not installed.
    """
    try:
        from pyvis.network import Network
    except ImportError as missing:
        raise MissingExtra("pyvis", "map") from missing
    network = Network(cdn_resources="in_line")
    # In bulk: add_node looks through all nodes there are, once per node.
    network.nodes, network.edges = nodes, edges
    groups = {name: {"color": {"background": colour, "border": colour}} for name, colour in colours.items()}
    network.set_options(json.dumps({**OPTIONS, "groups": groups}))
    scripts = _SCRIPT.findall(network.generate_html(notebook=False))
    library = next(s for s in scripts if "@version 9." in s[:2000])
    script, drawn = next(s for s in scripts if "function drawGraph" in s), {}
    for name in ("nodes", "edges"):
        script, drawn[name] = _take(script, name)
    return Drawing(_SOURCE_MAP.sub("", library), script, drawn)


def _take(script: str, name: str) -> tuple[str, list[dict[str, Any]]]:
    """Move the literal that fills the set called `name` out of the script, into the page's data."""
    before, opening, rest = script.partition(f"{name} = new vis.DataSet(")
    # pyvis writes the literal on one line of its own.
    literal, closing, after = rest.partition(");\n")
    if not closing:
        raise RuntimeError(f"pyvis no longer writes `{name} = new vis.DataSet(…);`")
    return f"{before}{opening}island.{name}{closing}{after}", json.loads(literal)
