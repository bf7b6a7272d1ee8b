"""Bytes and records: what is written can be read, and nothing that arrives can do harm."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import AlarmJudged, JudgedAs, Past, Post, Tick, Topic
from streams import wire
from streams.engines.task import KeyState, StateCodec
from streams.publish import Lineage
from tests.contracts.toy import post

TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


@given(st.text(max_size=60), st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)))  # noqa: DTZ001
def test_a_post_survives_the_wire(text: str, at: datetime) -> None:
    """Encoding and decoding give the same post, whatever its text."""
    record = Post(id="x", source="s", network="n", author=post(1).author, text=text, created_at=at, seen_at=at)
    assert wire.decode(Topic.POSTS, wire.encode(record)) == record


@given(TEXT)
def test_text_that_utf8_cannot_carry_is_mended(text: str) -> None:
    """Lone surrogates become U+FFFD; everything else stays."""
    back = wire.decode(Topic.POSTS, wire.encode(post(1, text=text)))
    assert isinstance(back, Post)
    assert back.text == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_undecodable(raw: bytes) -> None:
    """Garbage raises `Undecodable` with a reason, and nothing else."""
    try:
        wire.decode(Topic.POSTS, raw)
    except wire.Undecodable as error:
        assert error.reason in {"malformed", "invalid"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "tombstone"),
        (b"", "malformed"),
        (b"[" * 100_000, "invalid"),
        (b'{"mood": ' * 100_000, "malformed"),
        (b'{"type": "post/1"}', "invalid"),
        (b'{"type": "post/99"}', "invalid"),
        (b'{"type": "tick/1", "now": "yesterday"}', "invalid"),
        (b'\xff\xfe{"type"', "malformed"),
    ],
)
def test_the_reason_says_what_is_wrong(raw: bytes | None, reason: str) -> None:
    """A dead letter's reason tells a tombstone from bytes that are no JSON and from JSON that is no record."""
    with pytest.raises(wire.Undecodable) as caught:
        wire.decode(Topic.POSTS, raw)
    assert caught.value.reason == reason


def test_fields_can_be_added() -> None:
    """A newer writer's unknown fields are ignored, so that agents can be replaced one by one."""
    raw = b'{"type": "tick/1", "now": "2026-01-01T00:00:00Z", "mood": "fine"}'
    assert wire.decode(Topic.POSTS, raw) == Tick(now=datetime(2026, 1, 1, tzinfo=UTC))


@given(st.binary(max_size=60))
def test_a_strange_lineage_is_no_lineage(raw: bytes) -> None:
    """Somebody else's header is ignored."""
    found = Lineage.parse(raw)
    assert found is None or Lineage.parse(found.header()) == found


@pytest.mark.parametrize("offset", ["9" * 14, "9" * 15, "9" * 19])
def test_a_lineage_that_no_state_could_remember_is_none(offset: str) -> None:
    """No log has so many records; a state that took it in could not be written, and would end its stage."""
    found = Lineage.parse(f"posts/0@{offset}.0".encode())
    codec = StateCodec(dict[str, str])
    if found is not None:
        state = KeyState(0, {}, {found.origin: found.position})
        assert codec.decode("k", codec.encode(state)) == state


def test_a_verdict_goes_back_among_the_mentions() -> None:
    """The topic of mentions takes what humans thought of an alarm."""
    said = AlarmJudged(id="1", brand="acme", incident="i", verdict=JudgedAs.REAL, at=datetime(2026, 3, 2, tzinfo=UTC))
    assert wire.decode(Topic.MENTIONS, wire.encode(said)) == said


def test_a_past_goes_among_the_mentions() -> None:
    """Its bytes are none of JSON's, and come out as they went in."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    past = Past(id="1", brand="acme", at=at, until=at, learned=bytes(range(256)))
    assert wire.decode(Topic.MENTIONS, wire.encode(past)) == past
