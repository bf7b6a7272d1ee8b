"""A real Apache Kafka for tests: fetched with Maven, formatted and run in KRaft mode with plain java."""

import base64
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol, TypeVar

import pytest

from streams.brokers.embedded import die_with_parent, free_port

VERSION: Final = "3.9.1"
CACHE: Final = Path(__file__).parents[2] / ".cache" / "kafka"
_POM: Final = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tocsin</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version>
  </dependency></dependencies>
</project>
"""
_PROPERTIES: Final = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=4
"""


class KafkaMissing(Exception):
    """Real Kafka cannot be run here; the message says how it can."""


class KafkaServer:
    """One KRaft broker on free ports. `kill` and `start` again keep its data."""

    def __init__(self, folder: Path, *, overrides: str = "", formatting: Sequence[str] = ()) -> None:
        """`overrides`: further properties, with `{port}` and `{controller}` in them. `formatting`: for its storage."""
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._libraries = fetched()
        self._properties = folder / "server.properties"
        settings = (_PROPERTIES + overrides).format(port=self._port, controller=free_port(), data=folder / "data")
        self._properties.write_text(settings, encoding="utf-8")
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        subprocess.run(
            [
                *(*self._java(), "kafka.tools.StorageTool", "format"),
                # In one word: an id may begin with a dash, and would be taken for an option.
                *(f"--cluster-id={cluster}", "-c", str(self._properties), *formatting),
            ],
            check=True,
            capture_output=True,
        )

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts the broker and waits until it listens; it answers fully a moment later."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java(), "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        for _ in range(600):
            try:
                self._process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                with socket.socket() as probe:
                    probe.settimeout(0.1)
                    if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                        return
            else:
                break
        raise RuntimeError(f"Kafka did not start: {(self._folder / 'server.log').read_text(encoding='utf-8')[-2000:]}")

    def kill(self) -> None:
        """Ends the broker without notice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _java(self) -> list[str]:
        return ["java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{self._libraries}/*"]


def fetched() -> Path:
    """The folder with Kafka's libraries, fetched at the first call; raises `KafkaMissing`."""
    libraries = CACHE / f"libs-{VERSION}"
    if not shutil.which("java"):
        raise KafkaMissing("no java: install a JRE 17 (Debian: apt-get install default-jre-headless maven)")
    if libraries.is_dir():
        return libraries
    if not shutil.which("mvn"):
        raise KafkaMissing("no mvn: install Maven (Debian: apt-get install maven), once, with a network")
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "pom.xml").write_text(_POM, encoding="utf-8")
    fresh = CACHE / f"fetching-{os.getpid()}"
    fetch = ["mvn", "-q", "-B", "-f", str(CACHE / "pom.xml"), "dependency:copy-dependencies"]
    done = subprocess.run([*fetch, f"-DoutputDirectory={fresh}"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise KafkaMissing(f"Maven could not fetch Kafka {VERSION}; with a network, run it again: {done.stdout[-500:]}")
    fresh.rename(libraries)
    return libraries


class _Server(Protocol):
    def start(self) -> None: ...

    def kill(self) -> None: ...


S = TypeVar("S", bound=_Server)


def running(make: Callable[[], S]) -> Iterator[S]:
    """What a fixture yields of a broker: it runs until the tests that share it are over; skips where none can."""
    try:
        server = make()
    except KafkaMissing as error:
        pytest.skip(f"the Kafka suite needs Java and Maven: {error}. Then: pytest -m kafka")
    try:
        server.start()
        yield server
    finally:
        server.kill()
