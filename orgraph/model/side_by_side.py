"""Passes over different columns or tables at the same time.

Every pass is one of NumPy, Polars or DuckDB, which let other threads run meanwhile; most of them keep a
single core busy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")

AT_ONCE = 2
"""Passes at a time: each has working memory of its own."""


def each(make: Callable[[A], R], some: Iterable[A]) -> list[R]:
    """What `make` gives for each of some things, in their order; the first error of any is raised."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = [pool.submit(copy_context().run, make, one) for one in some]
        return [one.result() for one in made]


@contextmanager
def meanwhile(make: Callable[[], R]) -> Iterator[Future[R]]:
    """Let something be made while the block runs; it has ended when the block has."""
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(copy_context().run, make)
        yield made
        made.result()
