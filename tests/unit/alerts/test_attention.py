"""One recipient's attention: what they are told now, in the digest, or not at all, and why.

By default some hundred random lives are played; `SEQUENCES=10000` plays that many.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.attention import LONGEST_MUTE, AttentionStep, call_id
from alerts.attention_rules import Contacts, Rule
from alerts.attention_state import MUTES, SEEN, TOLD, Attention
from alerts.digest import LONGEST
from alerts.localtime import Window
from alerts.policy import FORGOTTEN
from alerts.render.reasons import english
from alerts.why import because
from models.records import (
    Call,
    Delivery,
    Incident,
    Mute,
    Notification,
    Outcome,
    Phase,
    Severity,
    Topic,
    Why,
    digest,
)
from models.stage import Emit, Stepped
from tests.scenarios.world import signal

P1, P2, P3, P4 = Severity
LEA: Final = "person:lea"
CONTACTS: Final = {LEA: Contacts(("mail",), ("sms",))}
PARIS: Final = ZoneInfo("Europe/Paris")
NIGHT: Final = Window(time(22), time(7))
QUIET: Final = Rule(zone=PARIS, quiet=NIGHT)
BUDGET: Final = Rule(zone=PARIS, night=NIGHT, night_budget=2)
NOON: Final = datetime(2026, 2, 3, 11, tzinfo=UTC)
MIDNIGHT: Final = datetime(2026, 2, 3, 23, tzinfo=UTC)
SEVEN: Final = datetime(2026, 2, 4, 6, tzinfo=UTC)
NINE: Final = datetime(2026, 2, 4, 8, tzinfo=UTC)
SEQUENCES: Final = int(os.environ.get("SEQUENCES", "150"))
ENCODER: Final = msgspec.msgpack.Encoder()
DECODER: Final = msgspec.msgpack.Decoder(Attention)


def incident(name: str = "i1", severity: Severity = P2, *, revision: int = 1, phase: Phase = Phase.OPEN) -> Incident:
    """What a brand's `drill:` is taken from the incident's name."""
    return Incident(
        id=name,
        brand="drill:acme" if name.startswith("drill") else "acme",
        story="wave",
        phase=phase,
        severity=severity,
        opened_at=NOON,
        updated_at=NOON,
        revision=revision,
        signals=(signal(drivers=["post:1"]),),
        resolved_at=NOON if phase is Phase.RESOLVED else None,
    )


class Person:
    """Lea, as the step sees her: fed with calls, and asked what she heard."""

    def __init__(self, rule: Rule | None = None, contacts: dict[str, Contacts] | None = None, who: str = LEA) -> None:
        self.step = AttentionStep(CONTACTS if contacts is None else contacts, {who: rule or Rule()})
        self.state = self.step.initial(who)
        self.who = who
        self.wake_at: datetime | None = None
        self._numbers = count()

    def made(
        self,
        of: Incident,
        at: datetime,
        why: Why = Why.FIRST,
        *,
        quiet: bool = False,
        urgent: bool = False,
        **more: bool,
    ) -> Call:
        told = Notification(id=digest(of.id, next(self._numbers)), incident=of, why=why, at=at, quiet=quiet)
        return Call(id=call_id(told.id, self.who), recipient=self.who, notification=told, urgent=urgent, **more)

    def called(
        self,
        of: Incident,
        at: datetime,
        why: Why = Why.FIRST,
        *,
        quiet: bool = False,
        urgent: bool = False,
        **more: bool,
    ) -> str:
        """What becomes of a call, in a word: the channels, or the reason for silence."""
        return said(self.take([self.made(of, at, why, quiet=quiet, urgent=urgent, **more)], at))

    def mutes(self, name: str, at: datetime, until: datetime) -> list[Emit]:
        ident = digest("mute", name, at, next(self._numbers))
        return self.take(
            [Mute(id=ident, recipient=self.who, brand="acme", incident=name, via="mail", at=at, until=until)], at
        )

    def wakes(self, at: datetime) -> list[Emit]:
        return self.take((), at)

    def take(self, records: Sequence[Call | Mute], now: datetime) -> list[Emit]:
        stepped = self.step(self.state, records, now)
        assert stepped.state is not None
        self.state, self.wake_at = DECODER.decode(ENCODER.encode(stepped.state)), stepped.wake_at
        assert self.state == stepped.state
        return list(stepped.emits)


def said(emits: Sequence[Emit]) -> str:
    words = []
    for emit in emits:
        record = emit.record
        if isinstance(record, Notification):
            assert emit.topic is Topic.OUTBOX
            words.append("+".join(record.channels))
        else:
            assert isinstance(record, Delivery)
            assert emit.topic is Topic.DELIVERIES
            assert record.reasons or record.why is Why.DIGEST
            assert record.channel == ""
            words.append(record.why.value)
    return " ".join(words)


def only(emits: Sequence[Emit], kind: type) -> list[Notification]:
    return [emit.record for emit in emits if isinstance(emit.record, kind)]  # type: ignore[misc]


def test_without_wishes_everything_is_told() -> None:
    """Who has no rule hears of everything at once; P1 and escalations by the urgent contacts too."""
    lea = Person()
    assert lea.called(incident(), MIDNIGHT) == "mail"
    assert lea.called(incident("i2", P1), MIDNIGHT) == "mail+sms"
    assert lea.called(incident("i3", P3), MIDNIGHT, urgent=True) == "mail+sms"
    assert lea.state.digest_due is None


def test_a_call_that_comes_twice_counts_once() -> None:
    """The same call again leads to nothing."""
    lea = Person()
    call = lea.made(incident(), NOON)
    assert said(lea.take([call, call], NOON)) == "mail"
    assert lea.take([call], NOON) == []


def test_a_channel_that_nobody_has_named_is_itself() -> None:
    """Tests and the demo hand over channels that are not in the settings."""
    chat = Person(contacts={}, who="channel:chat")
    assert chat.called(incident(), NOON) == "chat"


@pytest.mark.parametrize("who", [LEA, "person:", "channel:", "lea"])
def test_who_cannot_be_reached_is_said_with_the_remedy(who: str) -> None:
    """No contact: the call is rejected, and the reason says what to do."""
    nobody = Person(contacts={LEA: Contacts()}, who=who)
    (emit,) = nobody.take([nobody.made(incident(), NOON)], NOON)
    told = emit.record
    assert isinstance(told, Delivery)
    assert (told.outcome, told.why, told.recipient) == (Outcome.REJECTED, Why.UNREACHABLE, who)
    remedy = english(told.reasons)
    assert "add channels to [people.lea]" in remedy or "person:NAME" in remedy or "[people.]" in remedy


def test_who_has_urgent_contacts_alone_is_reached_by_them() -> None:
    """Better by the wrong contact than not at all."""
    lea = Person(contacts={LEA: Contacts((), ("sms",))})
    assert lea.called(incident(), NOON) == "sms"


def test_quiet_hours_hold_what_is_not_severe() -> None:
    """At night a P2 waits for the end of the quiet hours, and the reason says until when; by day it is told."""
    lea = Person(QUIET)
    (emit,) = lea.take([lea.made(incident(), MIDNIGHT)], MIDNIGHT)
    held = emit.record
    assert isinstance(held, Delivery)
    assert (held.outcome, held.why, held.incident, held.recipient) == (Outcome.WITHHELD, Why.QUIET_HOURS, "i1", LEA)
    assert held.reasons == (because("quiet-hours", until=SEVEN), because("in-digest", at=SEVEN))
    assert lea.wake_at == SEVEN
    assert lea.called(incident("i2"), NOON) == "mail"


def test_quiet_hours_are_broken_by_what_is_severe_enough_by_duty_and_by_drills() -> None:
    """P1 always, from `breaks_from` on, calls of an escalation, and exercises."""
    lea = Person(replace(QUIET, breaks_from=P2))
    assert lea.called(incident("i1", P1), MIDNIGHT) == "mail+sms"
    assert lea.called(incident("i2", P2), MIDNIGHT) == "mail"
    assert lea.called(incident("i3", P3), MIDNIGHT) == "quiet-hours"
    assert lea.called(incident("i4", P3), MIDNIGHT, urgent=True) == "mail+sms"
    assert lea.called(incident("drill", P3), MIDNIGHT) == "mail"


def test_the_digest_tells_what_was_held_as_it_is_by_then() -> None:
    """One message, the gravest first; what is over by then comes as over; what was told meanwhile does not come."""
    lea = Person(QUIET)
    for name, severity in (("small", P3), ("grave", P2), ("ended", P3), ("worse", P3)):
        assert lea.called(incident(name, severity), MIDNIGHT) == "quiet-hours"
    ended = incident("ended", P3, revision=2, phase=Phase.RESOLVED)
    assert lea.called(ended, MIDNIGHT, Why.ENDED, quiet=True) == "digest"
    assert lea.called(incident("worse", P1, revision=2), MIDNIGHT, Why.WORSE) == "mail+sms"
    assert lea.wakes(SEVEN - timedelta(minutes=1)) == []
    (emit,) = lea.wakes(SEVEN)
    told = emit.record
    assert isinstance(told, Notification)
    assert (told.why, told.recipient, told.channels, told.quiet) == (Why.DIGEST, LEA, ("mail",), False)
    assert emit.key == told.id == digest("digest", LEA, SEVEN.isoformat())
    assert [each.id for each in (told.incident, *told.also)] == ["grave", "small", "ended"]
    assert told.also[1].phase is Phase.RESOLVED
    assert told.incident.signals[0].evidence.adverse == 40
    assert told.incident.signals[0].evidence.drivers == ()
    assert lea.state.digest_due is None
    assert lea.wakes(SEVEN + timedelta(hours=1)) == []


def test_a_snapshot_that_comes_late_does_not_undo_a_newer_one() -> None:
    """The digest tells the highest revision it has seen."""
    lea = Person(QUIET)
    lea.called(incident(revision=5, phase=Phase.ACKNOWLEDGED), MIDNIGHT)
    lea.called(incident(revision=4), MIDNIGHT, Why.REPEAT_DUE)
    (told,) = only(lea.wakes(SEVEN), Notification)
    assert told.incident.revision == 5


def test_quiet_updates_reach_those_who_were_told_and_by_the_same_contacts() -> None:
    """Also in quiet hours, since they call nobody; who was not told hears nothing, and that is written down."""
    lea = Person(QUIET)
    assert lea.called(incident(), NOON, quiet=True) == "same"
    assert lea.called(incident(), NOON) == "mail"
    assert lea.called(incident(revision=2), MIDNIGHT, Why.ACKNOWLEDGED, quiet=True) == "mail"
    assert lea.called(incident("i2", P1), NOON) == "mail+sms"
    assert lea.called(incident("i2", P1), NOON, Why.ENDED, quiet=True) == "mail+sms"


def test_what_was_told_in_a_digest_goes_on_in_digests() -> None:
    """Its end does not come as a message of its own, until a message has."""
    lea = Person(QUIET)
    lea.called(incident(), MIDNIGHT)
    lea.wakes(SEVEN)
    assert lea.called(incident(revision=2), SEVEN, Why.ACKNOWLEDGED, quiet=True) == "digest"
    assert lea.wake_at == NINE
    (told,) = only(lea.wakes(NINE), Notification)
    assert told.incident.revision == 2
    assert lea.called(incident(revision=3), NOON + timedelta(days=1), Why.REPEAT_DUE) == "mail"
    assert lea.called(incident(revision=4), NOON + timedelta(days=1), Why.ENDED, quiet=True) == "mail"


def test_the_budget_of_a_night() -> None:
    """Two messages below P1, then silence until the morning; P1 and drills come, and do not count."""
    lea = Person(BUDGET)
    assert lea.called(incident("before"), NOON) == "mail"
    assert lea.called(incident("drill", P2), MIDNIGHT) == "mail"
    assert [lea.called(incident(f"i{n}"), MIDNIGHT) for n in range(4)] == ["mail", "mail", "budget", "budget"]
    assert lea.called(incident("i5", P1), MIDNIGHT) == "mail+sms"
    assert lea.wake_at == SEVEN
    (told,) = only(lea.wakes(SEVEN), Notification)
    assert [each.id for each in (told.incident, *told.also)] == ["i2", "i3"]
    assert lea.called(incident("i6"), SEVEN) == "mail"
    assert lea.called(incident("i7"), MIDNIGHT + timedelta(days=1)) == "mail"


def test_duty_goes_beyond_the_budget_once_per_incident() -> None:
    """The first call of an escalation always comes, and counts; its repeats wait, unless it got more severe, is open
    again, or nobody at all has answered."""
    lea = Person(BUDGET)
    first = [lea.called(incident(f"i{n}", P3), MIDNIGHT, urgent=True) for n in range(3)]
    assert first == ["mail+sms"] * 3
    assert lea.called(incident("i9", P3), MIDNIGHT) == "budget"
    assert lea.called(incident("i0", P3, revision=2), MIDNIGHT, Why.ESCALATED, urgent=True) == "budget"
    assert lea.called(incident("i0", P2, revision=3), MIDNIGHT, Why.WORSE, urgent=True) == "mail+sms"
    assert lea.called(incident("i0", P2, revision=4), MIDNIGHT, Why.ESCALATED, urgent=True) == "budget"
    assert lea.called(incident("i0", P2, revision=5), MIDNIGHT, Why.UNANSWERED, urgent=True) == "mail+sms"
    assert lea.called(incident("i1", P3, revision=6), MIDNIGHT, Why.REOPENED, urgent=True) == "mail+sms"


def test_who_was_woken_for_an_incident_hears_that_it_got_worse() -> None:
    """Also in quiet hours and by the urgent contacts, although nobody is being called any more; reminders wait."""
    lea = Person(replace(QUIET, night_budget=1))
    assert lea.called(incident("i1", P3), MIDNIGHT, Why.ESCALATED, urgent=True) == "mail+sms"
    assert lea.called(incident("i1", P2), MIDNIGHT, Why.WORSE) == "mail+sms"
    assert lea.called(incident("i1", P2), MIDNIGHT, Why.WORSE) == "budget"
    assert lea.called(incident("i1", P2), MIDNIGHT, Why.REPEAT_DUE) == "quiet-hours"
    assert lea.called(incident("i2", P2), MIDNIGHT, Why.WORSE) == "quiet-hours"


def test_a_budget_of_nothing_is_a_budget() -> None:
    """Zero is not "no limit"."""
    lea = Person(replace(BUDGET, night_budget=0))
    assert lea.called(incident(), MIDNIGHT) == "budget"
    assert lea.called(incident("i2"), NOON) == "mail"


def test_a_mute_holds_until_its_end_or_something_worse() -> None:
    """Muted at P3: silence for P3, P2 comes, and when the mute is over P3 comes again; duty is not muted."""
    lea = Person()
    lea.called(incident("i1", P3), NOON)
    assert lea.mutes("i1", NOON, NOON + timedelta(hours=2)) == []
    (emit,) = lea.take([lea.made(incident("i1", P3), NOON, Why.REPEAT_DUE)], NOON)
    assert emit.record.reasons == (because("muted", until=NOON + timedelta(hours=2)),)  # type: ignore[union-attr]
    assert said([emit]) == "muted"
    assert lea.called(incident("i1", P3), NOON, Why.ENDED, quiet=True) == "muted"
    assert lea.called(incident("i1", P3), NOON, Why.ESCALATED, urgent=True) == "mail+sms"
    assert lea.called(incident("i1", P2), NOON, Why.WORSE) == "mail+sms"
    assert lea.called(incident("other", P3), NOON) == "mail"
    assert lea.called(incident("i1", P3), NOON + timedelta(hours=2)) == "mail"


def test_a_mute_of_what_is_held_takes_it_out_of_the_digest() -> None:
    """They do not want to hear of it: not in the digest either, and that is written down."""
    lea = Person(QUIET)
    lea.called(incident(), MIDNIGHT)
    assert said(lea.mutes("i1", MIDNIGHT, SEVEN + timedelta(days=1))) == "muted"
    assert lea.state.digest_due is None
    assert lea.wakes(SEVEN) == []


def test_a_mute_of_what_is_held_does_not_keep_something_more_severe() -> None:
    """A P3 that waits for the digest is muted: when it becomes a P1, she is told."""
    lea = Person(QUIET)
    lea.called(incident("i1", P3), MIDNIGHT)
    lea.mutes("i1", MIDNIGHT, SEVEN + timedelta(days=1))
    assert lea.called(incident("i1", P1), MIDNIGHT) == "mail+sms"
    assert lea.called(incident("i1", P3), SEVEN) == "muted"


def test_a_mute_of_something_unknown_learns_how_severe_it_is() -> None:
    """The first call is muted, whatever it is; a more severe one comes."""
    lea = Person()
    lea.mutes("i1", NOON, NOON + timedelta(days=400))
    assert lea.called(incident("i1", P3), NOON) == "muted"
    assert lea.called(incident("i1", P1), NOON) == "mail+sms"
    assert lea.called(incident("i1", P3), NOON + LONGEST_MUTE) == "mail"


def test_what_is_below_the_brands_severity_comes_in_the_digest_where_it_is_wanted() -> None:
    """Once: not every day again while it stays the same; and its end."""
    lea = Person(Rule(zone=PARIS, digest=True))
    assert lea.called(incident("i1", P4), NOON, digest=True) == "below-severity"
    assert lea.wake_at == NINE
    (told,) = only(lea.wakes(NINE), Notification)
    assert told.incident.id == "i1"
    assert lea.called(incident("i1", P4, revision=2), NINE, Why.REPEAT_DUE, digest=True) == "same"
    over = incident("i1", P4, revision=3, phase=Phase.RESOLVED)
    assert lea.called(over, NINE, Why.ENDED, quiet=True, digest=True) == "below-severity"
    assert lea.wake_at == NINE + timedelta(days=1)
    assert lea.called(incident("i2", P4), NINE, Why.ENDED, quiet=True, digest=True) == "same"
    assert Person(Rule()).called(incident("i1", P4), NOON, digest=True) == "below-severity"


def test_a_digest_never_comes_in_quiet_hours() -> None:
    """A digest whose hour is quiet comes when the quiet hours are over; so does one that nothing ran to send."""
    early = Person(Rule(zone=PARIS, quiet=NIGHT, digest=True, digest_at=time(6)))
    early.called(incident("i1", P4), NOON, digest=True)
    assert early.wake_at == SEVEN
    assert early.wakes(MIDNIGHT + timedelta(days=1)) == []
    assert early.wake_at == SEVEN + timedelta(days=1)
    assert len(early.wakes(SEVEN + timedelta(days=1))) == 1


def test_quiet_hours_are_those_of_when_it_is_told() -> None:
    """What happened at noon and is told at midnight is for the morning; not conversely."""
    lea = Person(Rule(quiet=NIGHT))
    noon = lea.made(incident("i1"), NOON)
    assert said(lea.take([msgspec.structs.replace(noon, at=MIDNIGHT)], NOON)) == "quiet-hours"
    night = lea.made(incident("i2"), MIDNIGHT)
    assert said(lea.take([msgspec.structs.replace(night, at=MIDNIGHT + timedelta(hours=12))], MIDNIGHT)) == "mail"


def test_a_digest_that_is_a_little_late_does_not_come_in_quiet_hours_either() -> None:
    """Due at one minute to ten in the evening, and nothing ran for two minutes: it can wait for the morning."""
    late = Person(Rule(quiet=NIGHT, digest=True, digest_at=time(21, 59)))
    late.called(incident("i1", P4), NOON, digest=True)
    due = late.wake_at
    assert due is not None
    assert late.wakes(due + timedelta(minutes=2)) == []
    assert late.wake_at == due + timedelta(hours=9, minutes=1)
    assert len(late.wakes(late.wake_at)) == 1


def test_a_digest_for_somebody_who_left_the_settings_is_rejected() -> None:
    """Whoever lost their contacts while something was held: each incident is written down, with the remedy."""
    lea = Person(QUIET)
    lea.called(incident("i1"), MIDNIGHT)
    lea.called(incident("i2"), MIDNIGHT)
    lea.step = AttentionStep({})
    assert said(lea.wakes(SEVEN)) == "unreachable unreachable"
    assert lea.state.digest_due is None


def test_a_digest_comes_even_where_it_is_always_quiet() -> None:
    """Quiet hours without end do not hold it for ever."""
    lea = Person(Rule(quiet=Window(time(0), time(0)), night_budget=0))
    assert lea.called(incident(), NOON) == "quiet-hours"
    assert lea.wake_at is not None
    assert len(lea.wakes(lea.wake_at)) == 1


def test_memory_is_bounded_and_what_gives_way_is_said() -> None:
    """Of too many incidents for one digest the least severe gives way; what was told, seen and muted is bounded."""
    lea = Person(QUIET)
    calls = [lea.made(incident(f"i{n}", P3 if n == 7 else P2), MIDNIGHT) for n in range(LONGEST + 1)]
    emits = lea.take(calls, MIDNIGHT)
    full = emits[-1].record
    assert isinstance(full, Delivery)
    assert (full.incident, full.why) == ("i7", Why.QUIET_HOURS)
    assert full.reasons == (because("digest-full", count=LONGEST),)
    (told,) = only(lea.wakes(SEVEN), Notification)
    assert len(told.also) == LONGEST - 1
    for n in range(SEEN + 10):
        lea.called(incident(f"j{n}"), NOON)
        lea.mutes(f"j{n}", NOON, SEVEN)
    assert (len(lea.state.seen), len(lea.state.told), len(lea.state.mutes)) == (SEEN, TOLD, MUTES)


calls = st.tuples(
    st.sampled_from(["i1", "i1", "i1", "i2", "drill"]),
    st.sampled_from(Severity),
    st.sampled_from([Why.FIRST, Why.WORSE, Why.REPEAT_DUE, Why.ESCALATED, Why.UNANSWERED, Why.REOPENED]),
    st.sampled_from(["loud", "urgent", "urgent", "quiet", "over", "digest"]),
)
mutes = st.tuples(st.sampled_from(["i1", "i2"]), st.integers(1, 20))
# A call, a mute of some hours, or minutes that pass.
events = st.lists(st.one_of(calls, calls, mutes, st.integers(1, 400)), max_size=40)
windows = st.builds(Window, st.builds(time, st.integers(0, 23)), st.builds(time, st.integers(0, 23)))
rules = st.builds(
    Rule,
    zone=st.sampled_from([PARIS, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]),
    quiet=st.none() | windows,
    breaks_from=st.sampled_from(Severity),
    night=st.just(Window(time(0), time(0))) | windows,
    night_budget=st.none() | st.integers(0, 1),
    digest_at=st.builds(time, st.integers(0, 23)),
    digest=st.booleans(),
)
starts = st.sampled_from([NOON, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])


class Life:
    """Plays random events on one person, and keeps what they heard."""

    def __init__(self, rule: Rule, start: datetime) -> None:
        self.rule = rule
        self.lea = Person(rule)
        self.now = start
        self.revision = 0
        self.nights: dict[datetime, int] = {}
        self.waiting: dict[str, datetime] = {}
        self.ids: list[str] = []
        self.called: dict[str, Severity] = {}

    def play(self, items: Sequence[object]) -> None:
        for item in items:
            if isinstance(item, int):
                self.pass_time(item)
            elif isinstance(item, tuple) and len(item) == 2:
                self.note(self.lea.mutes(item[0], self.now, self.now + timedelta(hours=item[1])), None)
            else:
                self.call(item)  # type: ignore[arg-type]

    def call(self, item: tuple[str, Severity, Why, str]) -> None:
        name, severity, why, way = item
        self.revision += 1
        phase = Phase.RESOLVED if way == "over" else Phase.OPEN
        call = self.lea.made(
            incident(name, severity, revision=self.revision, phase=phase),
            self.now,
            why,
            quiet=way in {"quiet", "over"},
            urgent=way == "urgent",
            digest=way == "digest",
        )
        emits = self.lea.take([call], self.now)
        assert emits, "a call without an answer"
        self.note(emits, call)

    def pass_time(self, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        while self.lea.wake_at is not None and self.lea.wake_at <= until:
            self.now = max(self.now, self.lea.wake_at)
            self.note(self.lea.wakes(self.now), None)
        self.now = until

    def note(self, emits: Sequence[Emit], call: Call | None) -> None:
        for emit in emits:
            record = emit.record
            self.ids.append(record.id)  # type: ignore[union-attr]
            if isinstance(record, Notification):
                self.told(record, call)
            else:
                assert isinstance(record, Delivery)
                assert record.reasons
                assert record.recipient == LEA
                assert (record.why is Why.UNREACHABLE) is (record.outcome is Outcome.REJECTED)
                if any(each.key == "in-digest" for each in record.reasons):
                    self.waiting.setdefault(record.incident, self.now)
                elif record.why is Why.MUTED and call is None:
                    self.waiting.pop(record.incident)

    def told(self, record: Notification, call: Call | None) -> None:
        if record.why is Why.DIGEST:
            for each in (record.incident, *record.also):
                self.waiting.pop(each.id)
            return
        assert call is not None
        of = record.incident
        if record.quiet:
            return
        self.waiting.pop(of.id, None)
        duty = call.urgent or (of.id in self.called and record.why in {Why.WORSE, Why.REOPENED})
        self.count(of, record, duty)
        if duty:
            self.called[of.id] = of.severity

    def count(self, of: Incident, record: Notification, duty: bool) -> None:
        """Beyond the budget only duty calls, and not for a repeat."""
        night = self.rule.night_at(self.now)
        if night is None or of.severity is P1 or of.brand.startswith("drill:"):
            return
        budget = self.rule.night_budget
        assert budget is not None
        self.nights[night] = self.nights.get(night, 0) + 1
        if self.nights[night] > budget:
            assert duty
            before = self.called.get(of.id)
            assert before is None or of.severity < before or record.why in {Why.REOPENED, Why.UNANSWERED}


def test_who_is_not_heard_of_is_forgotten() -> None:
    """Ten weeks after the last call or mute; whoever is called again is somebody new, and hears of it."""
    lea = Person()
    lea.called(incident(), NOON)
    later = NOON + timedelta(days=30)
    lea.mutes("i9", later, later + timedelta(days=1))
    assert lea.wake_at == later + FORGOTTEN
    assert lea.wakes(NOON + FORGOTTEN) == []
    assert lea.step(lea.state, (), later + FORGOTTEN) == Stepped(None)
    assert Person().called(incident(), later + FORGOTTEN) == "mail"


def test_what_waits_for_a_digest_is_told_before_its_reader_is_forgotten() -> None:
    """However late, and in their waking hours: nobody is forgotten with something in hand."""
    lea = Person(QUIET)
    assert lea.called(incident(), MIDNIGHT) == "quiet-hours"
    assert lea.wake_at == SEVEN
    assert lea.wakes(MIDNIGHT + FORGOTTEN) == []
    stepped = lea.step(lea.state, (), MIDNIGHT + FORGOTTEN + timedelta(hours=12))
    assert (stepped.state, [emit.topic for emit in stepped.emits]) == (None, [Topic.OUTBOX])


@pytest.mark.timeout(600)
@settings(max_examples=SEQUENCES)
@given(rules, starts, events)
def test_whatever_comes_the_promises_hold(rule: Rule, start: datetime, items: list[object]) -> None:
    """Every call is answered with a message or a reason; the budget is kept; nothing is held for ever; ids are unique;
    P1 that is not muted is always told."""
    life = Life(rule, start)
    life.play(items)
    life.pass_time(4 * 24 * 60)
    assert life.waiting == {}
    assert life.lea.state.held == ()
    assert life.lea.state.digest_due is None
    assert len(life.ids) == len(set(life.ids))


@pytest.mark.timeout(600)
@settings(max_examples=SEQUENCES)
@given(rules, starts, st.lists(st.one_of(calls, mutes), max_size=12), st.integers(0, 12))
def test_splitting_a_batch_changes_nothing(
    rule: Rule, start: datetime, items: list[tuple[str, object]], cut: int
) -> None:
    """One batch or two: the same state, the same outputs, the same wake."""
    person = Person(rule)
    records: list[Call | Mute] = []
    for n, item in enumerate(items):
        if len(item) == 2:
            until = start + timedelta(hours=item[1])  # type: ignore[arg-type]
            records.append(
                Mute(id=str(n), recipient=LEA, brand="acme", incident=item[0], via="mail", at=start, until=until)
            )
        else:
            name, severity, why, way = item  # type: ignore[misc]
            of = incident(name, severity, revision=n)  # type: ignore[arg-type]
            records.append(person.made(of, start, why, quiet=way == "quiet", urgent=way == "urgent"))  # type: ignore[arg-type]
    initial = person.step.initial(LEA)
    whole = person.step(initial, records, start) if records else Stepped(initial)
    state, emits, wake_at = initial, [], None
    for part in (records[:cut], records[cut:]):
        if part:
            stepped = person.step(state, part, start)
            assert stepped.state is not None
            state, wake_at = DECODER.decode(ENCODER.encode(stepped.state)), stepped.wake_at
            emits += stepped.emits
    assert (state, wake_at) == (whole.state, whole.wake_at)
    assert emits == list(whole.emits)
