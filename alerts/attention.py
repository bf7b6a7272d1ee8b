"""Guards each recipient's attention: what they are told now, later in a digest, or not at all (`docs/alerting.md`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.attention_rules import Contacts, Rule, is_drill
from alerts.attention_state import Attention, By, Held, Muted, Told
from alerts.attention_verdict import is_duty, verdict
from alerts.digest import LONGEST, digest_of, trimmed
from alerts.severity import RANK
from alerts.why import because
from models.records import Call, Delivery, Incident, Mute, Outcome, Reason, Severity, Topic, Why, digest
from models.stage import Emit, Stepped

LONGEST_MUTE: Final = timedelta(days=7)


class AttentionStep:
    """Implements `models.stage.Step` over `Call | Mute`, keyed by recipient (`person:NAME`, `channel:NAME`).

    `contacts` and `rules` by recipient; who has no rule has `default`. A channel that is not in `contacts` is reached
    by itself; anybody else who is not is unreachable.
    """

    state_type = Attention

    def __init__(
        self, contacts: Mapping[str, Contacts], rules: Mapping[str, Rule] | None = None, default: Rule | None = None
    ) -> None:
        self._contacts = contacts
        self._rules = rules or {}
        self._default = default or Rule()

    def initial(self, key: str) -> Attention:
        return Attention(key)

    def __call__(self, state: Attention, records: Sequence[Call | Mute], now: datetime) -> Stepped[Attention]:
        work = _Work(state, self._reach(state.recipient), self._rules.get(state.recipient, self._default))
        for record in records:
            work.take(record, now)
        if not records:
            work.tell_digest(now)
        forget_at = work.state.forget_at
        if not records and forget_at is not None and forget_at <= now:
            return Stepped(None, tuple(work.emits))
        return Stepped(work.state, tuple(work.emits), work.state.digest_due or forget_at)

    def _reach(self, recipient: str) -> Contacts:
        kind, _, name = recipient.partition(":")
        return self._contacts.get(recipient) or Contacts((name,) if kind == "channel" and name else ())


class _Work:
    """One call of the step in progress: the state so far, and what it will say."""

    def __init__(self, state: Attention, reach: Contacts, rule: Rule) -> None:
        self.state = state
        self.emits: list[Emit] = []
        self._reach = reach
        self._rule = rule

    def take(self, record: Call | Mute, now: datetime) -> None:
        if self.state.has_seen(record.id):
            return
        at = max(now, record.at if isinstance(record, Mute) else record.at or record.notification.at)
        self.state = self.state.seeing(record.id).hearing(at)
        if isinstance(record, Mute):
            self._mute(record, at)
        else:
            self._learn_severity(record.notification.incident)
            self._call(record, at)

    def tell_digest(self, now: datetime) -> None:
        """Tells everything that is held, once its time has come."""
        due = self.state.digest_due
        if due is None or now < due:
            return
        awake = self._rule.awake(now)
        if awake > now:  # it is late: nothing ran when it was due
            self.state = msgspec.structs.replace(self.state, digest_due=awake)
            return
        incidents = [held.incident for held in self.state.held]
        self.state = msgspec.structs.replace(self.state, held=(), digest_due=None)
        told = digest_of(self.state.recipient, incidents, due=due, at=now, channels=self._reach.usual)
        if not told.channels:  # taken out of the settings since
            for incident in incidents:
                self._withhold(
                    digest(told.id, incident.id), incident, Why.UNREACHABLE, _remedy(self.state.recipient), now
                )
            return
        self.emits.append(Emit(Topic.OUTBOX, told.id, told))
        for incident in incidents:
            before = self.state.told_of(incident.id) or Told(incident.id, incident.severity, By.DIGEST)
            self.state = self.state.telling(msgspec.structs.replace(before, severity=incident.severity))

    def _mute(self, mute: Mute, at: datetime) -> None:
        """What waits for the digest is withheld too: they do not want to hear of it."""
        known = [each.incident.severity for each in self.state.held if each.incident.id == mute.incident]
        if (told := self.state.told_of(mute.incident)) is not None:
            known = [told.severity]
        until = min(mute.until, at + LONGEST_MUTE)
        self.state = self.state.muting(Muted(mute.incident, until, known[0] if known else None), at)
        for held in self.state.held:
            if held.incident.id == mute.incident:
                self.state = self.state.releasing(mute.incident)
                self._withhold(mute.id, held.incident, Why.MUTED, (because("muted", until=until),), at)

    def _learn_severity(self, incident: Incident) -> None:
        """Of what is muted before it is known here, the first call says how severe it is."""
        for mute in self.state.mutes:
            if mute.incident == incident.id and mute.up_to is None:
                learned = msgspec.structs.replace(mute, up_to=incident.severity)
                mutes = tuple(learned if each is mute else each for each in self.state.mutes)
                self.state = msgspec.structs.replace(self.state, mutes=mutes)

    def _call(self, call: Call, at: datetime) -> None:
        notification = call.notification
        if not self._reach.usual:
            self._withhold(notification.id, notification.incident, Why.UNREACHABLE, _remedy(call.recipient), at)
            return
        found = verdict(self.state, self._rule, call, at)
        if found.why is None:
            self._tell(call, at)
            return
        self._withhold(notification.id, notification.incident, found.why, found.reasons, at)
        if found.due is not None:
            self._hold(Held(trimmed(notification.incident), found.why), found.due, at)

    def _tell(self, call: Call, at: datetime) -> None:
        incident = call.notification.incident
        before = self.state.told_of(incident.id)
        duty = is_duty(self.state, call)
        is_urgent = duty or incident.severity is Severity.P1
        was_urgent = before is not None and before.by is By.URGENT
        # Updates go where the incident was told: they may edit what stands there.
        channels = self._reach.for_call(urgent=was_urgent if call.notification.quiet else is_urgent)
        addressed = msgspec.structs.replace(call.notification, channels=channels, recipient=call.recipient)
        self.emits.append(Emit(Topic.OUTBOX, incident.id, addressed))
        if call.notification.quiet:
            self.state = self.state.refreshed(trimmed(incident))
            return
        called = incident.severity if duty else None if before is None else before.called
        by = By.URGENT if is_urgent or was_urgent else By.MESSAGE
        self.state = self.state.releasing(incident.id).telling(Told(incident.id, incident.severity, by, called))
        self._count(incident, at)

    def _count(self, incident: Incident, at: datetime) -> None:
        night = self._rule.night_at(at)
        if night is not None and incident.severity is not Severity.P1 and not is_drill(incident.brand):
            self.state = msgspec.structs.replace(self.state, tonight=self.state.tonight.one_more(night))

    def _hold(self, held: Held, due: datetime, at: datetime) -> None:
        """Keeps an incident for the digest; of too many, the least severe gives way, and that is said."""
        if self.state.holds(held.incident.id):
            self.state = self.state.refreshed(held.incident)
        else:
            self.state = msgspec.structs.replace(self.state, held=(*self.state.held, held))
        self.state = msgspec.structs.replace(self.state, digest_due=due)
        if len(self.state.held) > LONGEST:
            least = min(self.state.held, key=lambda each: (RANK[each.incident.severity], each.incident.id))
            reasons = (because("digest-full", count=LONGEST),)
            self.state = self.state.releasing(least.incident.id)
            self._withhold(digest("full", least.incident.id, at), least.incident, least.why, reasons, at)

    def _withhold(
        self, notification: str, incident: Incident, why: Why, reasons: tuple[Reason, ...], at: datetime
    ) -> None:
        """Writes down what is not told now, and why."""
        record = Delivery(
            id=digest("attention", notification, self.state.recipient, why),
            notification=notification,
            incident=incident.id,
            brand=incident.brand,
            channel="",
            outcome=Outcome.REJECTED if why is Why.UNREACHABLE else Outcome.WITHHELD,
            why=why,
            at=at,
            reasons=tuple(reasons),
            recipient=self.state.recipient,
        )
        self.emits.append(Emit(Topic.DELIVERIES, incident.id, record))


def _remedy(recipient: str) -> tuple[Reason, ...]:
    kind, _, name = recipient.partition(":")
    return (because("no-way", name=name) if kind == "person" else because("nobody-named-so", name=recipient),)


def call_id(notification: str, recipient: str) -> str:
    """The id of a wish to tell one recipient of one notification."""
    return digest("call", notification, recipient)
