"""Folds the signals of a desk's brands into incidents, and lets time and humans act on them (`docs/alerting.md`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from alerts.accuracy import Record, judged, vouched
from alerts.brigades import heard, marched
from alerts.case import Case, due, event_of, find, folded, names_of, opened, remembered, worsened
from alerts.escalation import Resolve, themselves
from alerts.inbox import Inbox, Said
from alerts.moves import ANSWERS, answered, owed
from alerts.policy import FORGOTTEN, IncidentPolicy, Policies
from alerts.sectors import gathered, joined, merged
from alerts.severity import RANK
from alerts.silences import SILENCES, SilenceRule, hush, set_by
from alerts.telling import Nothing, Teller
from alerts.transitions import TRANSITIONS, Event, Tell, Transition
from alerts.verdicts import verdicts
from alerts.why import because
from models.brigade import Brigade
from models.records import (
    CascadeOver,
    HumanAction,
    IncidentEvent,
    Reason,
    SharedTogether,
    Signal,
    SignalPhase,
    Silence,
    Unsilence,
    Why,
    digest,
)
from models.stage import Stepped

__all__ = ["Desk", "IncidentPolicy", "IncidentStep"]

CASES: Final = 20
"""How many incidents one brand can have; beyond it, the least severe and longest silent one is closed."""
DESK_CASES: Final = 60
"""How many all brands of a desk can have together."""
ACTS: Final = 8
"""How many things time may do to one incident at once: steps of an escalation without a wait between them."""


class Desk(msgspec.Struct, array_like=True, frozen=True):
    """The state of one desk (a brand, or a sector of several): its incidents, the ids of what it has taken in, what
    detectors say of times to come, the silences that humans have set, how far off its brands' forecasts were, and who
    shares their posts together.

    Detectors do not keep step with each other: one may be hours of the log ahead (a replay, a restart). So signals
    wait for the log's time, and are folded in by their own: the same incidents, whoever was quicker.
    """

    key: str
    cases: tuple[Case, ...] = ()
    recent: tuple[int, ...] = ()
    pending: tuple[Said, ...] = ()
    silences: tuple[SilenceRule, ...] = ()
    records: tuple[Record, ...] = ()
    brigades: tuple[Brigade, ...] = ()
    heard_at: datetime | None = None
    """When its brands were last heard of, in the log's time."""

    @property
    def forget_at(self) -> datetime | None:
        """When it may be forgotten; None as long as something waits, goes on, or may flare up. Silences end before."""
        busy = self.cases or self.pending
        return None if busy or self.heard_at is None else self.heard_at + FORGOTTEN


class IncidentStep:
    """Implements `models.stage.Step` over `IncidentEvent`, keyed by desk.

    `policies` by brand; brands that are not in it get `default`. `resolve` says who a target of an escalation means at
    a moment. `silences` are those of the settings, beside which humans set their own.

    >>> IncidentStep({}, IncidentPolicy()).initial("acme")
    Desk(key='acme', cases=(), recent=(), pending=(), silences=(), records=(), brigades=(), heard_at=None)
    """

    state_type = Desk

    def __init__(
        self,
        policies: Mapping[str, IncidentPolicy],
        default: IncidentPolicy,
        *,
        resolve: Resolve = themselves,
        silences: Sequence[SilenceRule] = (),
    ) -> None:
        self._policies = Policies(policies, default)
        self._resolve = resolve
        self._silences = tuple(silences)

    def initial(self, key: str) -> Desk:
        return Desk(key)

    def __call__(self, state: Desk, records: Sequence[IncidentEvent], now: datetime) -> Stepped[Desk]:
        work = _Work(state, self._policies, self._resolve, self._silences, now)
        for record in records:
            # Of these so many come that the ids of others would be lost; they know their own repeats.
            if isinstance(record, SharedTogether) or work.inbox.is_new(record.id):
                work.take(record, now)
        if not records:
            work.catch_up(now)
            work.time(now)
        desk = work.desk()
        if not records and desk.forget_at is not None and desk.forget_at <= now:
            return Stepped(None, tuple(work.teller.emits))
        return Stepped(desk, tuple(work.teller.emits), self._wake_at(desk, now))

    def _wake_at(self, desk: Desk, now: datetime) -> datetime | None:
        """When time will act next: a signal's has come, on an open incident, by forgetting a resolved one, because a
        silence is over, or by forgetting the desk."""
        signals = [said.at for said in desk.pending[:1]]
        acts = [act[0] for case in desk.cases if (act := due(case, self._policies.of(case.incident))) is not None]
        ids = {case.incident.id for case in desk.cases}
        ends = [case.forget_at for case in desk.cases if case.incident.merged_into not in ids]
        forgets = [end for end in ends if end is not None]
        silences = (*self._silences, *desk.silences)
        quiet = [hush(case, desk.cases, silences, now) for case in desk.cases if case.held is not None]
        over = [each.until for each in quiet if each is not None and each.until is not None]
        return min([*signals, *acts, *forgets, *over], default=desk.forget_at)


class _Work:
    """One call of the step in progress: its own copy of the state, and what it makes of each event."""

    def __init__(
        self, desk: Desk, policies: Policies, resolve: Resolve, silences: tuple[SilenceRule, ...], now: datetime
    ) -> None:
        self._key = desk.key
        self.inbox = Inbox(desk.recent, desk.pending)
        self._set = list(desk.silences)
        self._records = desk.records
        self._brigades = desk.brigades
        self._heard_at = desk.heard_at
        self._settings = silences
        self._policies = policies
        self.teller = Teller(desk.cases, (*silences, *desk.silences), policies, resolve, now)

    def desk(self) -> Desk:
        cases, inbox = tuple(self.teller.cases), self.inbox
        silences = tuple(self._set)
        return Desk(
            self._key, cases, inbox.recent, inbox.pending, silences, self._records, self._brigades, self._heard_at
        )

    def take(self, record: IncidentEvent, now: datetime) -> None:
        """One record; what it ends may free something to be told."""
        self._heard_at = max(now, record.at, self._heard_at or now)
        if isinstance(record, Signal | CascadeOver):
            ready = self.inbox.wait(record) if record.at > now else record
            if ready is not None:
                self._said(ready, now)
        elif isinstance(record, SharedTogether):
            self._brigades = heard(self._brigades, record, now)
        elif isinstance(record, Silence):
            self._silence(record, now)
        elif isinstance(record, Unsilence):
            self._unsilence(record, now)
        else:
            self._human(record, now)
        self.teller.settle(now)

    def catch_up(self, now: datetime) -> None:
        """Takes in what detectors said and whose time has come, in the order of their times."""
        for said in self.inbox.ready(now):
            self._said(said, said.at)
            self.teller.settle(said.at)

    def time(self, now: datetime) -> None:
        """Time has passed: calls, repeats, snoozes and silences that are over, incidents that went silent."""
        teller = self.teller
        teller.cases = remembered(teller.cases, now)
        self._silenced([silence for silence in self._set if now < silence.ends])
        for incident in [case.incident.id for case in teller.cases]:
            for _ in range(ACTS):
                case = next(each for each in teller.cases if each.incident.id == incident)
                act = due(case, teller.policy(case))
                if act is None or act[0] > now:
                    break
                teller.tell(case, owed(case, act[1]) if act[1] is Event.SNOOZE_OVER else _on(case, act[1]), now)
        teller.settle(now)

    def _said(self, said: Said, now: datetime) -> None:
        if isinstance(said, CascadeOver):
            self._records = judged(self._records, said)
        else:
            self._signal(marched(vouched(said, self._records), self._brigades), now)

    def _signal(self, signal: Signal, now: datetime) -> None:
        """A detector's conclusion, at its own time, or now if it comes late."""
        at, teller = max(now, signal.at), self.teller
        tier = self._policies.of_brand(signal.brand).tier
        case = find(teller.cases, signal, at)
        if case is None and signal.phase is SignalPhase.ENDED:
            nothing = Nothing(digest("incident", signal.brand, signal.story), signal.brand)
            teller.withhold(nothing, signal.id, why=TRANSITIONS[None, Event.ENDED].why, at=at)
            return
        event = Event.WORSE if case is None else event_of(case, signal, at, tier)
        if event is Event.WORSE and (case is None or not case.is_open):
            wave = gathered(teller.cases, signal, at)
            if wave:
                self._merge(wave, signal, at, tier)
                return
        if case is None:
            self._make_room(signal.brand, at)
            teller.cases.append(opened(signal, at, tier))
            teller.tell(teller.cases[-1], TRANSITIONS[None, Event.WORSE], at, signal)
            return
        transition = _on(case, event)
        case = self._own(teller.keep(case, folded(case, signal, event, at, tier)), signal)
        teller.tell(case, transition, at, signal)

    def _merge(self, wave: tuple[Case, ...], signal: Signal, at: datetime, tier: int) -> None:
        """Several brands are hit at once: one incident names them, and the others become a part of it."""
        teller, first = self.teller, wave[0]
        whole = joined(wave, signal, at, tier)
        event = worsened(first, whole.incident.severity, at)
        teller.keep(first, whole)
        parts = [teller.keep(part, merged(part, whole)) for part in wave[1:]]
        gone = {part.incident.id for part in parts}
        # What is a part of a wave that is a part now is of this one: whoever answers it answers what goes on.
        for case in [each for each in teller.cases if each.incident.merged_into in gone]:
            teller.keep(case, merged(case, whole))
        whole = self._own(whole, signal)
        teller.tell(whole, _on(whole, event), at, signal)
        for part in parts:
            teller.tell(part, _on(part, Event.MERGED), at)

    def _human(self, action: HumanAction, now: datetime) -> None:
        """What a human did. Its time is the log's: the human's own clock may be another (a replay, a drill)."""
        case = self._case(action.incident)
        event = ANSWERS[type(action)]
        if case is None:
            nothing = Nothing(action.incident, action.brand)
            self.teller.withhold(nothing, action.id, why=TRANSITIONS[None, event].why, at=max(now, action.at))
            return
        at = max(now, case.incident.updated_at)
        transition = _on(case, event)
        self.teller.emits += verdicts(case, action, event, transition, at)
        if transition.tell is not Tell.WITHHELD:
            case = self.teller.keep(case, answered(case, action, at))
        self.teller.tell(case, transition, at)

    def _case(self, incident: str) -> Case | None:
        """The case of an incident, or of the wave that it has become a part of: people answer the message they have."""
        cases = {case.incident.id: case for case in self.teller.cases}
        case = cases.get(incident)
        whole = None if case is None else cases.get(case.incident.merged_into or "")
        return whole or case

    def _silence(self, silence: Silence, now: datetime) -> None:
        self._silenced([each for each in self._set if now < each.ends])
        rule = set_by(silence, now)
        if len(self._set) >= SILENCES:
            self._refuse(silence, because("silences-full", count=SILENCES), now)
        elif rule.ends <= now:
            self._refuse(silence, because("silence-over"), now)
        else:
            self._silenced([*self._set, rule])

    def _unsilence(self, action: Unsilence, now: datetime) -> None:
        left = [silence for silence in self._set if silence.id != action.silence]
        if len(left) == len(self._set):
            self._refuse(action, because("no-such-silence"), now)
        self._silenced(left)

    def _refuse(self, action: Silence | Unsilence, reason: Reason, now: datetime) -> None:
        about = action.silence if isinstance(action, Unsilence) else action.id
        self.teller.withhold(Nothing(about, action.brand), action.id, why=Why.NOTHING_OPEN, at=now, reason=reason)

    def _silenced(self, silences: list[SilenceRule]) -> None:
        self._set = silences
        self.teller.silences = (*self._settings, *silences)

    def _own(self, owner: Case, signal: Signal) -> Case:
        """A name of a story belongs to one incident: what is open keeps the names it has, what is over loses them."""
        teller = self.teller
        others = [case for case in teller.cases if case is not owner]
        taken = {name for case in others if case.is_open for name in case.stories}
        lost = {name for name in names_of(signal) if name not in taken}
        for case in others:
            if not lost.isdisjoint(case.stories):
                teller.keep(case, _without(case, lost))
        return owner if taken.isdisjoint(owner.stories) else teller.keep(owner, _without(owner, taken))

    def _make_room(self, brand: str, at: datetime) -> None:
        teller = self.teller
        teller.cases = remembered(teller.cases, at)
        mine = [case for case in teller.cases if case.incident.brand == brand]
        if len(mine) < CASES and len(teller.cases) < DESK_CASES:
            return
        crowd = mine if len(mine) >= CASES else teller.cases
        least = min(crowd, key=lambda c: (c.is_open, RANK[c.incident.severity], c.news_at, c.incident.id))
        if least.is_open:
            least = teller.tell(least, _on(least, Event.STALE), at)
        teller.cases.remove(least)


def _on(case: Case, event: Event) -> Transition:
    return TRANSITIONS[case.incident.phase, event]


def _without(case: Case, names: set[str]) -> Case:
    return msgspec.structs.replace(case, stories=tuple(name for name in case.stories if name not in names))
