"""What can be wrong with a server, each in one line with the way out, within five seconds."""

from __future__ import annotations

import os
import socket
import time
import traceback
from urllib.parse import urlsplit

import pytest
from store_big import between, tables, town
from store_samples import changes, unit

import orgraph as og
from orgraph.model.errors import OrgraphError, StoreError, StoreNotFound
from orgraph.model.structure import Structures
from orgraph.store.neo.address import NeoOptions, read_address
from orgraph.store.neo.store import NeoStore

SECRET = "s3cr3t-Geheim"


def refused(call, match: str, kind=StoreError) -> None:
    """The call ends within five seconds in one line that matches and tells no password."""
    began = time.monotonic()
    with pytest.raises(kind, match=match) as caught:
        call()
    assert time.monotonic() - began < 5
    assert "\n" not in str(caught.value)
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told + repr(caught.value)


@pytest.fixture
def shared(neo4j_database):
    neo4j_database.empty()
    NeoStore.create(neo4j_database.uri, town(), NeoOptions(**neo4j_database.login)).close()
    return neo4j_database


def address_of(database, path: str = "", password: str = "") -> str:
    parts = urlsplit(database.uri)
    return f"bolt://{database.user}:{password or database.password}@{parts.hostname}:{parts.port}{path}"


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_no_server(scheme, neo4j_runnable):
    from neo4j_server import free_port

    port = free_port()
    uri = f"{scheme}://neo4j:{SECRET}@127.0.0.1:{port}"
    refused(lambda: og.open(uri), rf"{scheme}://127\.0\.0\.1:{port} 没有应答.*7687")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_somebody_who_listens_and_says_nothing(scheme):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        uri = f"{scheme}://neo4j:{SECRET}@127.0.0.1:{mute.getsockname()[1]}"
        refused(lambda: og.open(uri), "没有应答")


def test_a_server_of_something_else():
    import http.server
    import threading

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        refused(lambda: og.open(f"bolt://neo4j:{SECRET}@127.0.0.1:{web.server_port}"), "没有应答|地址不对")
        web.shutdown()


def test_wrong_password(shared):
    refused(
        lambda: og.open(address_of(shared, password=SECRET)), "neo4j 或其密码不对.*ORGRAPH_NEO4J_PASSWORD"
    )


def test_no_password(monkeypatch):
    monkeypatch.delenv("ORGRAPH_NEO4J_PASSWORD", raising=False)
    refused(lambda: og.open("neo4j://127.0.0.1/x"), "没有密码.*ORGRAPH_NEO4J_PASSWORD")


def test_an_address_without_a_host():
    refused(lambda: og.open("neo4j://"), "neo4j://主机")


def test_wrong_database(shared):
    refused(
        lambda: og.open(address_of(shared, "/nowhere")),
        "nowhere.*没有这个数据库.*SHOW DATABASES",
        StoreNotFound,
    )


def test_no_store_yet(neo4j_database):
    neo4j_database.empty()
    refused(lambda: og.open(address_of(neo4j_database)), "没有库.*orgraph init", StoreNotFound)


def test_a_database_with_other_data_is_left_alone(neo4j_database):
    neo4j_database.empty()
    neo4j_database.run("CREATE (:Person {name: '别人'})")
    call = lambda: og.open(address_of(neo4j_database), structure=town())  # noqa: E731
    refused(call, "已有别的数据")
    assert neo4j_database.run("MATCH (p:Person) RETURN p.name") == [("别人",)]
    neo4j_database.empty()


def test_a_query_cannot_write(shared):
    store = og.open(address_of(shared))
    refused(lambda: store.query("CREATE (:Unit {id: 'x'})"), "只能读")
    refused(lambda: store.query("MATCH (n:Unit) SET n.name = 'x'"), "只能读")
    assert shared.run("MATCH (u:Unit) RETURN count(u)") == [(0,)]


def test_a_wrong_query(shared):
    store = og.open(address_of(shared))
    refused(lambda: store.query("MATCH (n RETURN n"), "查询有误")
    refused(lambda: store.query("RETURN $lacking"), "查询有误.*lacking")


def test_timeout(shared):
    store = og.open(address_of(shared), options=NeoOptions(timeout=0.5))
    text = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b)"
    refused(lambda: store.query(text), "超过时限.*ORGRAPH_NEO4J_TIMEOUT")


def test_a_constraint_that_is_broken(shared):
    store = og.open(address_of(shared))
    shared.run("CREATE (:Revision {number: 2})")  # another program made what is ours to make
    refused(lambda: store.apply(changes(town(), units=[unit("u", "town", "镇")])), "连接中断|唯一约束")
    shared.run("MATCH (r:Revision {number: 2}) DELETE r")
    shared.run("CREATE (:Unit:Absent {id: 'u'})")
    refused(lambda: store.apply(changes(town(), units=[unit("u", "town", "镇")])), "唯一约束.*未写入")
    assert store.revision == 1
    assert store.read().units.is_empty()


def test_a_user_who_must_change_the_password_first(tmp_path, neo4j_runnable):
    from neo4j_server import Server

    server = Server(tmp_path / "neo4j")
    server.password = "none yet"
    server.start()
    try:
        uri = server.uri.replace("//", "//neo4j:neo4j@")
        refused(lambda: og.open(uri), "须先改密码.*ALTER CURRENT USER")
    finally:
        server.stop()


def test_a_server_that_may_not_be_written_to(tmp_path, neo4j_runnable):
    """Community knows no roles: a database that is read-only says the same."""
    from neo4j_server import Server

    server = Server(tmp_path / "neo4j").start()
    try:
        options = NeoOptions(user="neo4j", password=server.password)
        NeoStore.create(server.uri, town(), options).close()
        server.stop()
        server.more = "server.databases.default_to_read_only=true"
        server.start()
        store = og.open(server.uri, options=options)
        assert store.revision == 1
        refused(lambda: store.apply(between({}, tables(3))), "写|write")
    finally:
        server.stop()


def test_no_error_and_no_representation_shows_the_password(shared):
    store = og.open(address_of(shared))
    words = [
        repr(store),
        str(store),
        store.address,
        repr(NeoOptions(password=SECRET)),
        str(vars(store).keys()),
    ]
    words += [repr(read_address(f"neo4j://u:{SECRET}@h/x")), repr(store._address), repr(store._connection)]
    assert not any(secret in word for word in words for secret in (SECRET, shared.password))


def test_the_account_comes_from_options_then_the_address_then_the_environment(monkeypatch):
    monkeypatch.setenv("ORGRAPH_NEO4J_USER", "of-environment")
    monkeypatch.setenv("ORGRAPH_NEO4J_PASSWORD", SECRET)
    monkeypatch.setenv("ORGRAPH_NEO4J_DATABASE", "of-environment")
    plain = read_address("neo4j+s://host")
    assert (plain.user, plain.database, plain.password) == ("of-environment", "of-environment", SECRET)
    written = read_address("neo4j+ssc://of%40address:a%2Fb@host:99/of-address")
    assert (written.user, written.password, written.database) == ("of@address", "a/b", "of-address")
    assert written.shown == "neo4j+ssc://host:99/of-address"
    options = NeoOptions(user="o", password="p", database="d")
    given = read_address("bolt+s://x:y@host/z", options)
    assert (given.user, given.password, given.database) == ("o", "p", "d")
    assert read_address("neo4j://host?policy=eu").uri == "neo4j://host:7687?policy=eu"


@pytest.mark.parametrize("name", ["RETRY", "TIMEOUT"])
def test_a_setting_that_is_no_number(name, monkeypatch):
    monkeypatch.setenv(f"ORGRAPH_NEO4J_{name}", "soon")
    with pytest.raises(OrgraphError, match=f"ORGRAPH_NEO4J_{name}"):
        read_address("neo4j://a:b@host")


@pytest.mark.skipif(
    "ORGRAPH_OLD_NEO4J" not in os.environ, reason="set ORGRAPH_OLD_NEO4J=5.20.0 to try an older server"
)
def test_an_older_server(tmp_path, neo4j_runnable):
    from neo4j_server import Server

    server = Server(tmp_path / "neo4j", version=os.environ["ORGRAPH_OLD_NEO4J"]).start()
    try:
        options = NeoOptions(user="neo4j", password=server.password)
        refused(lambda: NeoStore.create(server.uri, Structures({}), options), "太旧:需要 Neo4j")
    finally:
        server.stop()
