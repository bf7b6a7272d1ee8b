"""Silences: what they cover, and what they do not."""

from datetime import timedelta
from typing import Final

import msgspec
import pytest

from alerts.case import folded, opened
from alerts.render.reasons import english
from alerts.silences import LONGEST_SILENCE, SilenceRule, covered, set_by
from alerts.transitions import Event
from models.records import Severity, SignalKind, Silence
from tests.scenarios.world import START, signal

HOUR: Final = timedelta(hours=1)
RULE: Final = SilenceRule("léa", "fair", START, START + HOUR, brands=("acme",), up_to=Severity.P2)
SPIKE: Final = opened(signal(), START).incident


def test_a_silence_holds_from_its_start_to_before_its_end() -> None:
    """The moment at which it ends is not silent any more."""
    assert covered(SPIKE, [RULE], START - timedelta(seconds=1)) is None
    assert covered(SPIKE, [RULE], START) is not None
    assert covered(SPIKE, [RULE], START + HOUR) is None


@pytest.mark.parametrize(
    ("changed", "silent"),
    [
        ({}, True),
        ({"brands": ()}, True),
        ({"brands": ("beta",)}, False),
        ({"kinds": (SignalKind.SPIKE,)}, True),
        ({"kinds": (SignalKind.VIRAL_THREAT,)}, False),
        ({"story": "wave"}, True),
        ({"story": "another"}, False),
        ({"up_to": Severity.P3}, False),
        ({"up_to": Severity.P1}, True),
    ],
)
def test_it_covers_what_it_names(changed: dict[str, object], silent: bool) -> None:
    """Brand, kind, story and severity must all match; what is left empty matches all."""
    rule = msgspec.structs.replace(RULE, **changed)
    assert (covered(SPIKE, [rule], START) is not None) == silent


def test_all_of_an_incident_must_be_silenced() -> None:
    """A viral threat that joins a silenced spike is told, until it is silenced too; the first end counts."""
    case = opened(signal(drivers=["p"]), START)
    viral = signal(kind=SignalKind.VIRAL_THREAT, story="text", drivers=["p"])
    both = folded(case, viral, Event.SAME, START).incident
    spikes = msgspec.structs.replace(RULE, kinds=(SignalKind.SPIKE,))
    threats = msgspec.structs.replace(RULE, kinds=(SignalKind.VIRAL_THREAT,), ends=START + HOUR / 2, reason="known")
    assert covered(both, [spikes], START) is None
    found = covered(both, [spikes, threats], START)
    assert found is not None
    assert found.until == START + HOUR / 2
    assert english((found.reason,)) == "silence by léa until 2026-03-02 09:30 UTC: known"


def test_every_brand_of_a_wave_must_be_silenced() -> None:
    """A wave names brands of which it shows no signal; a silence of one brand does not hold it back."""
    wave = msgspec.structs.replace(SPIKE, brands=("beta",))
    assert covered(wave, [RULE], START) is None
    shorter = msgspec.structs.replace(RULE, brands=("beta",), ends=START + HOUR / 2)
    found = covered(wave, [RULE, shorter], START)
    assert found is not None
    assert found.until == START + HOUR / 2


def test_an_exercise_is_silenced_by_its_own_name_only() -> None:
    """A silence for all brands does not hold back a drill."""
    drill = opened(signal(brand="drill:acme"), START).incident
    assert covered(drill, [msgspec.structs.replace(RULE, brands=())], START) is None
    assert covered(drill, [msgspec.structs.replace(RULE, brands=("drill:acme",))], START) is not None


def test_what_a_human_asks_for_ends_after_a_month_at_most() -> None:
    """Nobody silences a brand for ever by a slip of the finger; author and reason are kept."""
    asked = Silence(
        id="s", brand="acme", incident="", by="tom", via="console", at=START, note="known", until=START + 99 * HOUR * 24
    )
    rule = set_by(asked, START)
    assert (rule.id, rule.author, rule.reason, rule.brands) == ("s", "tom", "known", ("acme",))
    assert rule.ends == START + LONGEST_SILENCE


def test_a_reason_of_any_length_is_said_in_short() -> None:
    """Words of humans are bounded, and a missing reason is named as missing."""
    assert len(str(msgspec.structs.replace(RULE, reason="x" * 10_000, author="y" * 10_000).told.args)) < 700
    assert msgspec.structs.replace(RULE, reason="", author="").told.key == "silence.unsaid"
