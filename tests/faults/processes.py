"""Agent processes that a test starts, kills and ends."""

import signal
import subprocess
import sys
from typing import Final

from streams.handover import Handover, pack
from streams.settings.schema import Settings

TOY: Final = (sys.executable, "-m", "tests.faults.worker")


class Agents:
    """Processes of one pipeline, by agent."""

    def __init__(self, settings: Settings, names: tuple[str, ...], *, command: tuple[str, ...] = TOY) -> None:
        self._settings = settings
        self._command = command
        self.names = names
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ended: list[tuple[str, int]] = []
        """Which agents ended by themselves, with which code."""

    def start(self, name: str, *, metrics_port: int = -1) -> None:
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE)
        assert process.stdin is not None
        told = Handover(agent=name, settings=self._settings, metrics_port=metrics_port)
        process.stdin.write(pack(told))
        process.stdin.flush()
        self._processes[name] = process

    def start_all(self) -> None:
        for name in self.names:
            self.start(name)

    def kill(self, name: str) -> None:
        """SIGKILL: nothing can be tidied up."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def revive(self) -> None:
        """Starts again what has ended by itself with an error, as the supervisor of `tocsin run` does."""
        for name, process in list(self._processes.items()):
            if process.poll() not in (None, 0):
                self.ended.append((name, process.returncode))
                self.start(name)

    def tell_where_they_stand(self) -> None:
        """Has each process write its tasks' stacks to stderr: for a test that fails because nothing comes."""
        for process in self._processes.values():
            process.send_signal(signal.SIGUSR1)

    def kill_all(self) -> None:
        for name in list(self._processes):
            self.kill(name)

    def terminate(self, name: str, *, within_s: float = 20) -> int:
        """SIGTERM; the exit code."""
        process = self._processes.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=within_s)

    def terminate_all(self) -> None:
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        self._processes.clear()

    def wait(self, name: str, *, within_s: float = 30) -> int:
        """Waits for an agent to end by itself; the exit code."""
        return self._processes.pop(name).wait(timeout=within_s)
