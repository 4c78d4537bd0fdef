"""Pictures for tests of pages, from forests written as one parent per unit."""

from __future__ import annotations

import numpy as np
import polars as pl

from orgraph.pages.picture import NODES, Picture

EVIL = "</script><img src=x onerror=alert(1)>"


def preorder(parents):
    """Parent, end and level in preorder, and the unit at each position: the naive, recursive way."""
    children = {}
    for unit, parent in enumerate(parents):
        children.setdefault(parent, []).append(unit)
    order, above, end, level = [], [], [], []

    def walk(unit, parent, depth):
        here = len(order)
        order.append(unit)
        above.append(parent)
        level.append(depth)
        end.append(0)
        for child in children.get(unit, ()):
            walk(child, here, depth + 1)
        end[here] = len(order)

    for top in children.get(None, ()):
        walk(top, -1, 1)
    return (*(np.array(a, np.int64) for a in (above, end, level)), order)


def nodes_of(parents, **columns):
    """The nodes of a picture; every column may be given, as one value or one per unit in preorder."""
    parent, end, level, order = preorder(parents)
    made = {
        "id": [f"u{unit}" for unit in order],
        "label": [f"单位{unit}" for unit in order],
        "kind": [f"kind{depth}" for depth in level],
        "kind_label": [f"第{depth}级" for depth in level],
        "parent": parent,
        "end": end,
        "level": level,
        "folded": [0] * len(order),
        "folded_label": [None] * len(order),
        "colour_value": [None] * len(order),
    }
    made |= {c: v if isinstance(v, list) else [v] * len(order) for c, v in columns.items()}
    return pl.DataFrame(made, schema_overrides=NODES)


def picture_of(parents, *, title="组织", subtitle="属地", columns=None, **rest):
    """A picture of a forest."""
    return Picture(title, subtitle, nodes_of(parents, **(columns or {})), **rest)
