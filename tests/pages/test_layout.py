"""Flowers of flowers: what is promised of places, over forests of every shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orgs import forests
from pictures import nodes_of, picture_of, preorder

from orgraph.pages.layout import Room, flowers, fork_of
from orgraph.pages.places import ems, placed, short

TOUCH = 0.5


def siblings(parent):
    """Positions per parent."""
    families = {}
    for position, up in enumerate(parent):
        families.setdefault(up, []).append(position)
    return families


def check(parent, level, core, room):
    spots = flowers(parent, level, core, room)
    for values in (spots.x, spots.y, spots.cx, spots.cy, spots.radius):
        assert np.isfinite(values).all()
    fork = fork_of(parent)
    for up, members in siblings(parent).items():
        for n, a in enumerate(members):
            for b in members[:n]:
                apart = np.hypot(spots.cx[a] - spots.cx[b], spots.cy[a] - spots.cy[b])
                assert apart >= spots.radius[a] + spots.radius[b] - TOUCH
            if up > fork:
                from_middle = np.hypot(spots.cx[a] - spots.cx[up], spots.cy[a] - spots.cy[up])
                assert from_middle + spots.radius[a] <= spots.radius[up] + TOUCH
            if up >= 0 and up >= fork:
                away = np.hypot(spots.cx[a] - spots.x[up], spots.cy[a] - spots.y[up])
                assert away >= core[up] + spots.radius[a] - TOUCH
    return spots


@settings(deadline=None, max_examples=50)
@given(forests(), st.floats(1, 80), st.floats(0.5, 2))
def test_discs_of_siblings_never_overlap_and_lie_within_their_parents(parents, wide, aspect):
    parent, _, level, _ = preorder(parents)
    check(parent, level, np.full(len(parent), wide), Room(aspect=aspect))


@pytest.mark.parametrize("count", [2, 7, 60, 64, 65, 200])
def test_flowers_of_unlike_size_around_one_unit(count):
    parents = [None]
    for child in range(count):
        mine = len(parents)
        parents.append(0)
        parents += [mine] * (1 + (child * child) % 37)
    parent, _, level, _ = preorder(parents)
    check(parent, level, np.full(len(parent), 20.0), Room(aspect=1.3))


@pytest.mark.parametrize("parents", [[], [None], [None, 0, 1, 2, 3], [None] * 5, [None] + [0] * 3000])
def test_shapes_at_the_edge(parents):
    parent, _, level, _ = preorder(parents)
    spots = flowers(parent, level, np.full(len(parent), 15.0))
    assert len(spots.x) == len(parents)
    assert len(set(zip(spots.x.round(3), spots.y.round(3), strict=True))) == len(parents)


def test_a_wide_star_is_a_disc_of_rings_and_not_one_ring():
    parent, _, level, _ = preorder([None] + [0] * 2000)
    spots = flowers(parent, level, np.full(2001, 20.0))
    one_ring = 2000 * Room().pitch / (2 * np.pi)
    assert spots.radius[0] < one_ring / 5


def test_a_chain_from_the_root_leads_straight_down_to_the_fork():
    parent, _, level, _ = preorder([None, 0, 1, 2, 2, 2])
    spots = flowers(parent, level, np.full(6, 20.0))
    assert spots.x[:3].tolist() == [0, 0, 0]
    assert spots.y[0] < spots.y[1] < spots.y[2]


def test_the_picture_takes_the_shape_of_its_room():
    parents = [None]
    for _ in range(12):
        mine = len(parents)
        parents += [0, *[mine] * 20]
    parent, _, level, _ = preorder(parents)
    core = np.full(len(parent), 20.0)
    shapes = []
    for aspect in (0.6, 1.0, 1.7):
        spots = flowers(parent, level, core, Room(aspect=aspect))
        shapes.append(np.ptp(spots.x) / np.ptp(spots.y))
    assert shapes[0] < 0.85 < shapes[1] < 1.2 < shapes[2]


def test_subtrees_deeper_than_the_rest_are_drawn_smaller():
    parents = [None, 0, 0, *[1] * 30, 2, *[33] * 2, *[34] * 4]
    units, _ = placed(picture_of(parents))
    full = units.filter(level=3, inner=False)["size"].unique().to_list()
    deep = units.filter(level=5)["size"].unique().to_list()
    assert len(full) == len(deep) == 1
    assert deep[0] < 0.6 * full[0]


def test_places_are_the_same_each_time():
    parents = [None] + [0] * 9 + [n // 12 + 1 for n in range(108)]
    assert placed(picture_of(parents))[0].equals(placed(picture_of(parents))[0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("鱼圻塘村村民委员会", "鱼圻塘村"),
        ("锦福村委会", "锦福村"),
        ("安桥社区居民委员会", "安桥社区"),
        ("江南新家园社区居委会", "江南新家园社区"),
        ("洪合镇", "洪合镇"),
        ("嘉兴经济技术开发区国际商务区党工委", "嘉兴经济技术开发区国际…"),
    ],
)
def test_short_names(name, expected):
    frame = nodes_of([None], label=name)
    assert frame.select(short("label")).item() == expected


def test_widths_of_names():
    frame = nodes_of([None, None], label=["洪合镇", "ab"])
    assert frame.select(ems("label")).to_series().to_list() == pytest.approx([3.0, 1.12])
