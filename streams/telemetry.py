"""The small web server of each agent process: /metrics for Prometheus, /healthz and /readyz for orchestrators."""

from types import TracebackType
from typing import Self

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.health import Health
from streams.listening import CannotListen, listen
from streams.serving import runner


class Telemetry:
    """Serves until it is left; a context manager. `port` -1 switches it off."""

    def __init__(self, health: Health, *, host: str, port: int, stuck_after_s: float) -> None:
        self._health = health
        self._host = host
        self._port = port
        self._stuck_after_s = stuck_after_s
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        if self._port >= 0:
            app = web.Application()
            app.router.add_get("/metrics", self._metrics)
            app.router.add_get("/healthz", self._healthz)
            app.router.add_get("/readyz", self._readyz)
            self._runner = runner(app, shutdown_s=60.0)
            await self._runner.setup()
            try:
                await listen(self._runner, self._host, self._port, "metrics.port")
            except CannotListen:
                await self._runner.cleanup()
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _healthz(self, _: web.Request) -> web.Response:
        problem = self._health.problem(stuck_after_s=self._stuck_after_s)
        return web.Response(text=(problem or "ok") + "\n", status=200 if problem is None else 503)

    async def _readyz(self, _: web.Request) -> web.Response:
        ready = self._health.ready
        return web.Response(text="ready\n" if ready else "joining or recovering\n", status=200 if ready else 503)
