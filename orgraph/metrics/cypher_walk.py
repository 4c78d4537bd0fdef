"""Patterns that every compiled question is made of: who is alive, which version, who stands above whom."""

from __future__ import annotations

from dataclasses import dataclass

from orgraph.model.graph_names import alive, tie


@dataclass(frozen=True)
class Shape:
    """What is in the graph at all, so that questions need not look for what is not there.

    Attributes
    ----------
    versions
        Whether any unit has earlier versions.
    several
        Trees in which some unit has ever had two parents: the first one that holds on the day counts.
    """

    versions: bool
    several: frozenset[str] = frozenset()

    def lives(self, node: str) -> str:
        """Whether a unit is alive on the day, in any of its versions."""
        if not self.versions:
            return f"({alive(node)})"
        return f"({alive(node)} OR EXISTS {{ ({node})<-[:VERSION_OF]-(earlier) WHERE {alive('earlier')} }})"

    def version(self, node: str, version: str) -> str:
        """A clause that binds the version of a unit that is alive on the day; rows without one go."""
        if not self.versions:
            return f"WITH *, {node} AS {version} WHERE {alive(version)}"
        return f"MATCH ({node})<-[:VERSION_OF*0..1]-({version}) WHERE {alive(version)}"

    def climb(self, tree: str, below: str, above: str, hops: str, tag: str) -> str:
        """A path from a unit up a tree, every tie and unit on it alive; `hops`: ``+`` or ``*``."""
        c, r, p = f"c{tag}", f"r{tag}", f"p{tag}"
        holds = f"{alive(r)} AND {self.lives(c)} AND {self.lives(p)}"
        if tree in self.several:
            holds += f" AND {self.first(tree, c, r, p, tag)}"
        return f"({below}) (({c}:Unit)-[{r}:{tie(tree)}]->({p}:Unit) WHERE {holds}){hops} ({above})"

    def first(self, tree: str, child: str, link: str, parent: str, tag: str) -> str:
        """Whether a tie is the first of those that hold on the day: by its day, then the parent's key."""
        q, z = f"q{tag}", f"z{tag}"
        mine = f"coalesce({link}.since, date('0000-01-01'))"
        other = f"coalesce({q}.since, date('0000-01-01'))"
        sooner = f"({other} < {mine} OR ({other} = {mine} AND {z}.key < {parent}.key))"
        return f"NOT EXISTS {{ ({child})-[{q}:{tie(tree)}]->({z}:Unit) WHERE {alive(q)} AND {sooner} }}"

    def placed(self, tree: str, node: str, tag: str) -> str:
        """Whether a unit has a place in a tree: the way up ends at a root, and on no cycle."""
        top = f"top{tag}"
        way = self.climb(tree, node, top, "*", tag)
        loose = f"NOT EXISTS {{ ({top})-[t{tag}:{tie(tree)}]->() WHERE {alive(f't{tag}')} }}"
        return f"EXISTS {{ {way} WHERE {self.lives(top)} AND {loose} }}"
