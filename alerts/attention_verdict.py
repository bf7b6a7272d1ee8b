"""Whether one recipient is told of something now, in the digest, or not at all. Pure, and decided here only."""

from datetime import datetime

import msgspec

from alerts.attention_rules import Rule, is_drill
from alerts.attention_state import Attention, By
from alerts.severity import RANK
from alerts.why import because
from models.records import Call, Incident, Notification, Phase, Reason, Severity, Why


class Verdict(msgspec.Struct, frozen=True):
    """Told now where `why` is None. Else not now, for these reasons; `due` is when the digest tells it, None
    where it does not."""

    why: Why | None = None
    reasons: tuple[Reason, ...] = ()
    due: datetime | None = None


def verdict(state: Attention, rule: Rule, call: Call, at: datetime) -> Verdict:
    """The first rule that applies counts: muted, for the digest only, quiet updates, what nothing holds back, quiet
    hours, the night's budget."""
    incident = call.notification.incident
    muted = None if call.urgent else state.muted(incident, at)
    if muted is not None:
        return Verdict(Why.MUTED, (because("muted", until=muted.until),))
    if call.digest:
        return _for_digest(state, rule, call.notification, at)
    if call.notification.quiet:
        return _update(state, rule, incident, at)
    if is_drill(incident.brand) or incident.severity is Severity.P1:
        return Verdict()
    quiet = rule.quiet_at(at)
    if quiet is not None and not is_duty(state, call) and RANK[incident.severity] < RANK[rule.breaks_from]:
        held = because("quiet-hours", until=quiet)
        return _later(state, Why.QUIET_HOURS, held, rule.digest_due(at, quiet))
    return _budget(state, rule, call, at)


def is_duty(state: Attention, call: Call) -> bool:
    """Whether an escalation calls, or tells somebody whom it has called that it got worse or began again: who was woken
    for an incident, and may be in charge of it, must not sleep through that."""
    told = state.told_of(call.notification.incident.id)
    was_called = told is not None and told.called is not None
    return call.urgent or (was_called and call.notification.why in {Why.WORSE, Why.REOPENED})


def _budget(state: Attention, rule: Rule, call: Call, at: datetime) -> Verdict:
    night, budget = rule.night_at(at), rule.night_budget
    if night is None or budget is None or state.tonight.of(night) < budget or _insists(state, call):
        return Verdict()
    spent = because("budget", budget=budget, until=night)
    return _later(state, Why.BUDGET, spent, rule.digest_due(at, night))


def _insists(state: Attention, call: Call) -> bool:
    """Whether duty calls beyond the budget: for the first time, for something more severe than when it last called, or
    because the incident is open again or nobody at all has answered. Its repeats do not."""
    told = state.told_of(call.notification.incident.id)
    called = None if told is None else told.called
    if not is_duty(state, call):
        return False
    if called is None or call.notification.why in {Why.REOPENED, Why.UNANSWERED}:
        return True
    return RANK[call.notification.incident.severity] > RANK[called]


def _for_digest(state: Attention, rule: Rule, notification: Notification, at: datetime) -> Verdict:
    """What is below a brand's `notify_from`: where a digest is wanted, and what is news since the last one."""
    incident = notification.incident
    if not rule.digest:
        return Verdict(Why.BELOW_SEVERITY, (because("no-digest"),))
    told = state.told_of(incident.id)
    if told is None:
        is_news = not notification.quiet
    else:
        is_news = incident.phase is Phase.RESOLVED or RANK[incident.severity] > RANK[told.severity]
    if not is_news and not state.holds(incident.id):
        return Verdict(Why.SAME, (because("no-news"),))
    return _later(state, Why.BELOW_SEVERITY, None, rule.digest_due(at))


def _update(state: Attention, rule: Rule, incident: Incident, at: datetime) -> Verdict:
    """A quiet update reaches those who know of the incident, in the way in which they were told."""
    told = state.told_of(incident.id)
    if told is not None and told.by is not By.DIGEST:
        return Verdict()
    if told is None and not state.holds(incident.id):
        return Verdict(Why.SAME, (because("not-told-before"),))
    return _later(state, Why.DIGEST, because("digest-only"), rule.digest_due(at))


def _later(state: Attention, why: Why, reason: Reason | None, due: datetime) -> Verdict:
    """In the digest: the one that is due already, where that comes sooner. Without a reason, `why` says it."""
    soonest = due if state.digest_due is None else min(due, state.digest_due)
    later = because("in-digest", at=soonest)
    return Verdict(why, (later,) if reason is None else (reason, later), soonest)
