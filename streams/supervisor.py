"""Agents as processes: started, restarted after a crash, ended together, and ended when their supervisor dies."""

import asyncio
import logging
import signal
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from models.clock import Clock
from streams.agents import FAILED, WRONG_CALL, metrics_port
from streams.brokers.embedded import free_port
from streams.handover import Handover, pack
from streams.settings.schema import Settings

_LOG = logging.getLogger(__name__)
_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 30.0
_TOO_OFTEN: Final = 5
_WITHIN_S: Final = 60.0
_END_S: Final = 12.0
AGENT_COMMAND: Final = (sys.executable, "-m", "streams.agents")


class GaveUp(Exception):
    """An agent cannot be kept alive; the message says why."""


@dataclass(slots=True)
class Agent:
    """One agent's process, and its past ones."""

    name: str
    metrics_port: int
    restarts: int = 0
    process: asyncio.subprocess.Process | None = None
    crashes: deque[float] = field(default_factory=deque)


class Fleet:
    """Keeps a set of agents running.

    `command` starts an agent's process, which reads its `Handover` from stdin and ends when stdin closes: so an agent
    does not outlive its supervisor, however that dies.
    """

    def __init__(
        self, settings: Settings, agents: Sequence[str], clock: Clock, *, command: Sequence[str] = AGENT_COMMAND
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._command = command
        self._stopping = asyncio.Event()
        self.agents = {name: Agent(name, self._port(name)) for name in agents}

    async def run(self, stop: asyncio.Event) -> int:
        """Runs until `stop` is set, all agents have finished, or one cannot be kept alive; the exit code."""
        keepers = [asyncio.create_task(self._keep(agent)) for agent in self.agents.values()]
        stopped = asyncio.create_task(stop.wait())
        everything = asyncio.ensure_future(asyncio.gather(*keepers))
        code = 0
        try:
            waits: set[asyncio.Future[Any]] = {stopped, everything}
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if everything.done():
                everything.result()
        except GaveUp as error:
            _LOG.error("%s", error)
            code = FAILED
        finally:
            stopped.cancel()
            await self._end()
            await asyncio.gather(*keepers, return_exceptions=True)
            everything.cancel()
        return code

    async def _keep(self, agent: Agent) -> None:
        wait_s = _FIRST_WAIT_S
        while not self._stopping.is_set():
            began = self._clock.monotonic()
            code = await self._live(agent)
            if self._stopping.is_set() or code == 0:
                return
            if code == WRONG_CALL:
                raise GaveUp(f"{agent.name} cannot run with these settings and topics")
            now = self._clock.monotonic()
            self._count_crash(agent, now, code)
            wait_s = _FIRST_WAIT_S if now - began > _WITHIN_S else min(_LONGEST_WAIT_S, wait_s * 2)
            _LOG.warning("%s ended with code %d; started again in %.1f s", agent.name, code, wait_s)
            sleeping = asyncio.create_task(self._clock.sleep(wait_s))
            stopping = asyncio.create_task(self._stopping.wait())
            _, pending = await asyncio.wait({sleeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()

    def _count_crash(self, agent: Agent, now: float, code: int) -> None:
        agent.restarts += 1
        agent.crashes.append(now)
        while agent.crashes[0] < now - _WITHIN_S:
            agent.crashes.popleft()
        if len(agent.crashes) >= _TOO_OFTEN:
            raise GaveUp(f"{agent.name} ended {_TOO_OFTEN} times within {_WITHIN_S:.0f} s, last with code {code}")

    async def _live(self, agent: Agent) -> int:
        """One life of an agent's process; its exit code."""
        process = await asyncio.create_subprocess_exec(*self._command, stdin=asyncio.subprocess.PIPE)
        agent.process = process
        if self._stopping.is_set():  # nobody looks for it any more, and it has been told nothing yet
            process.kill()
            return await process.wait()
        told = Handover(
            agent=agent.name, settings=self._settings, metrics_port=agent.metrics_port, restarts=agent.restarts
        )
        assert process.stdin is not None
        try:
            process.stdin.write(pack(told))
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            _LOG.warning("%s ended before it was told what to be", agent.name)
        return await process.wait()

    async def _end(self) -> None:
        self._stopping.set()
        processes = [agent.process for agent in self.agents.values() if agent.process is not None]
        alive = [process for process in processes if process.returncode is None]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.gather(*(process.wait() for process in alive)), _END_S)
        except TimeoutError:
            for process in alive:
                if process.returncode is None:
                    _LOG.warning("process %d did not end in time and is killed", process.pid)
                    process.kill()

    def _port(self, name: str) -> int:
        port = metrics_port(self._settings, name)
        return free_port() if port == 0 else port
