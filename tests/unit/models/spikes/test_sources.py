"""Which sources are taken to be silent, on a clock that is even."""

import random

import pytest

from models.spikes.sources import Sources

DAY = 1_440


def lived(sources: Sources, until: int, gaps: dict[str, int], *, since: int = 0) -> None:
    """Lets each source speak at random, so many minutes apart on average."""
    rng = random.Random(since)
    for minute in range(since + 1, until + 1):
        sources.pass_to(minute, lambda _: 1.0)
        for name, gap in gaps.items():
            if rng.random() < 1 / gap:
                sources.hear(name)


def test_a_source_that_dies_is_silent_and_one_that_speaks_again_is_not() -> None:
    """A source that says nothing for long beyond its habit is silent, until it is heard again."""
    sources = Sources()
    lived(sources, 5 * DAY, {"a": 10, "b": 20})
    assert sources.silent() == ()
    lived(sources, 6 * DAY, {"b": 20}, since=5 * DAY)
    assert sources.silent() == ("a",)
    sources.hear("a")
    assert sources.silent() == ()


def test_a_small_source_leaves_no_hole() -> None:
    """A source that brings little of a brand's mentions is never missed."""
    sources = Sources()
    lived(sources, 10 * DAY, {"large": 5, "small": 100})
    lived(sources, 15 * DAY, {"large": 5}, since=10 * DAY)
    assert sources.silent() == ()


def test_a_young_source_is_not_judged() -> None:
    """A source that is known for less than three days has no habit to break."""
    sources = Sources()
    lived(sources, 2 * DAY, {"a": 10})
    lived(sources, 4 * DAY, {}, since=2 * DAY)
    assert sources.silent() == ()


def test_a_source_that_is_gone_for_a_week_is_given_up() -> None:
    """After a week of silence a source is no longer waited for."""
    sources = Sources()
    lived(sources, 5 * DAY, {"a": 10, "b": 10})
    lived(sources, 11 * DAY, {"b": 10}, since=5 * DAY)
    assert sources.silent() == ("a",)
    lived(sources, 13 * DAY, {"b": 10}, since=11 * DAY)
    assert sources.silent() == ()


def test_weekends_become_usual() -> None:
    """A source that rests from Friday to Monday is taken to be dead at first, and not for ever."""
    sources, silent = Sources(), []
    for week in range(8):
        lived(sources, week * 7 * DAY + 5 * DAY, {"a": 20}, since=week * 7 * DAY)
        sources.pass_to((week + 1) * 7 * DAY, lambda _: 1.0)
        silent.append(bool(sources.silent()))
    assert silent[0]
    assert not any(silent[-2:])


def test_an_outage_doubles_the_patience_at_most() -> None:
    """One long outage makes us wait longer for the next, but not for ever longer."""
    sources = Sources()
    lived(sources, 5 * DAY, {"a": 10})
    limit = sources.known["a"].limit
    sources.pass_to(7 * DAY, lambda _: 1.0)
    sources.hear("a")
    assert sources.known["a"].limit <= 2 * limit + 1e-9


def test_quiet_hours_are_short_on_the_brands_clock() -> None:
    """A night in which a brand is hardly mentioned counts as little silence."""
    sources = Sources()
    sources.pass_to(600, lambda _: 1.0)
    sources.pass_to(660, lambda _: 0.1)
    assert sources.clock == pytest.approx(6.0)
    sources.pass_to(630, lambda _: 1.0)
    assert sources.clock == pytest.approx(6.0)


def test_at_most_eight_are_kept_and_the_least_heard_goes() -> None:
    """A brand remembers eight sources; a ninth takes the place of the one heard least."""
    sources = Sources()
    for _ in range(3):
        for name in "abcdefgh":
            sources.hear(name)
    sources.hear("i" * 100)
    assert len(sources.known) == 8
    assert "i" * 40 in sources.known
    assert "a" not in sources.known
