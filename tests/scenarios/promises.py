"""What `docs/alerting.md` promises, as an observer could check it who sees what goes in, and what people hear.

Nothing here is borrowed from the code under test: times, turns, silences and severities are worked out once more, in
the plainest way. What an incident *is* (which signals fold into it) is taken from its snapshots.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from models.records import (
    Ack,
    AlarmJudged,
    Call,
    Dead,
    Delivery,
    FalseAlarm,
    HumanAction,
    Incident,
    Mute,
    Notification,
    Outcome,
    Phase,
    Resolve,
    Severity,
    Signal,
    SignalPhase,
    Silence,
    Snooze,
    Topic,
    Unsilence,
    Why,
)
from tests.scenarios.plans import DAY, MINUTE, WEEK, Climb, People, brands, graver, night_of, within
from tests.scenarios.random_worlds import BLIND, SIZES, Heard, Line, Moment, Town, Written

LEVEL_OF: Final = {observed: level for level, (observed, _, _) in SIZES.items()}
SLACK: Final = timedelta(minutes=6)
"""What a letter may take on a channel that works: the longest pause after a failure, a send that hangs, a tick."""
GIVEN_UP: Final = timedelta(minutes=15)


# ── what one incident, one recipient, one letter is owed ──────────────────────────────────────────────────────


@dataclass
class Told:
    """What was told of an incident."""

    climb: Climb | None = None
    loud_at: datetime | None = None
    """When people were last called since it (re)opened."""
    repeats: int = 0
    owes: bool = False
    """Something was kept from people by a silence, or by something graver."""
    phase: Phase = Phase.OPEN


@dataclass
class Human:
    """What one recipient heard, and does not want to hear."""

    told: dict[str, Severity] = field(default_factory=dict)
    called: dict[str, Severity] = field(default_factory=dict)
    """How grave an incident was when duty last called them."""
    mutes: dict[str, tuple[datetime, Severity | None]] = field(default_factory=dict)
    """Until when, and how grave it was as far as they knew: None where they had not heard of it."""
    nights: Counter[date] = field(default_factory=Counter)
    waiting: dict[str, datetime] = field(default_factory=dict)
    """What they were promised in a digest, and since when."""


@dataclass
class Letter:
    """A notification on its way to one recipient by one channel."""

    notification: Notification
    channel: str
    recipient: str
    posted_at: datetime


End = tuple[str, str, str, bool]
"""Of which notification, channel and recipient, and whether it is a quiet copy."""


class BrokenPromise(AssertionError):
    """A promise that was not kept."""


def keep(promise: bool, words: str, *facts: object) -> None:
    if not promise:
        raise BrokenPromise("\n    ".join([words, *map(str, facts)]))


class Promises:
    """Watches a world, and complains of the first promise that is broken."""

    def __init__(self, town: Town) -> None:
        self.people = People(town.settings)
        self.settings = town.settings
        self.stand_ins = {channel.failover for channel in town.settings.channels.values()}
        self.lines: dict[str, Line] = {}
        self.told: dict[str, Told] = {}
        self.humans: dict[str, Human] = {}
        self.silences: list[tuple[datetime, datetime, Silence | None]] = []
        self.now = town.start
        self.fed: tuple[object, ...] = ()
        self.incidents: dict[str, Incident] = {}
        self.burning: dict[tuple[str, str, str], str] = {}
        """(brand, kind, story) of what was raised and has not ended: the incident that holds it."""
        self.awaited: list[tuple[datetime, Signal]] = []
        """Signals that the log has not reached, and when they count: a late one when it comes."""
        self.news_at: dict[str, datetime] = {}
        self.records: dict[tuple[object, ...], object] = {}
        self.calls: dict[tuple[str, str, bool], Call] = {}
        self.letters: dict[End, Letter] = {}
        self.covered: dict[End, Letter] = {}
        """Quiet copies for whom a call has come on the same channel, which may stand for them."""
        self.ended: dict[End, Delivery] = {}
        self.early: list[Delivery] = []
        """Said before what they are the end of: a failover that has been told already."""
        self.heard: Counter[tuple[str, str]] = Counter()
        self.decided: dict[str, datetime] = {}
        """When a notification was decided, in the log's time."""
        self.latest: dict[tuple[str, str], datetime] = {}
        """When the last message was decided that a channel brought on an incident."""
        self.told_operator: list[Delivery] = []
        self.lost: set[tuple[str, str]] = set()
        self.dead: dict[tuple[str, str], Dead] = {}
        self.duties: dict[str, set[str]] = {}
        """By notification, whom the escalation calls with it."""

    # ── the moment ────────────────────────────────────────────────────────────────────────────────────────────

    def see(self, moment: Moment) -> None:
        self.now, self.fed = moment.now, moment.fed
        for fed in moment.fed:
            self._fed(fed, moment)
        ready = self._ready(moment)
        for each in moment.came:
            self._came(each)
        self.incidents = dict(moment.after)
        news = [signal for _, signal in ready]
        self._folded(ready, news, moment)
        self._moved(news, moment)
        self._answered(moment)
        if not moment.fed:
            self._nobody_asleep()
            self._letters_move()
        keep(not self.calls, "a call that came to nothing", *self.calls)
        early, self.early = self.early, []
        for record in early:
            self._ended(record)

    def _fed(self, fed: object, moment: Moment) -> None:
        at = moment.now
        match fed:
            case Signal():
                self.awaited.append((max(at, fed.at), fed))
            case Silence():
                ends = min(fed.until, max(at, fed.at) + 30 * DAY)
                if ends > at:
                    self.silences.append((at, ends, fed))
            case Unsilence():
                self.silences = [
                    (start, min(end, at), each) if each is not None and each.id == fed.silence else (start, end, each)
                    for start, end, each in self.silences
                ]
            case Mute():
                since = max(at, fed.at)
                human = self._human(fed.recipient)
                human.mutes[fed.incident] = (min(fed.until, since + WEEK), human.told.get(fed.incident))
                human.waiting.pop(fed.incident, None)

    def _ready(self, moment: Moment) -> list[tuple[datetime, Signal]]:
        """Signals whose time has come in the log."""
        ready = sorted(((at, s) for at, s in self.awaited if at <= moment.now), key=lambda each: (each[0], each[1].id))
        self.awaited = [(at, s) for at, s in self.awaited if at > moment.now]
        return ready

    def _came(self, each: Heard | Written) -> None:
        if isinstance(each, Heard):
            self._heard(each)
            return
        record = each.record
        if isinstance(record, Signal | HumanAction | Mute):
            return
        key = self._key(each.topic, record)
        if key in self.records:
            same = self.records[key] == record or isinstance(record, Delivery | Dead)
            keep(same, "one id, two contents", self.records[key], record)
            return
        self.records[key] = record
        match record:
            case Notification() if each.topic is Topic.NOTIFICATIONS:
                self._decided(record)
            case Notification():
                self._addressed(record)
            case Call():
                self._call(record)
            case Delivery():
                self._delivered(record)
            case Dead():
                keep(record.reason == "undelivered", "a record was buried", record)
                self._undelivered(record)
            case AlarmJudged():
                keep(any(isinstance(fed, Ack | FalseAlarm | Resolve) for fed in self.fed), "judged by nobody", record)
            case _:
                raise BrokenPromise(f"nobody knows what this is: {record}")

    def _key(self, topic: Topic, record: object) -> tuple[object, ...]:
        match record:
            case Notification():
                return topic, record.id, record.recipient, record.quiet
            case Delivery() | Call() | AlarmJudged() | Dead():
                return topic, record.id
        raise BrokenPromise(f"nobody knows what this is: {record}")

    # ── incidents: folding, answers, ends ─────────────────────────────────────────────────────────────────────

    def _folded(self, ready: Sequence[tuple[datetime, Signal]], news: Sequence[Signal], moment: Moment) -> None:
        """What a detector says is in an incident, which is as grave as it says; what burns keeps it open."""
        for n, (at, signal) in enumerate(ready):
            source = (signal.brand, signal.kind.value, signal.story)
            holders = [i for i in moment.after.values() if any(s.id == signal.id for s in i.signals)]
            later = any((s.brand, s.kind) == (signal.brand, signal.kind) for s in news[n + 1 :])
            if signal.phase is SignalPhase.ENDED:
                self.burning.pop(source, None)
                continue
            if not holders:
                keep(later, "a signal is in no incident", signal)
                self.burning.pop(source, None)
                continue
            holder = holders[0]
            self.burning[source] = holder.id
            self.news_at[holder.id] = at
            level = LEVEL_OF[signal.observed]
            if holder.phase is Phase.RESOLVED and not later:
                ended_since = self._ends_after(signal, news[n + 1 :])
                keep(
                    ended_since or holder.false_alarm or holder.merged_into is not None,
                    "something burns, and its incident is over",
                    signal,
                    holder,
                )
            elif holder.phase is not Phase.RESOLVED:
                keep(not graver(level, holder.severity), "graver than its incident says", signal, holder)

    @staticmethod
    def _ends_after(signal: Signal, later: Sequence[Signal]) -> bool:
        return any(s.phase is SignalPhase.ENDED and s.brand == signal.brand for s in later)

    def _moved(self, ready: Sequence[Signal], moment: Moment) -> None:
        """An incident moves for a documented reason only."""
        for ident, now in moment.after.items():
            before = moment.before.get(ident)
            was = Phase.OPEN if before is None else before.phase
            if was is now.phase:
                continue
            self._rest(self._told(ident), now.phase)
            action = self._action_on(now, moment)
            match now.phase:
                case Phase.ACKNOWLEDGED:
                    keep(isinstance(action, Ack), "taken charge of by nobody", now)
                case Phase.SNOOZED:
                    keep(isinstance(action, Snooze), "put off by nobody", now)
                case Phase.RESOLVED:
                    self._is_over(now, action)
                case Phase.OPEN:
                    self._is_open_again(before, now, ready, moment)

    def _action_on(self, incident: Incident, moment: Moment) -> HumanAction | None:
        for fed in moment.fed:
            if isinstance(fed, HumanAction) and self._whole(fed.incident, moment.before) == incident.id:
                return fed
        return None

    @staticmethod
    def _whole(ident: str, incidents: dict[str, Incident]) -> str:
        """Who answers a part of a wave answers the wave."""
        of = incidents.get(ident)
        return of.merged_into if of is not None and of.merged_into in incidents else ident

    def _is_over(self, incident: Incident, action: HumanAction | None) -> None:
        if isinstance(action, FalseAlarm | Resolve):
            return
        if incident.merged_into is not None:
            whole = self.incidents.get(incident.merged_into)
            keep(whole is not None, "a part of a wave that is nowhere", incident)
            self.burning = {
                source: incident.merged_into if holder == incident.id else holder
                for source, holder in self.burning.items()
            }
            return
        still = [source for source, holder in self.burning.items() if holder == incident.id]
        is_stale = self.now - self.news_at.get(incident.id, self.now) >= DAY
        keep(not still or is_stale, "it is called over, and burns", incident, *still)
        self.burning = {source: holder for source, holder in self.burning.items() if holder != incident.id}

    def _is_open_again(self, before: Incident | None, now: Incident, ready: Sequence[Signal], moment: Moment) -> None:
        if before is None:
            return
        news = any(s.brand in brands(now) and s.phase is not SignalPhase.ENDED for s in ready)
        match before.phase:
            case Phase.ACKNOWLEDGED:
                is_old = before.acknowledged_at is not None and self.now - before.acknowledged_at > timedelta(hours=1)
                rose = now.severity is Severity.P1 and before.severity is not Severity.P1
                began_again = any(s.brand in brands(now) and s.phase is SignalPhase.ENDED for s in ready)
                keep(news and ((is_old and rose) or began_again), "taken charge of, and open again", before, now)
            case Phase.SNOOZED:
                until = before.snoozed_until
                keep(until is not None and until <= moment.now, "quiet was asked for, and not over", before, now)
            case Phase.RESOLVED:
                keep(news, "open again without news", before, now)

    def _answered(self, moment: Moment) -> None:
        """What a human does is done at once."""
        for fed in moment.fed:
            if not isinstance(fed, Ack | Snooze | FalseAlarm | Resolve):
                continue
            ident = self._whole(fed.incident, moment.before)
            before, now = moment.before.get(ident), moment.after.get(ident)
            if before is None or before.phase is Phase.RESOLVED:
                continue
            assert now is not None
            wanted = {Ack: Phase.ACKNOWLEDGED, Snooze: Phase.SNOOZED}.get(type(fed), Phase.RESOLVED)
            keep(now.phase is wanted, f"{type(fed).__name__} was not heard", fed, before, now)

    # ── what is told of an incident ───────────────────────────────────────────────────────────────────────────

    def _told(self, ident: str) -> Told:
        return self.told.setdefault(ident, Told())

    def _decided(self, told: Notification) -> None:
        """A notification: loud or quiet, and whom it calls."""
        incident, state = told.incident, self._told(told.incident.id)
        self.incidents[incident.id] = incident
        self.decided[told.id] = self.now
        at = max(told.at, self.now)  # what happened while nothing ran is heard of now
        before, state.phase = state.phase, incident.phase
        if told.quiet:
            keep(told.why is not Why.ESCALATED, "a call is decided quietly", told)
            self._rest(state, incident.phase)
            return
        keep(not self._silenced(incident, at), "a silence was broken", told)
        keep(not self._inhibited(incident), "told beside something graver", told)
        keep(incident.phase in {Phase.OPEN, Phase.ACKNOWLEDGED}, "called for what is over or put off", told)
        if told.why in {Why.ESCALATED, Why.UNANSWERED, Why.REPEAT_DUE}:
            keep(incident.phase is Phase.OPEN, "somebody has answered, and people are called", told)
        if told.why is Why.REPEAT_DUE and not state.owes and before is Phase.OPEN:
            self._repeat(told, state, at)
        else:
            state.repeats = 0
        self._expect_calls(told, state, at)
        state.loud_at, state.owes = at, False

    @staticmethod
    def _rest(state: Told, phase: Phase) -> None:
        """Nobody is called any more where somebody has answered, or it is over."""
        state.phase = phase
        if phase is not Phase.OPEN:
            state.climb, state.repeats, state.loud_at = None, 0, None
        if phase in {Phase.ACKNOWLEDGED, Phase.RESOLVED}:
            state.owes = False

    def _repeat(self, told: Notification, state: Told, at: datetime) -> None:
        pause = self._pause(told.incident, state.repeats)
        keep(pause is not None and state.loud_at is not None, "repeated without a reason", told)
        assert pause is not None and state.loud_at is not None
        keep(at >= state.loud_at + pause, "repeated too early", told)
        state.repeats += 1

    def _pause(self, incident: Incident, repeats: int) -> timedelta | None:
        match incident.severity:
            case Severity.P1 | Severity.P2:
                return min(30 * 2**repeats, 240) * MINUTE
            case Severity.P3 if repeats == 0:
                return 240 * MINUTE
        return None

    def _expect_calls(self, told: Notification, state: Told, at: datetime) -> None:
        """Whom the escalation calls with this message: nobody but those whose step is due."""
        incident, duty = told.incident, set[str]()
        if incident.phase is not Phase.OPEN:
            state.climb = None
        else:
            policy, least = self.people.escalation(incident)
            rose = state.climb is None or graver(incident.severity, state.climb.severity)
            if policy is not None and policy.steps and rose and not graver(least, incident.severity):
                state.climb = Climb(policy, incident.severity, at + policy.steps[0].after_min * MINUTE)
            duty = self._duty(told, state.climb, at)
        self.duties[told.id] = duty

    def _duty(self, told: Notification, climb: Climb | None, at: datetime) -> set[str]:
        if climb is None:
            keep(told.why not in {Why.ESCALATED, Why.UNANSWERED}, "escalated without an escalation", told)
            return set()
        fallback = self.people.behind(climb.policy.fallback, at)
        if climb.over:
            keep(told.why is not Why.ESCALATED, "called beyond the last step", told)
            return fallback if told.why is Why.REPEAT_DUE else set()
        if climb.due > at:
            keep(told.why not in {Why.ESCALATED, Why.UNANSWERED}, "a step was taken too early", told, climb)
            return set()
        if climb.step == len(climb.policy.steps):
            if told.why is Why.UNANSWERED:
                climb.over = True
                return fallback
            return set()
        called = climb.call(at, self.people)
        if called:
            return called
        if told.why is Why.UNANSWERED:
            return fallback
        climb.over, climb.due = False, at  # a message that was told for another reason; the end comes next
        return set()

    def _silenced(self, incident: Incident, at: datetime) -> bool:
        """Every brand, and every signal that goes on, is matched by a silence that holds for this severity."""
        going_on = [s for s in incident.signals if s.phase is not SignalPhase.ENDED] or list(incident.signals)
        planned = [
            (frozenset(rule.brands), frozenset[object]())
            for rule in self.settings.silences
            if datetime.fromisoformat(rule.starts) <= at < datetime.fromisoformat(rule.ends)
            and not graver(incident.severity, Severity(rule.up_to))
        ]
        asked = [
            (frozenset({each.brand}), frozenset[object](each.kinds))
            for start, end, each in self.silences
            if each is not None and start <= at < end and not graver(incident.severity, each.up_to)
        ]
        held = [*planned, *asked]

        def is_held(brand: str, kind: object = None) -> bool:
            return any(
                (not names or brand in names) and (kind is None or not kinds or kind in kinds) for names, kinds in held
            )

        return all(map(is_held, brands(incident))) and all(is_held(s.brand, s.kind) for s in going_on)

    def _inhibited(self, incident: Incident) -> bool:
        """A P1 of its brands has been told and is not resolved."""
        if incident.severity not in {Severity.P3, Severity.P4}:
            return False
        mine = set(brands(incident))
        return any(
            other.severity is Severity.P1
            and other.phase is not Phase.RESOLVED
            and other.notified > 0
            and mine <= set(brands(other))
            for other in self.incidents.values()
            if other.id != incident.id
        )

    def _nobody_asleep(self) -> None:
        """What is open and unanswered has been told, and all calls that are due have been made."""
        for incident in self.incidents.values():
            state = self._told(incident.id)
            if self._silenced(incident, self.now) or self._inhibited(incident):
                continue
            if incident.notified == 0 and graver(self.people.notify_from(incident), incident.severity):
                continue
            if incident.phase in {Phase.OPEN, Phase.ACKNOWLEDGED}:
                keep(not state.owes, "a silence is over, and people were not told", incident)
            if incident.phase is not Phase.OPEN:
                continue
            keep(state.loud_at is not None, "open, and nobody was told", incident)
            assert state.loud_at is not None
            policy, least = self.people.escalation(incident)
            if policy is not None and policy.steps and not graver(least, incident.severity):
                keep(state.climb is not None, "grave enough, and nobody is called", incident)
            if state.climb is not None and not state.climb.over:
                # What a message told just now has made due comes with the next tick.
                is_news = state.loud_at == self.now
                keep(is_news or state.climb.due > self.now, "a call is due, and was not made", incident, state.climb)
            elif (pause := self._pause(incident, state.repeats)) is not None:
                keep(self.now < state.loud_at + pause, "a reminder is due, and was not sent", incident)

    # ── attention: what reaches one human ─────────────────────────────────────────────────────────────────────

    def _human(self, recipient: str) -> Human:
        return self.humans.setdefault(recipient, Human())

    def _call(self, call: Call) -> None:
        """A wish to tell somebody. It is answered with a message, or with a reason."""
        told = call.notification
        duty = self.duties.get(told.id, set())
        keep(
            call.urgent == (call.recipient in duty and not told.quiet),
            "called without duty, or the other way",
            duty,
            call,
        )
        self.calls[told.id, call.recipient, told.quiet] = call

    def _answer(self, notification: str, recipient: str) -> Call | None:
        for quiet in (False, True):
            if (call := self.calls.pop((notification, recipient, quiet), None)) is not None:
                return call
        return None

    def _addressed(self, told: Notification) -> None:
        """Attention has let it through: a message to a human, or to many."""
        if told.why is Why.DIGEST:
            self._digest(told)
        else:
            call = self._answer(told.id, told.recipient)
            keep(call is not None, "a message that nobody asked for", told)
            assert call is not None
            if told.quiet:
                keep(told.incident.id in self._human(told.recipient).told, "hears the end, not the beginning", told)
            else:
                self._loud(told, call)
        keep(bool(told.channels), "a message by no channel", told)
        for channel in told.channels:
            self._post(told, channel)

    def _loud(self, told: Notification, call: Call) -> None:
        incident, human = told.incident, self._human(told.recipient)
        at = max(self.now, told.at)
        wish, zone = self.people.wish(told.recipient)
        known = incident.id in human.called
        duty = call.urgent or (known and told.why in {Why.WORSE, Why.REOPENED})
        until, up_to = human.mutes.get(incident.id, (at, None))
        if at < until and not call.urgent:
            keep(up_to is None or graver(incident.severity, up_to), "they do not want to hear of it", told)
        if incident.severity is not Severity.P1:
            quiet = wish.quiet_hours and within(wish.quiet_hours, at, zone)
            breaks = not graver(Severity(wish.breaks_from), incident.severity)
            keep(not quiet or breaks or duty, "told in quiet hours", at, wish, told)
            if wish.night_budget is not None and within(wish.night, at, zone):
                night = night_of(wish.night, at, zone)
                human.nights[night] += 1
                if human.nights[night] > wish.night_budget:
                    grave = not known or graver(incident.severity, human.called[incident.id])
                    insists = duty and (grave or told.why in {Why.REOPENED, Why.UNANSWERED})
                    keep(bool(insists), "told beyond the night's budget", at, wish, told)
        human.told[incident.id] = incident.severity
        if duty:
            human.called[incident.id] = incident.severity
        human.waiting.pop(incident.id, None)

    def _digest(self, told: Notification) -> None:
        human, (wish, zone) = self._human(told.recipient), self.people.wish(told.recipient)
        is_quiet = bool(wish.quiet_hours) and within(wish.quiet_hours, self.now, zone)
        is_night = wish.night_budget is not None and within(wish.night, self.now, zone)
        never_free = wish.night_budget is not None and wish.night == "00:00-00:00"
        keep(never_free or not (is_quiet or is_night), "a digest at night", self.now, wish, told)
        for incident in (told.incident, *told.also):
            keep(incident.id in human.waiting, "in a digest, and was not held", incident)
            human.waiting.pop(incident.id, None)
            human.told.setdefault(incident.id, incident.severity)

    def _withheld(self, record: Delivery) -> None:
        """A reason in place of a message: the one that is true."""
        keep(record.why is not None, "withheld without words", record)
        if not record.recipient:
            if record.why in {Why.SILENCED, Why.INHIBITED}:
                state = self._told(record.incident)
                state.owes, state.climb, state.repeats = True, None, 0
            return
        human, (wish, zone) = self._human(record.recipient), self.people.wish(record.recipient)
        call = self._answer(record.notification, record.recipient)
        if any(reason.key == "in-digest" for reason in record.reasons):
            human.waiting.setdefault(record.incident, self.now)
        if call is None:
            keep(record.why in {Why.MUTED, Why.UNREACHABLE}, "withheld, and nobody asked for it", record)
            return
        incident = call.notification.incident
        at = max(self.now, call.notification.at)
        until, up_to = human.mutes.get(incident.id, (at, None))
        match record.why:
            case Why.MUTED:
                is_muted = at < until and not call.urgent
                rose = up_to is not None and graver(incident.severity, up_to)
                keep(is_muted and not rose, "not muted", record, call)
            case Why.UNREACHABLE:
                keep(not self.people.contacts(record.recipient), "could be reached", record)
            case Why.QUIET_HOURS:
                is_quiet = within(wish.quiet_hours, at, zone) if wish.quiet_hours else False
                mild = graver(Severity(wish.breaks_from), incident.severity)
                keep(is_quiet and mild and not call.urgent, "not quiet hours", at, wish, record, call)
                keep(incident.severity is not Severity.P1 or call.digest, "a P1 was held back", record, call)
            case Why.BUDGET:
                spent = human.nights[night_of(wish.night, at, zone)] >= (wish.night_budget or 0)
                is_night = wish.night_budget is not None and within(wish.night, at, zone)
                keep(spent and is_night, "the budget is not spent", at, wish, record)
                keep(incident.severity is not Severity.P1, "a P1 was held back", record, call)
                insists = incident.id not in human.called or call.notification.why is Why.UNANSWERED
                keep(not (call.urgent and insists), "duty calls", call)
            case Why.SAME | Why.DIGEST:
                keep(call.notification.quiet or call.digest, "a call was taken for an update", record, call)
            case Why.BELOW_SEVERITY:
                keep(call.digest, "withheld although it is grave enough", record, call)
            case _:
                raise BrokenPromise(f"no reason to stay silent: {record}")

    # ── delivery: what becomes of a message ───────────────────────────────────────────────────────────────────

    def _post(self, told: Notification, channel: str) -> None:
        key = (told.id, channel, told.recipient, told.quiet)
        if key not in self.ended and (*key[:3], False) not in self.ended:
            self.letters.setdefault(key, Letter(told, channel, told.recipient, self.now))

    def _heard(self, heard: Heard) -> None:
        self.heard[heard.channel, heard.told.id] += 1
        times = self.heard[heard.channel, heard.told.id]
        keep(times == 1 or heard.channel in BLIND, "heard twice", heard)
        if heard.told.why in {Why.DIGEST, Why.UNDELIVERED} or heard.channel in self.stand_ins:
            return
        # What was decided in one moment comes by recipient, so that those who share a channel may have it in any order.
        place, at = (heard.channel, heard.told.incident.id), self.decided[heard.told.id.removesuffix("-quiet")]
        keep(self.latest.get(place, at) <= at, "told out of order", heard)
        self.latest[place] = at

    def _delivered(self, record: Delivery) -> None:
        if not record.channel:
            self._withheld(record)
            return
        key = self._end(record)
        if key not in {*self.letters, *self.covered, *self.ended} and record.why is not Why.UNDELIVERED:
            self.early.append(record)
        else:
            self._ended(record)

    def _ended(self, record: Delivery) -> None:
        key = self._end(record)
        letter = self.letters.pop(key, None) or self.covered.pop(key, None)
        if not key[-1] and (copy := self.letters.pop((*key[:3], True), None)) is not None:
            self.covered[*key[:3], True] = copy
        before = self.ended.get(key)
        if before is not None:
            keep(before.outcome is record.outcome, "two ends of one letter", before, record)
            return
        self.ended[key] = record
        if record.why is Why.UNDELIVERED:
            self.told_operator.append(record)
            return
        keep(letter is not None, "delivered what nobody posted", record)
        assert letter is not None
        told = letter.notification
        # Who shares a channel with somebody who is called is told by the call; never the other way round.
        keep(told.quiet or not record.quiet, "a call was taken for a quiet word", record)
        if record.outcome is Outcome.SENT:
            calls = self.heard[record.channel, told.id]
            words = self.heard[record.channel, f"{told.id}-quiet"]
            keep(bool(calls or (words and told.quiet)), "sent, and nobody heard it", record, told)
            return
        keep(bool(record.reasons), "it failed without words", record)
        if record.outcome is Outcome.SUPERSEDED:
            keep(told.quiet, "a call was skipped", record)
            return
        if not record.quiet:
            self._failed(letter)

    def _end(self, record: Delivery) -> "End":
        """Of which letter it is the end: who shares a channel with somebody who is called is told by the call."""
        loud = (record.notification, record.channel, record.recipient, False)
        quiet = (*loud[:3], True)
        is_copy = record.quiet or (loud not in {*self.letters, *self.ended} and quiet in {*self.letters, *self.ended})
        return quiet if is_copy else loud

    def _failed(self, letter: Letter) -> None:
        """A call that failed is passed on; whoever is reached by nothing is lost, and that is said."""
        told, who = letter.notification, letter.recipient
        other = self.settings.channels[letter.channel].failover if letter.channel in self.settings.channels else ""
        calls = [(ident, way, to, end) for (ident, way, to, _), end in self.ended.items() if not end.quiet]
        tried = [end.outcome for ident, way, _, end in calls if (ident, way) == (told.id, other)]
        if other and (not tried or Outcome.SENT in tried):  # what has failed for others is not tried again
            self._post(msgspec.structs.replace(told, quiet=False), other)
        reached = any(end.outcome is Outcome.SENT for ident, _, to, end in calls if (ident, to) == (told.id, who))
        # A quiet copy is waited for only where a call to somebody else stands for it.
        loud = {(ident, way) for ident, way, _, quiet in self.letters if not quiet}
        waits = any((ident, to) == (told.id, who) and (ident, way) in loud for ident, way, to, _ in self.letters)
        if not reached and not waits:
            self.lost.add((told.id, who))

    def _undelivered(self, record: Dead) -> None:
        ident = record.origin.split("/")[-1]
        who = record.detail.split(" was not told")[0]
        self.dead[ident, who] = record

    def _letters_move(self) -> None:
        """On a channel that works a letter goes out soon; on one that does not it is given up in time."""
        keep(self.lost <= self.dead.keys(), "reached nobody, and nobody is told", self.lost - self.dead.keys())
        keep(self.dead.keys() <= self.lost, "called lost, and was not", self.dead.keys() - self.lost)
        for letter in self.letters.values():
            line = self.lines[letter.channel]
            posted = max(letter.posted_at, line.started_at)
            if line.weather == "fine":
                since = max(posted, line.fine_since)
                keep(line.now <= since + SLACK, "it waits, and its channel works", letter, line.fine_since)
            elif line.weather != "flaps" and line.weather != "slow":
                since = max(posted, line.fine_since, line.worked_at or posted)
                keep(line.now <= since + GIVEN_UP + SLACK, "it waits for a dead channel", letter, line.weather)

    def at_the_end(self) -> None:
        """After days in which nothing happened any more, nothing is owed to anybody."""
        keep(not self.letters, "letters wait for ever", *self.letters)
        waiting = {who: human.waiting for who, human in self.humans.items() if human.waiting}
        keep(not waiting, "held, and never told", waiting)
        operator = self.settings.delivery.operator
        for record in self.dead.values() if operator else ():
            tried = {line.partition(":")[0] for line in record.detail.splitlines()[1:]}
            first, last = record.at - GIVEN_UP, record.at + timedelta(hours=2)
            said = any(first <= each.at <= last for each in self.told_operator)
            keep(said or tried == {operator}, "the operator does not know", record)
