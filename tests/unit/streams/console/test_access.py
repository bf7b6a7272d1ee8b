"""Sessions cannot be forged, stretched or carried over; guessing is slowed down."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.console.access import SESSION_LENGTH, Access, Brake
from streams.settings.kinds import Secret

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ACCESS = Access(Secret("correct horse battery"))


def test_a_session_says_who_it_is_for_some_hours() -> None:
    """The name comes back, until the session is over."""
    cookie = ACCESS.issue("Zoé", NOW)
    session = ACCESS.session(cookie, NOW + SESSION_LENGTH - timedelta(seconds=1))
    assert session is not None
    assert session.by == "Zoé"
    assert ACCESS.session(cookie, NOW + SESSION_LENGTH) is None


def test_two_sessions_do_not_share_a_form() -> None:
    """What a form must send back differs between two sessions of one person."""
    one, other = (ACCESS.session(ACCESS.issue("Zoé", NOW), NOW) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.csrf != other.csrf


def test_a_new_token_ends_all_sessions() -> None:
    """A cookie signed under one token is nothing under another, and without any."""
    cookie = ACCESS.issue("Zoé", NOW)
    assert Access(Secret("another")).session(cookie, NOW) is None
    nobody = Access(Secret(""))
    assert nobody.session(nobody.issue("Zoé", NOW), NOW) is None


@pytest.mark.parametrize("token", ["", "correct", "correct horse battery ", "correct horse batterz", "\ud800"])
def test_only_the_token_is_admitted(token: str) -> None:
    """Nothing but the whole token, and nothing at all where none is set."""
    assert not ACCESS.admits(token)
    assert not Access(Secret("")).admits(token)


@given(st.integers(0, 10_000), st.characters())
def test_a_changed_cookie_is_worth_nothing(place: int, char: str) -> None:
    """Any other character anywhere: nobody, or the very same claim (base64 has spare bits), never an error."""
    cookie = ACCESS.issue("Zoé", NOW)
    place %= len(cookie)
    changed = ACCESS.session(cookie[:place] + char + cookie[place + 1 :], NOW)
    assert changed is None or changed == ACCESS.session(cookie, NOW)


@given(st.text())
def test_any_cookie_is_read_without_an_error(cookie: str) -> None:
    """What is no cookie of ours is nobody."""
    assert ACCESS.session(cookie, NOW) is None


def test_guessing_is_slowed_down() -> None:
    """Ten wrong tokens stop an address for five minutes; others are not concerned."""
    brake = Brake()
    for _ in range(10):
        assert not brake.blocks("192.0.2.1", NOW)
        brake.failed("192.0.2.1", NOW)
    assert brake.blocks("192.0.2.1", NOW)
    assert not brake.blocks("192.0.2.2", NOW)
    assert not brake.blocks("192.0.2.1", NOW + timedelta(minutes=5))
