"""Series that a rule or a panel waits for, at zero before anything has happened.

Prometheus sees no increase in a series that begins at one: without these the first alert that reaches nobody would be
counted, and ring for no operator (https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics). For
labels that nobody knows beforehand (what Slack answers, what a source is sent) the rules look at `_created`.
"""

from typing import Final

from alerts.interactions.signature import Forged
from alerts.interactions.slack import Refused
from models.records import JudgedAs, SignalKind, SignalPhase, Why
from streams import metrics
from streams.settings.schema import Settings
from streams.topology import PIPELINE

DEAD: Final = (
    "malformed",
    "invalid",
    "tombstone",
    "refused",
    "bad-past",
    "step-failed",
    "wake-failed",
    "too-large",
    "state-too-large",
)
"""Why a stage gives a record up."""
CLICKS: Final = (
    *("accepted", "ignored", "failed", "malformed", "too-large", "slow"),
    *(each.value for each in Forged),
    *(each.value for each in (Refused.STRANGER, Refused.FOREIGNER)),
)
"""What becomes of a click in Slack."""
_DECIDING: Final = ("incidents", "attention", "delivery")
_KINDS: Final = {
    "spikes": (SignalKind.SPIKE,),
    "virality": (SignalKind.VIRAL_THREAT, SignalKind.VIRAL_OPPORTUNITY),
}
BRANDS: Final = 200
"""Series by brand are shown beforehand for so many: of ten thousand brands there would be a hundred thousand zeros in
each scrape, and no rule waits for them."""
_ACTIONS: Final = ("ack", "snooze", "false-alarm", "resolve", "silence", "unsilence", "mute")


def begin(agent: str, settings: Settings) -> None:
    """Shows an agent's series; those of channels are shown by what counts them (`streams.channels`)."""
    if agent in {stage.name for stage in PIPELINE}:
        for reason in DEAD:
            metrics.DEAD.labels(agent, reason)
    if agent in _DECIDING:
        for why in Why:
            metrics.INCIDENTS.labels(why.value)
    if agent == "console":
        _console()
    for brand in settings.brands if len(settings.brands) <= BRANDS else ():
        for kind in _KINDS.get(agent, ()):
            for phase in SignalPhase:
                metrics.SIGNALS.labels(brand.name, kind.value, phase.value)
        if agent == "incidents":
            for verdict in JudgedAs:
                metrics.JUDGED.labels(brand.name, verdict.value)


def _console() -> None:
    for result in CLICKS:
        metrics.SLACK_INTERACTIONS.labels(result)
    for action in _ACTIONS:
        for outcome in ("accepted", "failed"):
            metrics.CONSOLE_ACTIONS.labels(action, outcome)
