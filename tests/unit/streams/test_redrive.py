"""What of the dead letters can be put back, and why the rest cannot."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import (
    AlarmJudged,
    AnyRecord,
    Call,
    Dead,
    Delivery,
    JudgedAs,
    Outcome,
    Replayed,
    Tick,
    Topic,
    Why,
)
from streams import wire
from streams.dead import dead
from streams.redrive import Place, Plan, Stays, brand_of, note, place, plan, replayed
from tests import samples
from tests.contracts import toy
from tests.unit.models.position.cases import mention

NOW = samples.NOW
SIGNAL, NOTIFICATION = samples.spike(), samples.spike_alert()
CALL = Call(id="c", recipient="person:lea", notification=NOTIFICATION)
POST = toy.post(1, brand="acme")
MENTION = mention(1, brand="acme")
DELIVERY = Delivery(
    id="d", notification="n", incident="i", brand="acme", channel="care", outcome=Outcome.SENT, at=NOW, why=Why.FIRST
)
JUDGED = AlarmJudged(id="j", brand="acme", incident="i", verdict=JudgedAs.FALSE, at=NOW)


def letter(record: AnyRecord | bytes, origin: str = "posts/1/7", reason: str = "step-failed", key: str = "k") -> Dead:
    payload = record if isinstance(record, bytes) else wire.encode(record)
    made = dead(reason, "ValueError", origin, NOW, key=key, payload=payload).emit.record
    assert isinstance(made, Dead)
    return made


def planned(letters: Sequence[Dead], done: dict[str, Any] | None = None, **more: Any) -> Plan:
    return plan(letters, done or {}, more.pop("now", NOW), **{"partitions": 4, "fresh_min": 15.0, **more})


def stays(one: Dead, **more: Any) -> Stays | None:
    done = planned([one], **more)
    return done.stays[0][1] if done.stays else None


def test_what_a_stage_gave_up_goes_back_to_its_place_in_the_order_of_the_log() -> None:
    """The key, the bytes and the partition are those it had."""
    first, second = letter(POST), letter(POST, "posts/1/12")
    other = letter(MENTION, "mentions/0/3", key="acme")
    assert planned([second, other, first]).back == (
        (Place(Topic.MENTIONS, 0, 3), other),
        (Place(Topic.POSTS, 1, 7), first),
        (Place(Topic.POSTS, 1, 12), second),
    )


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (letter(NOTIFICATION, "outbox/i/n", "undelivered"), Stays.UNDELIVERED),
        (letter(MENTION, "posts/1/7", "too-large"), Stays.TOO_LARGE),
        (letter(b"", "posts/1/7", "tombstone"), Stays.NO_RECORD),
        (letter(JUDGED, "mentions/1/7", "bad-past"), Stays.BAD_PAST),
        (letter(b"", "spikes/1/acme@2026-01-01T00:00:00+00:00", "wake-failed"), Stays.NO_RECORD),
        (letter(b"", "spikes/1/acme", "state-too-large"), Stays.NO_RECORD),
        (letter(b'{"text": ""}', "press/posts/0/7", "empty"), Stays.SOURCE),
        (letter(POST, "press/0/7", "empty"), Stays.SOURCE),
        (letter(POST, "posts/4/7"), Stays.UNKNOWN),
        (letter(DELIVERY, "deliveries/0/7"), Stays.UNKNOWN),
        (letter(b"not json", reason="malformed"), Stays.UNREADABLE),
        (letter(MENTION, "posts/1/7"), Stays.UNREADABLE),
        (letter(Tick(now=NOW), reason="malformed"), Stays.TICK),
        (letter(b"{" + b" " * 70_000, reason="malformed"), Stays.CUT),
        (letter(POST, key="k" * 2_000), Stays.CUT),
        (letter(POST, key="caf\ufffd"), Stays.CUT),
    ],
    ids=lambda each: each.name if isinstance(each, Stays) else each.reason,
)
def test_what_cannot_be_right_stays_with_its_reason(one: Dead, why: Stays) -> None:
    """Also where it was put back before, and is asked for again."""
    assert stays(one) is stays(one, again=True) is why


def test_a_source_may_be_called_like_a_topic() -> None:
    """Its positions are no offsets."""
    assert stays(letter(POST), sources=["posts"]) is Stays.SOURCE


@pytest.mark.parametrize(
    ("record", "origin"),
    [(SIGNAL, "incident-events/0/1"), (CALL, "calls/0/1"), (NOTIFICATION, "outbox/0/1")],
    ids=["incident-events", "calls", "outbox"],
)
def test_nobody_is_called_for_what_is_over(record: AnyRecord, origin: str) -> None:
    """What is for people goes back as long as it is news; what was said in public is judged by its own time."""
    at = (record.notification if record is CALL else record).at  # type: ignore[union-attr]
    lost = msgspec.structs.replace(letter(record, origin), at=at + timedelta(minutes=5))
    assert stays(lost, now=at + timedelta(minutes=14)) is None
    assert stays(lost, now=at + timedelta(minutes=16)) is Stays.STALE
    assert stays(lost, now=at + timedelta(minutes=16), fresh_min=20.0) is None
    assert stays(letter(POST), now=NOW + timedelta(days=3)) is None
    assert stays(letter(JUDGED, "mentions/0/1"), now=NOW + timedelta(days=3)) is None


def test_a_record_goes_back_once() -> None:
    """However often it was given up, and whatever for, unless it is asked for."""
    one, same = letter(POST), letter(POST, reason="invalid")
    done = planned([one, same])
    assert ([each for _, each in done.back], done.stays) == ([one], ((same, Stays.TWICE),))
    known = replayed([one, note(one, NOW), wire.decode(Topic.DEAD, wire.encode(note(one, NOW + timedelta(hours=1))))])
    assert known == {"posts/1/7": NOW + timedelta(hours=1)}
    assert [why for _, why in planned([one, same], known).stays] == [Stays.REPLAYED, Stays.REPLAYED]
    assert planned([one], known, again=True).back == planned([one]).back


def test_each_time_is_a_record_of_its_own() -> None:
    """A reader that drops repeats by their ids keeps both."""
    one = letter(POST)
    first, second = note(one, NOW), note(one, NOW + timedelta(seconds=1))
    assert isinstance(first, Replayed) and first.id != second.id == note(one, NOW + timedelta(seconds=1)).id


def test_a_brand_is_known_where_the_record_names_one() -> None:
    """Of a post only where its source knows it; of what cannot be read, by its key."""
    known = msgspec.structs.replace(POST, known_brands=("acme",))
    found = [
        letter(known),
        letter(MENTION, "mentions/0/1"),
        letter(NOTIFICATION, "outbox/i/n", "undelivered"),
        letter(CALL, "calls/0/1"),
        letter(b"{", "mentions/0/1", key="acme"),
        letter(msgspec.structs.replace(POST, known_brands=None)),
        letter(b"acme", "press/1", "empty"),
    ]
    assert [brand_of(each) for each in found] == ["acme", "acme", "lumiere", "lumiere", "acme", None, None]


@given(
    st.text(max_size=30) | st.sampled_from(["posts/0/1", "posts/²/1", "posts/-1/1", "mentions/0/1/2"]),
    st.binary(max_size=40) | st.just(wire.encode(POST)),
    st.sampled_from(["malformed", "empty", "undelivered", "step-failed", "wake-failed"]),
)
def test_no_letter_is_lost(origin: str, payload: bytes, reason: str) -> None:
    """Whatever stands in it: it goes back or stays, and where it goes is where it says."""
    one = letter(payload, origin, reason)
    done = planned([one])
    assert len(done.back) + len(done.stays) == 1
    for where, _ in done.back:
        assert origin == f"{where.topic}/{where.partition}/{where.offset}" and place(origin) == where
