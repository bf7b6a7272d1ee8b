"""Tells operators which brands are not judged yet, and which of their sources are silent: gauges and log lines."""

import logging

from alerts.policy import DRILL
from streams import metrics

log = logging.getLogger(__name__)


class BrandWatch:
    """Told by the spike detector again and again; says only what has changed in this process. It alerts nobody."""

    def __init__(self) -> None:
        self._silent: dict[str, frozenset[str]] = {}
        self._known: dict[str, bool] = {}

    def __call__(self, brand: str, silent: tuple[str, ...], known: bool | None) -> None:
        """`known`: whether the brand is judged; None: it is forgotten."""
        if not brand.startswith(DRILL):  # an exercise has no usual days
            self._judged(brand, known)
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

    def _judged(self, brand: str, known: bool | None) -> None:
        before = self._known.get(brand)
        if known is before:
            return
        if known is None:
            del self._known[brand]
            metrics.BRAND_JUDGED.remove(brand)
            return
        self._known[brand] = known
        metrics.BRAND_JUDGED.labels(brand).set(known)
        if not known:
            log.info("%r is new here: its spikes are not judged before its usual days are known (tocsin learn)", brand)
        elif before is False:
            log.info("%r is known well enough now: its spikes are judged", brand)
