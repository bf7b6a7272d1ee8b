"""Escalation: steps are taken in order, empty ones are passed over, and what comes next is announced truly."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation import (
    ANSWER_S,
    LONGEST_WAIT_S,
    Escalation,
    EscalationPolicy,
    Step,
    begun,
    ended,
    next_call,
    taken,
)
from models.records import Severity
from tests.scenarios.world import START


def policy(*waits_s: float, rounds: int = 1, empty: Sequence[int] = ()) -> EscalationPolicy:
    """A step for every wait; the `empty` ones, counted from 0, find nobody."""
    steps = tuple(Step(("nobody" if n in empty else f"person:{n}",), wait_s) for n, wait_s in enumerate(waits_s))
    return EscalationPolicy("toy", steps, rounds, ("person:boss",))


def resolve(target: str, at: datetime) -> tuple[str, ...]:
    return () if target == "nobody" else (target,)


def climb(of: EscalationPolicy) -> list[tuple[float, tuple[str, ...]]]:
    """When, in seconds, and whom an escalation calls, each step taken when it is due; () is its end."""
    escalation, calls = begun(of, Severity.P2, START), []
    while not escalation.exhausted:
        at = escalation.due_at
        step = taken(escalation, at, resolve)
        if step.called is not None:
            calls.append(((at - START).total_seconds(), step.called.recipients))
        escalation = step.escalation
    return [*calls, ((escalation.due_at - START).total_seconds(), ())]


def test_waits_are_counted_from_the_step_before() -> None:
    """Each step waits its own time; the end waits as long as the last step had, or five minutes."""
    assert climb(policy(0, 60, 600)) == [
        (0, ("person:0",)),
        (60, ("person:1",)),
        (660, ("person:2",)),
        (1260, ()),
    ]
    assert climb(policy(0)) == [(0, ("person:0",)), (ANSWER_S, ())]


def test_rounds_leave_time_to_answer() -> None:
    """A first step without a wait of its own waits five minutes in the second round."""
    assert [at for at, _ in climb(policy(0, 60, rounds=2))] == [
        0,
        60,
        60 + ANSWER_S,
        120 + ANSWER_S,
        120 + 2 * ANSWER_S,
    ]


def test_an_empty_step_costs_no_time() -> None:
    """The next step is taken at once; one that is empty at the end ends it at once."""
    assert climb(policy(60, 600, 600, empty=[0])) == [(60, ("person:1",)), (660, ("person:2",)), (1260, ())]
    assert climb(policy(60, 600, empty=[1])) == [(60, ("person:0",)), (660, ())]


def test_nobody_at_all_is_found_out_at_once() -> None:
    """Where no step finds anybody, the rounds that are left are not waited for, and each step is named once."""
    escalation = begun(policy(60, 0, rounds=9, empty=[0, 1]), Severity.P2, START)
    step = taken(escalation, escalation.due_at, resolve)
    assert step.called is None
    assert [(each.round, each.step) for each in step.empty] == [(1, 1), (1, 2)]
    assert step.escalation.exhausted
    assert step.escalation.due_at == START + timedelta(seconds=60)


@given(st.lists(st.floats(0, 3_600), min_size=1, max_size=5), st.integers(1, 3), st.sets(st.integers(0, 4)))
def test_what_is_announced_is_what_happens(waits_s: list[float], rounds: int, empty: set[int]) -> None:
    """While nothing changes, the next call that is announced is the next one that is made; at the end, the fallback."""
    escalation = begun(policy(*waits_s, rounds=rounds, empty=sorted(empty)), Severity.P2, START)
    for _ in range(100):
        due_at, announced = next_call(escalation, resolve)
        assert due_at is not None
        if escalation.exhausted:
            break
        step = taken(escalation, due_at, resolve)
        assert announced == (("person:boss",) if step.called is None else step.called.recipients)
        escalation = step.escalation
    assert announced == ("person:boss",)
    assert next_call(ended(escalation), resolve) == (None, ())


def test_an_absurd_wait_is_bounded() -> None:
    """A wait of a thousand years is one of a week: no arithmetic fails at 3 a.m."""
    escalation = begun(policy(1e15), Severity.P2, START)
    assert escalation.due_at == START + timedelta(seconds=LONGEST_WAIT_S)


def test_an_escalation_survives_encoding() -> None:
    """It is a part of the state."""
    escalation = taken(begun(policy(0, 60, rounds=2), Severity.P1, START), START, resolve).escalation
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(escalation), type=Escalation) == escalation
