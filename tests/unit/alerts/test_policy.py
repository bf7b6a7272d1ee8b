"""Policies: each brand's own, an exercise has its brand's, and a wave has those of all its brands together."""

from datetime import timedelta

import msgspec

from alerts.case import opened
from alerts.escalation import EscalationPolicy, Step
from alerts.policy import IncidentPolicy, Policies
from models.records import Severity
from tests.scenarios.world import START, signal

CALLS = EscalationPolicy("calls", (Step(("person:lea",), 60),))
ACME = IncidentPolicy(recipients=("channel:acme",), close_after=timedelta(hours=1))
BETA = IncidentPolicy(
    recipients=("channel:beta", "channel:acme"),
    notify_from=Severity.P4,
    escalation=CALLS,
    escalate_from=Severity.P1,
)


def test_every_brand_has_its_policy() -> None:
    """By name; an exercise by the name of its brand; others by default."""
    policies = Policies({"acme": ACME}, BETA)
    assert policies.of_brand("acme") is ACME
    assert policies.of_brand("drill:acme") is ACME
    assert policies.of_brand("other") is BETA


def test_a_wave_is_told_to_everybody_and_escalated_by_the_first_who_escalates() -> None:
    """Recipients are united, the mildest threshold counts, and the calls are those of the first that has any."""
    incident = msgspec.structs.replace(opened(signal(), START).incident, brands=("beta",))
    both = Policies({"acme": ACME, "beta": BETA}, IncidentPolicy()).of(incident)
    assert both.recipients == ("channel:acme", "channel:beta")
    assert (both.notify_from, both.close_after) == (Severity.P4, timedelta(hours=24))
    assert (both.escalates(Severity.P1), both.escalates(Severity.P2)) == (CALLS, None)


def test_a_policy_without_steps_escalates_nothing() -> None:
    """An escalation that has no step is as none: repeats go on."""
    assert IncidentPolicy(escalation=EscalationPolicy("none", ())).escalates(Severity.P1) is None
