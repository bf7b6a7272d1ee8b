"""Who may knock: Slack's signature, its age, and only once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.interactions.signature import WINDOW_S, Forged, Gate, signature

# The example of Slack's own documentation; not a live secret.
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TIMESTAMP = "1531420618"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNED = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
NOW = datetime.fromtimestamp(int(TIMESTAMP), UTC)


def test_the_public_vector_passes() -> None:
    """What Slack's documentation signs, we sign the same, and let in."""
    assert signature(SECRET, TIMESTAMP, BODY) == SIGNED
    assert Gate([SECRET]).admit(TIMESTAMP, SIGNED, BODY, NOW) == SECRET


@pytest.mark.parametrize(
    ("timestamp", "signed", "body", "late_s", "why"),
    [
        ("", SIGNED, BODY, 0, Forged.UNSIGNED),
        (TIMESTAMP, "", BODY, 0, Forged.UNSIGNED),
        (TIMESTAMP, SIGNED, BODY + b"x", 0, Forged.SIGNATURE),
        (TIMESTAMP, SIGNED[:-1] + "4", BODY, 0, Forged.SIGNATURE),
        (TIMESTAMP, SIGNED.upper(), BODY, 0, Forged.SIGNATURE),
        ("1531420619", SIGNED, BODY, 0, Forged.SIGNATURE),
        (TIMESTAMP, SIGNED, BODY, WINDOW_S + 1, Forged.STALE),
        (TIMESTAMP, SIGNED, BODY, -WINDOW_S - 1, Forged.STALE),
        ("١٥٣١٤٢٠٦١٨", SIGNED, BODY, 0, Forged.STALE),
        ("nan", SIGNED, BODY, 0, Forged.STALE),
        ("9" * 400, SIGNED, BODY, 0, Forged.STALE),
    ],
)
def test_what_is_not_right_is_refused(timestamp: str, signed: str, body: bytes, late_s: int, why: Forged) -> None:
    """Unsigned, altered, signed for another time, or too far from our clock: refused, and for the right reason."""
    now = NOW + timedelta(seconds=late_s)
    assert Gate([SECRET]).admit(timestamp, signed, body, now) is why


@pytest.mark.parametrize("secrets", [[], ["wrong"], [""]])
def test_another_secret_is_refused(secrets: list[str]) -> None:
    """No secret, an empty one, or another app's: nobody gets in."""
    assert Gate(secrets).admit(TIMESTAMP, SIGNED, BODY, NOW) is Forged.SIGNATURE


def test_several_apps_share_one_door() -> None:
    """The answer tells whose secret it was: each app has its own rules."""
    assert Gate(["other", SECRET, "third"]).admit(TIMESTAMP, SIGNED, BODY, NOW) == SECRET


@pytest.mark.parametrize("later_s", [0, 1, WINDOW_S])
def test_a_replay_is_refused_as_long_as_its_time_would_pass(later_s: int) -> None:
    """The same request again is no new one, until it is too old anyway."""
    gate = Gate([SECRET])
    ahead = NOW - timedelta(seconds=WINDOW_S)  # our clock is behind Slack's as far as may be
    assert gate.admit(TIMESTAMP, SIGNED, BODY, ahead) == SECRET
    assert gate.admit(TIMESTAMP, SIGNED, BODY, NOW + timedelta(seconds=later_s)) is Forged.REPLAY


def test_a_full_memory_lets_nobody_in_rather_than_forget() -> None:
    """More requests than are remembered: refused until the oldest can no longer be replayed."""
    gate = Gate([SECRET], remembered=2)
    at = {n: NOW + timedelta(seconds=n) for n in range(3)}

    def knock(n: int, now: datetime) -> str | Forged:
        stamp = str(int(now.timestamp()))
        return gate.admit(stamp, signature(SECRET, stamp, b"%d" % n), b"%d" % n, now)

    assert [knock(n, at[n]) for n in range(3)] == [SECRET, SECRET, Forged.REPLAY]
    assert knock(3, NOW + timedelta(seconds=2 * WINDOW_S + 2)) == SECRET


@given(timestamp=st.text(max_size=20), signed=st.text(max_size=80), body=st.binary(max_size=200))
def test_no_garbage_gets_in_or_breaks_it(timestamp: str, signed: str, body: bytes) -> None:
    """Whatever the headers hold, the answer is a refusal."""
    assert isinstance(Gate([SECRET]).admit(timestamp, signed, body, NOW), Forged)
