"""Tells operators which sources have fallen silent for a brand: a gauge and a log line, never an alert."""

import logging

from streams import metrics

log = logging.getLogger(__name__)


class SilentSources:
    """Told by the spike detector again and again; says only what has changed in this process."""

    def __init__(self) -> None:
        self._silent: dict[str, frozenset[str]] = {}

    def __call__(self, brand: str, silent: tuple[str, ...]) -> None:
        before, now = self._silent.get(brand, frozenset()), frozenset(silent)
        if now == before:
            return
        if now:
            self._silent[brand] = now
        else:
            self._silent.pop(brand, None)
        for source in sorted(now - before):
            metrics.SOURCE_SILENT.labels(source, brand).set(1)
            log.warning(
                "source %r brings no mention of %r for far longer than usual: nothing is learned of it meanwhile",
                source,
                brand,
            )
        for source in sorted(before - now):
            metrics.SOURCE_SILENT.labels(source, brand).set(0)
            log.info("source %r brings mentions of %r again, or is given up", source, brand)
