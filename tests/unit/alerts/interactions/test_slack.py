"""From a click to what a human did, whatever Slack or an enemy puts into the payload."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.interactions.buttons import OFFERED, Press, Target, action_id, pressed, target, value
from alerts.interactions.slack import People, Refusal, Refused, answer_url, interaction
from models.records import Ack, FalseAlarm, HumanAction, Phase, Resolve, Snooze
from tests.unit.alerts.interactions.clicks import click

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[5] / "shared" / "data" / "payloads" / "slack"


def acted(payload: Any, people: People | None = None, now: datetime = NOW) -> HumanAction:
    done = interaction(payload, people or People(), now)
    assert isinstance(done, HumanAction)
    return done


@pytest.mark.parametrize(
    ("press", "kind"),
    [(Press.ACK, Ack), (Press.SNOOZE, Snooze), (Press.FALSE_ALARM, FalseAlarm), (Press.RESOLVE, Resolve)],
)
def test_each_button_is_an_action(press: Press, kind: type[HumanAction]) -> None:
    """Who, on what, when by Slack's clock, and through Slack."""
    done = acted(click(press))
    assert type(done) is kind
    assert (done.incident, done.brand, done.via) == ("0a1b", "acme", "slack")
    assert done.at == NOW - timedelta(seconds=2)


def test_a_snooze_is_an_hour() -> None:
    """Counted from the click."""
    done = acted(click(Press.SNOOZE))
    assert isinstance(done, Snooze)
    assert done.until - done.at == timedelta(hours=1)


def test_a_known_user_acts_under_the_name_that_others_read() -> None:
    """The settings say who it is; anybody else keeps their Slack name and id."""
    people = People({"U123": "Léa Martin"})
    assert acted(click(), people).by == "Léa Martin"
    assert acted(click(user={"id": "U9", "name": "tom\n<b>", "team_id": "T1"}), people).by == "tom <b> (U9)"
    assert acted(click(user={"id": "U9", "team_id": "T1"}), people).by == "U9"


def test_where_only_known_people_may_act_strangers_are_refused() -> None:
    """And told so, in the language of the brand."""
    people = People({"U9": "Tom"}, known_only=True)
    assert interaction(click(), people, NOW) == Refusal(Refused.STRANGER, "acme")


@pytest.mark.parametrize("team", ["T2", "", None, 7])
def test_people_of_another_organisation_need_to_be_known(team: object) -> None:
    """A channel that is shared with another company: its members may look, and act only if the settings name them."""
    user = {"id": "U123", "name": "eve", "team_id": team}
    assert interaction(click(user=user), People(), NOW) == Refusal(Refused.FOREIGNER, "acme")
    assert acted(click(user=user), People({"U123": "Eve"})).by == "Eve"


def test_a_repeat_of_a_click_is_the_same_record() -> None:
    """Slack sends again what was not answered in time: same id, same words; another click is another id."""
    later = NOW + timedelta(seconds=90)
    assert acted(click()) == acted(click(), now=later)
    others = [click(Press.RESOLVE), click(incident="ffff"), click(action_ts="1795378500.000001")]
    others.append(click(user={"id": "U9", "name": "x", "team_id": "T1"}))
    assert len({acted(payload).id for payload in [click(), *others]}) == 5


@pytest.mark.parametrize("action_ts", ["", "x", "1", "99999999999999", "1e9", "999999999999.5", "1795379000.0"])
def test_a_time_that_cannot_be_is_ours_instead(action_ts: str) -> None:
    """Ages ago, in the future, or no time at all."""
    assert acted(click(action_ts=action_ts)).at == NOW


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "view_submission", "view": {}},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": {}},
        {"type": "block_actions", "actions": [None, 1, {"action_id": 3}, {"action_id": "a", "value": "x"}]},
        {"type": "block_actions", "actions": [{"action_id": "tocsin.destroy", "value": "0a1b/acme"}]},
    ],
)
def test_what_is_not_for_us_is_left_alone(payload: dict[str, Any]) -> None:
    """Other buttons, other interactions: no business of ours, and no fault of anybody's."""
    assert interaction(payload, People(), NOW) == Refusal(Refused.NOT_OURS)


@pytest.mark.parametrize(
    "about",
    ["", "0a1b", "/acme", "0a1b/", "0a1b/ac\nme", "<!channel>/acme", "0a1b/" + "x" * 300, "é/acme", "0a1b/\ud800"],
)
def test_a_button_that_names_no_incident_does_nothing(about: str) -> None:
    """Values are ours, and of one form."""
    assert interaction(click(value=about), People(), NOW) == Refusal(Refused.MALFORMED)


@pytest.mark.parametrize("payload", [None, [], "x", 3, click(user={"id": "<@U1>"}), click(user={}), click(user=[])])
def test_what_has_no_form_is_refused(payload: object) -> None:
    """No object, or nobody who clicked."""
    assert interaction(payload, People(), NOW) == Refusal(Refused.MALFORMED)


@pytest.mark.parametrize(
    "url",
    [
        None,
        1,
        "",
        "http://hooks.slack.com/actions/T1/1/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com:8443/x",
        "https://HOOKS.slack.com/x",
        "https://169.254.169.254/latest/meta-data",
        "https://hooks.slack.com\\@evil.example/",
        "https://hooks.slack.com/\r\nHost: evil.example",
        "https://[::1/x",
        "https://hooks.slack.com/" + "x" * 600,
        "file:///etc/passwd",
    ],
)
def test_answers_go_to_slack_only(url: object) -> None:
    """Whatever a payload says, we call no other server: not inside our network, and not outside."""
    assert answer_url({"response_url": url}) is None


def test_payloads_that_slack_really_sends() -> None:
    """None of the recorded ones is ours, and the recorded click is, once it is on our button."""
    if not SAMPLES.exists():
        pytest.skip("../shared/data is not here")
    for file in sorted(SAMPLES.glob("*.json")):
        assert isinstance(interaction(json.loads(file.read_text()), People(), NOW), Refusal), file.name
    recorded = json.loads((SAMPLES / "block_actions__body.json").read_text())
    recorded["actions"][0] |= {"action_id": "tocsin.ack", "value": "0a1b/acme"}
    assert acted(recorded).by == "primary-owner (W111)"
    assert answer_url(recorded) is not None


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(
    changes=st.dictionaries(st.sampled_from(["type", "user", "team", "actions", "response_url", "x"]), json_like),
    action=st.dictionaries(st.sampled_from(["action_id", "value", "action_ts", "type"]), json_like),
    name=st.text(max_size=200),
)
def test_hostile_payloads_never_break_it(changes: dict[str, Any], action: dict[str, Any], name: str) -> None:
    """Any JSON in any place: an action or a refusal, whose texts are one line, without control characters."""
    payload = click(user={"id": "U9", "name": name, "team_id": "T1"})
    payload["actions"][0] |= action
    done = interaction(payload | changes, People(), NOW)
    answer_url(payload | changes)
    if isinstance(done, HumanAction):
        assert all(c.isprintable() or c in "\u200c\u200d\u200e\u200f\u00a0\u202f" for c in done.by + done.brand)
        assert len(done.by) < 120
        msgspec.json.encode(done)


@given(incident=st.from_regex(r"[0-9a-f]{32}", fullmatch=True), brand=st.text(min_size=1, max_size=200))
def test_a_button_names_its_incident_and_brand(incident: str, brand: str) -> None:
    """Written and read back the same, or not at all; within Slack's 2,000 characters."""
    about = Target(incident, brand)
    assert target(value(about)) == (about if brand.isprintable() else None)
    assert len(value(about)) <= 2_000


def test_every_phase_has_its_buttons() -> None:
    """Total, and nothing can be done to what is over; who is in charge already cannot be again."""
    assert set(OFFERED) == set(Phase)
    assert OFFERED[Phase.RESOLVED] == ()
    assert Press.ACK not in OFFERED[Phase.ACKNOWLEDGED]
    assert all(pressed(action_id(press)) is press for press in Press)
