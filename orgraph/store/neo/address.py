"""Where a Neo4j store is and how to sign in, from the address, options and the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from orgraph.model.errors import StoreError
from orgraph.model.glossary import say

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
PORT = 7687


@dataclass(frozen=True)
class NeoOptions:
    """How to reach a server; what is None comes from the address, then from the environment.

    Attributes
    ----------
    user, password, database
        Environment: ``ORGRAPH_NEO4J_USER`` (default neo4j), ``…_PASSWORD``, ``…_DATABASE`` (default: the
        user's home database). The password is in no message and no representation.
    contacts
        Whether contacts are written; without it they stay behind. ``ORGRAPH_NEO4J_CONTACTS=1``.
    connect
        Seconds to wait for the server to answer.
    retry
        Seconds for which a transaction is tried again when the cluster changes its leader, two writers
        meet or the connection breaks. ``ORGRAPH_NEO4J_RETRY``.
    timeout
        Seconds that the server may work at one transaction; 0: as the server is set. ``…_TIMEOUT``.
    pool
        Connections kept at most. ``…_POOL``.
    batch
        Rows per transaction of a large write. ``…_BATCH``.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    contacts: bool | None = None
    connect: float = 3.0
    retry: float | None = None
    timeout: float | None = None
    pool: int | None = None
    batch: int | None = None


@dataclass(frozen=True)
class NeoAddress:
    """A server and a database; `uri` and `shown` hold no password."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None
    contacts: bool
    connect: float
    retry: float
    timeout: float | None
    pool: int
    batch: int

    @property
    def shown(self) -> str:
        """The address as people may see it."""
        return self.uri + (f"/{self.database}" if self.database else "")


def is_neo4j(address: str) -> bool:
    """Whether an address is one of a Neo4j server."""
    return address.partition("://")[0].lower() in SCHEMES and "://" in address


def read_address(address: str, options: NeoOptions | None = None) -> NeoAddress:
    """The parts of ``scheme://[user[:password]@]host[:port][/database][?policy=…]``.

    Raises
    ------
    StoreError
        No host, or no password anywhere.
    """
    options = options or NeoOptions()
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, PORT
    if not host:
        raise StoreError(
            say(
                zh="地址应如 neo4j://主机:7687/数据库",
                en="the address should read neo4j://host:7687/database",
            )
        )
    if not parts.scheme.startswith("neo4j") and parts.query:
        raise StoreError(
            say(
                zh="“?…”(路由选项)只用于 neo4j:// 地址",
                en="what follows '?' (routing) belongs to neo4j:// addresses only",
            )
        )
    routing = f"?{urlencode(parse_qsl(parts.query))}" if parts.query else ""
    shown_host = f"[{host}]" if ":" in host else host
    password = options.password or unquote(parts.password or "") or _environment("PASSWORD")
    made = NeoAddress(
        uri=f"{parts.scheme.lower()}://{shown_host}:{port}{routing}",
        user=options.user or unquote(parts.username or "") or _environment("USER") or "neo4j",
        password=password or "",
        database=options.database or unquote(parts.path.strip("/")) or _environment("DATABASE") or None,
        contacts=_environment("CONTACTS") in ("1", "true", "yes")
        if options.contacts is None
        else options.contacts,
        connect=options.connect,
        retry=_number("RETRY", options.retry, 3.0),
        timeout=_number("TIMEOUT", options.timeout, 0.0) or None,
        pool=int(_number("POOL", options.pool, 100)),
        batch=int(_number("BATCH", options.batch, 20_000)),
    )
    if password is None or password == "":
        raise StoreError(
            say(
                zh=f"{made.shown}:没有密码。设置环境变量 ORGRAPH_NEO4J_PASSWORD(用户 {made.user})",
                en=f"{made.shown}: no password. Set ORGRAPH_NEO4J_PASSWORD (user {made.user})",
            )
        )
    return made


def with_contacts(address: NeoAddress, contacts: bool) -> NeoAddress:  # noqa: FBT001 - it is the value
    """The same address, writing contacts or not."""
    return replace(address, contacts=contacts)


def _environment(name: str) -> str | None:
    return os.environ.get(f"ORGRAPH_NEO4J_{name}")


def _number(name: str, given: float | None, usual: float) -> float:
    if given is not None:
        return given
    text = _environment(name)
    if not text:
        return usual
    try:
        return float(text)
    except ValueError:
        raise StoreError(
            say(zh=f"ORGRAPH_NEO4J_{name} 应是数", en=f"ORGRAPH_NEO4J_{name} should be a number")
        ) from None


def without_account(address: str) -> str:
    """An address as people may see it: without user and password."""
    scheme, sign, rest = address.partition("://")
    return f"{scheme}{sign}{rest.rpartition('@')[2]}" if sign else address
