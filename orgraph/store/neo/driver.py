"""Talking to a Neo4j server: connecting within seconds, and every error in one clear line.

The driver by itself tries a missing server for half a minute and more, and its messages are for
programmers. No message made here holds a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from orgraph.model.errors import MissingExtra, OrgraphError, StoreError, StoreNotFound
from orgraph.model.glossary import say
from orgraph.store.neo.address import NeoAddress

if TYPE_CHECKING:
    import neo4j

OLDEST = (5, 23)
"""The first server that understands ``CALL (x) { … }``."""


class Connection:
    """A driver for one database: its pool, and bookmarks so that each call reads what the last one wrote."""

    def __init__(self, address: NeoAddress) -> None:
        try:
            import neo4j
        except ImportError:
            raise MissingExtra("neo4j", "neo4j") from None
        self.address = address
        with told(address):
            self._driver = neo4j.GraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password),
                connection_timeout=address.connect,
                connection_acquisition_timeout=address.connect + 1.5,
                max_transaction_retry_time=address.retry,
                initial_retry_delay=0.2,
                retry_delay_multiplier=1.5,
                max_connection_pool_size=address.pool,
                notifications_min_severity="OFF",
                user_agent="orgraph",
            )
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        try:
            with told(address):
                self._greet()
        except BaseException:
            self.close()
            raise

    def _greet(self) -> None:
        """Find the server, sign in, look at its version; then the database."""
        info = self._driver.get_server_info()
        found = re.search(r"/(\d+)\.(\d+)", info.agent)
        if found and (int(found[1]), int(found[2])) < OLDEST:
            raise StoreError(
                say(
                    zh=f"{self.address.shown} 是 {info.agent},太旧:需要 Neo4j {OLDEST[0]}.{OLDEST[1]} 或更新",
                    en=f"{self.address.shown} is {info.agent}, which is too old: Neo4j "
                    f"{OLDEST[0]}.{OLDEST[1]} or later is needed",
                )
            )
        self.read("RETURN 1", {})

    def close(self) -> None:
        """Close the pool."""
        self._driver.close()

    def read(self, text: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
        """The rows of a query, in a transaction that cannot write; a cluster sends it to a follower."""
        with self._session("READ") as session:
            return session.execute_read(self._work(lambda tx: _rows(tx.run(text, dict(parameters)))))

    def table(self, text: str, parameters: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
        """Names of columns, and rows."""

        def work(tx: neo4j.ManagedTransaction) -> tuple[list[str], list[list[Any]]]:
            result = tx.run(text, dict(parameters))
            return list(result.keys()), _rows(result)

        with self._session("READ") as session:
            made: tuple[list[str], list[list[Any]]] = session.execute_read(self._work(work))
        return made

    def write(self, work: Callable[[neo4j.ManagedTransaction], Any]) -> Any:
        """Run some work in one transaction, tried again where the driver knows that it may."""
        with self._session("WRITE") as session:
            return session.execute_write(self._work(work))

    def alone(self, text: str) -> None:
        """A statement that commits by itself, such as a change of the schema."""
        with self._session("WRITE") as session:
            session.run(text).consume()

    def _session(self, mode: str) -> neo4j.Session:
        return self._driver.session(
            database=self.address.database,
            default_access_mode=mode,
            bookmark_manager=self._bookmarks,
        )

    def _work(self, work: Callable[[neo4j.ManagedTransaction], Any]) -> Any:
        import neo4j

        return neo4j.unit_of_work(metadata={"app": "orgraph"}, timeout=self.address.timeout)(work)


def _rows(result: neo4j.Result) -> list[list[Any]]:
    return [record.values() for record in result]


@contextmanager
def told(address: NeoAddress) -> Iterator[None]:
    """Turn what the driver and the server say into one line with the way out."""
    try:
        from neo4j.exceptions import ConfigurationError, DriverError, Neo4jError
    except ImportError:
        raise MissingExtra("neo4j", "neo4j") from None

    try:
        yield
    except OrgraphError:
        raise
    except Neo4jError as error:
        raise _of_server(address, error.code or "", _plain(error.message)) from None
    except (ConfigurationError, DriverError, OSError, ValueError) as error:
        raise _of_driver(address, error) from None


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())[:300]


def _of_server(address: NeoAddress, code: str, message: str) -> StoreError:
    at, user = address.shown, address.user
    for part, make in _ANSWERS.items():
        if part in code:
            return make(at, user, message)
    return StoreError(say(zh=f"{at}:{message}", en=f"{at}: {message}"))


def _not_signed_in(at: str, user: str, _: str) -> StoreError:
    return StoreError(
        say(
            zh=f"{at}:用户 {user} 或其密码不对。检查 ORGRAPH_NEO4J_USER 与 ORGRAPH_NEO4J_PASSWORD",
            en=f"{at}: wrong user or password for {user}. "
            "Check ORGRAPH_NEO4J_USER and ORGRAPH_NEO4J_PASSWORD",
        )
    )


def _no_database(at: str, _: str, message: str) -> StoreError:
    return StoreNotFound(
        say(
            zh=f"{at}:没有这个数据库。SHOW DATABASES 列出已有的({message})",
            en=f"{at}: there is no such database. SHOW DATABASES lists those that exist ({message})",
        )
    )


def _forbidden(at: str, user: str, message: str) -> StoreError:
    return StoreError(
        say(
            zh=f"{at}:用户 {user} 没有这个权限,请管理员授予写权限,或换用户({message})",
            en=f"{at}: user {user} lacks the right: ask for write access, or use another user ({message})",
        )
    )


def _writing_in_reading(at: str, _: str, __: str) -> StoreError:
    return StoreError(say(zh=f"{at}:查询只能读,不能写", en=f"{at}: a query may read, not write"))


def _expired(at: str, user: str, _: str) -> StoreError:
    return StoreError(
        say(
            zh=f"{at}:用户 {user} 须先改密码:"
            "ALTER CURRENT USER SET PASSWORD FROM '旧' TO '新'(数据库 system)",
            en=f"{at}: user {user} must change the password first: "
            "ALTER CURRENT USER SET PASSWORD FROM 'old' TO 'new' on the database system",
        )
    )


def _constraint(at: str, _: str, message: str) -> StoreError:
    return StoreError(
        say(
            zh=f"{at}:违反唯一约束,未写入:库被别的程序改过?({message})",
            en=f"{at}: a uniqueness constraint stands against it, nothing was written; "
            f"did another program change the graph? ({message})",
        )
    )


def _too_long(at: str, _: str, __: str) -> StoreError:
    return StoreError(
        say(
            zh=f"{at}:超过时限。缩小范围(--under),或加大 ORGRAPH_NEO4J_TIMEOUT(秒)",
            en=f"{at}: it took longer than allowed. Ask for less (--under), "
            "or raise ORGRAPH_NEO4J_TIMEOUT (seconds)",
        )
    )


def _no_memory(at: str, _: str, __: str) -> StoreError:
    return StoreError(
        say(
            zh=f"{at}:服务器内存不够。减小 ORGRAPH_NEO4J_BATCH,或加大 server.memory.heap.max_size",
            en=f"{at}: the server is out of memory. Lower ORGRAPH_NEO4J_BATCH, "
            "or raise server.memory.heap.max_size",
        )
    )


def _wrong_query(at: str, _: str, message: str) -> StoreError:
    return StoreError(say(zh=f"{at}:查询有误:{message}", en=f"{at}: the query is wrong: {message}"))


_ANSWERS: dict[str, Callable[[str, str, str], StoreError]] = {
    "Security.Unauthorized": _not_signed_in,
    "Security.AuthenticationRateLimit": _not_signed_in,
    "Security.CredentialsExpired": _expired,
    "Security.Forbidden": _forbidden,
    "Database.DatabaseNotFound": _no_database,
    "Statement.AccessMode": _writing_in_reading,
    "Schema.ConstraintValidationFailed": _constraint,
    "TransactionTimedOut": _too_long,
    "MemoryPoolOutOfMemory": _no_memory,
    "OutOfMemoryError": _no_memory,
    "ClientError.Statement": _wrong_query,
}


def _of_driver(address: NeoAddress, error: Exception) -> StoreError:
    at, reason = address.shown, _plain(str(error)).replace(address.password, "…")
    if type(error).__name__ in ("SessionExpired", "IncompleteCommit", "ConnectionAcquisitionTimeoutError"):
        return lost(at)
    if type(error).__name__ == "ServiceUnavailable" and "defunct" in reason:
        return lost(at)
    if "ConfigurationError" in type(error).__name__ or isinstance(error, ValueError):
        return StoreError(say(zh=f"{at}:地址不对:{reason}", en=f"{at}: the address is wrong: {reason}"))
    return StoreError(
        say(
            zh=f"{at} 没有应答:服务器在运行吗?地址和端口(Bolt,通常 7687)对吗?({reason})",
            en=f"{at} does not answer: is the server running, and are address and port (Bolt, usually "
            f"7687) right? ({reason})",
        )
    )


def lost(at: str) -> StoreError:
    """The connection broke, maybe in the middle of a write."""
    return StoreError(
        say(
            zh=f"{at}:连接中断。库仍是上一版或新一版,不会只有一半;再运行一次即可补完",
            en=f"{at}: the connection broke. The store shows the old revision or the new one, never a part; "
            "run it again to complete it",
        )
    )
