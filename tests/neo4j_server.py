"""A real Neo4j Community server for tests, started from the jars that Maven fetches once.

Jars lie in Maven's own repository; the class path is kept beside the user's caches. A server has a fresh
folder, a free port of this machine and a password of its own.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

POM = Path(__file__).resolve().parent / "neo4j" / "pom.xml"
OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.lang")
CONF = """
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.memory.heap.max_size={heap}
server.memory.pagecache.size=256m
{more}
"""
FEW_PLANS = "dbms.cypher.min_replan_interval=1h"
"""For tests that empty the database again and again: what was planned once stays planned."""
MARK = "OrgraphTest"
"""Label of the node that says: this database may be emptied."""


def missing() -> str | None:
    """Why no server can be started here; None where one can."""
    absent = [name for name in ("java", "mvn") if shutil.which(name) is None]
    return f"no {' and no '.join(absent)}: install a Java 17 runtime and Maven" if absent else None


def class_path(version: str = "") -> str:
    """The jars of the server, fetched by Maven when they are not there yet."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "orgraph-tests"
    kept = caches / f"neo4j-{version or 'default'}-{POM.stat().st_mtime_ns}.classpath"
    if kept.is_file() and all(Path(jar).is_file() for jar in kept.read_text().split(":")):
        return kept.read_text()
    caches.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:build-classpath", f"-Dmdep.outputFile={fresh}"]
    if version:
        command.append(f"-Dneo4j.version={version}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"Maven could not fetch the server:\n{done.stdout}{done.stderr}"
    fresh.replace(kept)
    return kept.read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One server with its folder; it can be killed and started again on the same folder and port."""

    def __init__(self, home: Path, *, heap: str = "1g", version: str = "", more: str = "") -> None:
        self.home, self.heap, self.jars, self.more = home, heap, class_path(version), more
        self.port = free_port()
        self.password = ""
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    def start(self) -> Server:
        self._configure()
        opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS]
        command = ["java", f"-Xmx{self.heap}", *opens, "-cp", self.jars]
        command += ["org.neo4j.server.CommunityEntryPoint", f"--home-dir={self.home}"]
        command += [f"--config-dir={self.home / 'conf'}", "--console-mode"]
        log = self.home / f"console-{time.monotonic_ns()}.log"
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=self.home)
        until = time.monotonic() + 120
        while "Started." not in log.read_text(errors="replace"):
            assert self.process.poll() is None, f"the server ended:\n{log.read_text(errors='replace')}"
            assert time.monotonic() < until, f"the server did not start:\n{log.read_text(errors='replace')}"
            time.sleep(0.1)
        if not self.password:
            self._first_password()
        return self

    def admin(self, *words: str) -> None:
        """Run neo4j-admin on this server, which must not be running."""
        self._configure()
        opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS]
        environment = os.environ | {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        command = ["java", *opens, "-cp", self.jars, "org.neo4j.cli.AdminTool", *words]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=self.home, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _configure(self) -> None:
        (self.home / "conf").mkdir(parents=True, exist_ok=True)
        conf = CONF.format(port=self.port, heap=self.heap, more=self.more)
        (self.home / "conf" / "neo4j.conf").write_text(conf)

    def _first_password(self) -> None:
        import neo4j

        self.password = secrets.token_urlsafe(12)
        with neo4j.GraphDatabase.driver(self.uri, auth=("neo4j", "neo4j")) as driver:
            driver.execute_query(
                "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new",
                {"new": self.password},
                database_="system",
            )

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


class Database:
    """Where tests may write: an address with its account, and how to empty it."""

    def __init__(self, uri: str, user: str, password: str, server: Server | None = None) -> None:
        import neo4j

        self.uri, self.user, self.password, self.server = uri, user, password, server
        self.driver = neo4j.GraphDatabase.driver(uri, auth=(user, password), notifications_min_severity="OFF")
        self.driver.verify_connectivity()

    @property
    def login(self) -> dict[str, str]:
        return {"user": self.user, "password": self.password}

    def run(self, text: str, **parameters: object) -> list[tuple]:
        return [tuple(record.values()) for record in self.driver.execute_query(text, parameters).records]

    def claim(self) -> None:
        """Put the test's mark in; a database with nodes and without the mark is somebody's."""
        ((nodes,),) = self.run("MATCH (n) RETURN count(n)")
        ((marks,),) = self.run(f"MATCH (m:{MARK}) RETURN count(m)")
        assert not nodes or marks, f"{self.uri} holds {nodes} nodes and no (:{MARK}): tests leave it alone"
        self.run(f"MERGE (:{MARK})")

    def empty(self) -> None:
        """Take everything out but the mark."""
        self.claim()
        with self.driver.session() as session:
            session.run(
                f"MATCH (n) WHERE NOT n:{MARK} CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 5000 ROWS"
            ).consume()

    def close(self) -> None:
        self.driver.close()
