"""Escalation: whom to call, in which order and after which waits, and how far that has come (`docs/alerting.md`)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from models.records import Called, Severity

Resolve = Callable[[str, datetime], tuple[str, ...]]
"""Who a target (`person:NAME`, `schedule:NAME`, `channel:NAME`) means at a moment: recipients, none where nobody is on
duty or can be reached. Pure, and raises for no target whatever: a settings file may have changed since."""

ANSWER_S: Final = 300.0
"""How long people have at least to answer, in seconds: before the steps begin anew, and before it counts that nobody
did. Waits within a round are the policy's own."""
LONGEST_WAIT_S: Final = 7 * 86_400.0


class Step(msgspec.Struct, frozen=True, array_like=True):
    """Call these targets, `after_s` seconds after the step before; the first one after the alert."""

    call: tuple[str, ...]
    after_s: float


class EscalationPolicy(msgspec.Struct, frozen=True, array_like=True):
    """Steps, gone through `rounds` times; then `fallback` (targets) is told that nobody has answered."""

    name: str
    steps: tuple[Step, ...]
    rounds: int = 1
    fallback: tuple[str, ...] = ()


class Escalation(msgspec.Struct, frozen=True, array_like=True):
    """An escalation in progress. It keeps the policy that it began with: its steps, not the people, who are those on
    duty when a step is taken.

    `step` is the index of the next one; one beyond the last waits for an answer to the last. `over`: nobody answered.
    """

    policy: EscalationPolicy
    severity: Severity
    """Of the incident when it began; what rises above it begins it anew."""
    due_at: datetime
    step: int = 0
    round: int = 1
    over: bool = False

    @property
    def exhausted(self) -> bool:
        """Every step has been taken."""
        return self.step >= len(self.policy.steps)


@dataclass(frozen=True, slots=True)
class Empty:
    """A step that found nobody to call. Both count from 1."""

    step: int
    round: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking the step that is due: who is called (None: nobody, in no step), and what is due next."""

    escalation: Escalation
    called: Called | None
    empty: tuple[Empty, ...] = ()


def themselves(target: str, at: datetime) -> tuple[str, ...]:  # noqa: ARG001
    """Resolves people and channels to themselves; a schedule, of which nothing is known here, to nobody.

    >>> from datetime import UTC
    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> themselves("person:lea", at), themselves("schedule:care", at)
    (('person:lea',), ())
    """
    return (target,) if target.startswith(("person:", "channel:")) else ()


def resolved(targets: tuple[str, ...], at: datetime, resolve: Resolve) -> tuple[str, ...]:
    """The recipients behind several targets, each once."""
    return tuple(dict.fromkeys(recipient for target in targets for recipient in resolve(target, at)))


def begun(policy: EscalationPolicy, severity: Severity, at: datetime) -> Escalation:
    """An escalation before its first step. The policy must have one."""
    return Escalation(policy, severity, at + _seconds(policy.steps[0].after_s))


def taken(escalation: Escalation, at: datetime, resolve: Resolve) -> Taken:
    """Takes the step that is due. One that finds nobody is passed over at once; where none finds anybody, it ends."""
    empty: list[Empty] = []
    here = escalation
    for _ in escalation.policy.steps:
        if here.exhausted:
            break
        targets = here.policy.steps[here.step].call
        recipients = resolved(targets, at, resolve)
        place = (here.step + 1, here.round)
        here = _following(here, at)
        if recipients:
            return Taken(here, Called(at=at, step=place[0], round=place[1], recipients=recipients), tuple(empty))
        empty.append(Empty(*place, targets))
    # Asking again at the same moment would find nobody again: the rounds that are left are not waited for.
    ended = msgspec.structs.replace(here, step=len(here.policy.steps), due_at=at)
    return Taken(ended, None, tuple(empty))


def ended(escalation: Escalation) -> Escalation:
    """It came to its end, and nobody answered."""
    return msgspec.structs.replace(escalation, step=len(escalation.policy.steps), over=True)


def next_call(escalation: Escalation | None, resolve: Resolve) -> tuple[datetime | None, tuple[str, ...]]:
    """When the next call is due, and whom it reaches as things stand: the next step with somebody, or the fallback."""
    if escalation is None or escalation.over:
        return None, ()
    due_at, policy = escalation.due_at, escalation.policy
    steps = [*policy.steps[escalation.step :], *(policy.steps if escalation.round < policy.rounds else ())]
    found = () if escalation.exhausted else (resolved(step.call, due_at, resolve) for step in steps)
    return due_at, next((recipients for recipients in found if recipients), resolved(policy.fallback, due_at, resolve))


def _following(escalation: Escalation, at: datetime) -> Escalation:
    """What is due after a step that was taken at `at`."""
    steps, index, round_ = escalation.policy.steps, escalation.step + 1, escalation.round
    if index < len(steps):
        wait_s = steps[index].after_s
    elif round_ < escalation.policy.rounds:
        wait_s, index, round_ = max(steps[0].after_s, ANSWER_S), 0, round_ + 1
    else:
        wait_s = max(steps[-1].after_s, ANSWER_S)
    return msgspec.structs.replace(escalation, step=index, round=round_, due_at=at + _seconds(wait_s))


def _seconds(wait_s: float) -> timedelta:
    return timedelta(seconds=min(wait_s, LONGEST_WAIT_S))
