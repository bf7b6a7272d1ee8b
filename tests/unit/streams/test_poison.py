"""What a stage gives up is said in its log: soon, seldom, and without a word of it."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import ManualClock
from streams.dead import dead
from streams.poison import PoisonLog, _where
from streams.publish import Outgoing
from tests import samples


def letter(offset: int, reason: str = "step-failed", origin: str = "") -> Outgoing:
    return dead(
        reason, "KeyError: her name", origin or f"posts/3/{offset}", samples.NOW, key="hers", payload=b"her words"
    )


def test_the_first_is_told_at_once_and_the_rest_in_a_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """A flood of one reason hides no other one; what came last is told though nothing comes after it."""
    caplog.set_level(logging.WARNING)
    clock = ManualClock(samples.NOW)
    said = PoisonLog("understand", clock)
    said.take([letter(n) for n in range(40)])
    said.take([letter(40, "malformed")])
    assert caplog.messages == [
        "understand: a record is given up (step-failed) at posts/3/0; see `tocsin dead`",
        "understand: a record is given up (malformed) at posts/3/40; see `tocsin dead`",
    ]
    caplog.clear()
    clock.advance(59)
    said.tell()
    assert caplog.messages == []
    clock.advance(1)
    said.tell()
    assert caplog.messages == ["understand: 39 more given up (step-failed), the last at posts/3/39"]
    caplog.clear()
    clock.advance(60)
    said.take([letter(50), letter(51, "malformed")])
    assert [each.split(" at ")[1] for each in caplog.messages] == [
        "posts/3/50; see `tocsin dead`",
        "posts/3/51; see `tocsin dead`",
    ]


def test_a_source_is_told_by_name_and_what_is_left_at_its_end(caplog: pytest.LogCaptureFixture) -> None:
    """Where in the source it stood may be an address, and is in the letter; a short file says how many there were."""
    caplog.set_level(logging.WARNING)
    said = PoisonLog("source press", ManualClock(samples.NOW))
    for _ in range(3):
        said.given_up("no-time")
    said.finish()
    said.finish()
    assert caplog.messages == [
        "source press: a record is given up (no-time); see `tocsin dead`",
        "source press: 2 more given up (no-time)",
    ]


def test_nothing_of_a_record_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Neither its words, nor its key, nor an error that may quote them; what failed to wake is named by its place."""
    said = PoisonLog("spikes", ManualClock(samples.NOW))
    said.take([letter(1), letter(2, "wake-failed", "spikes/3/hers/0"), letter(3, "state-too-large", "spikes/3/hers")])
    assert "her" not in caplog.text.replace("other", "")
    assert "spikes/3;" in caplog.text


def test_an_alert_that_reached_nobody_is_told_by_the_outbox(caplog: pytest.LogCaptureFixture) -> None:
    """It is no poison, and whom it was for is said there."""
    PoisonLog("delivery", ManualClock(samples.NOW)).take([letter(1, "undelivered")])
    assert caplog.messages == []


@given(st.text(max_size=40) | st.integers(0).map(str))
def test_a_key_is_never_taken_for_an_offset(key: str) -> None:
    """Whatever the public puts into a key, the place is a stage and a partition, and one line."""
    assert _where(f"spikes/3/{key}@2026-01-01T00:00:00+00:00") == "spikes/3"
    assert _where(f"spikes/3/{key}") == "spikes/3"
