"""PagerDuty, signed webhooks and Apprise: what each does beyond the table that all channels share."""

import hashlib
import hmac
import logging

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.apprise import AppriseChannel, discreet, usable
from alerts.channels.http import Answer
from alerts.channels.pagerduty import PagerDutyChannel, _read
from alerts.channels.protocol import Rejected, Retryable
from alerts.channels.webhook import WebhookChannel
from alerts.render.facts import facts
from alerts.render.pagerduty import action, event
from alerts.render.reasons import english
from alerts.render.short import short
from alerts.render.webhook import Body, body
from models.clock import ManualClock
from models.records import Notification, Phase, Severity, Why
from tests import samples
from tests.contracts.fake_endpoint import ROUTING_KEY, FakeEndpoint
from tests.contracts.fake_slack import Fault
from tests.contracts.test_channels import speak

# ── PagerDuty ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_incident_is_one_pagerduty_alert_from_trigger_to_resolve() -> None:
    """All its events have the incident's id as their key; taking charge acknowledges, the end resolves."""
    life = [samples.spike_alert(), samples.worse_alert(), samples.acknowledged(), samples.resolved()]
    async with FakeEndpoint() as endpoint:
        channel = PagerDutyChannel("pager", ROUTING_KEY, speak, base_url=endpoint.url)
        for each in life:
            await channel.send(each, None)
        await channel.close()
    events = [received.json for received in endpoint.received]
    assert [e["event_action"] for e in events] == ["trigger", "trigger", "acknowledge", "resolve"]
    assert {e["dedup_key"] for e in events} == {life[0].incident.id}


@pytest.mark.parametrize(
    ("severity", "pagerduty"),
    [(Severity.P1, "critical"), (Severity.P2, "error"), (Severity.P3, "warning"), (Severity.P4, "info")],
)
def test_severities_are_pagerduty_s(severity: Severity, pagerduty: str) -> None:
    """P1 to P4 are critical, error, warning, info."""
    alert = samples.spike_alert()
    graded = msgspec.structs.replace(alert, incident=msgspec.structs.replace(alert.incident, severity=severity))
    assert event(graded, samples.EN, ROUTING_KEY)["payload"]["severity"] == pagerduty


@pytest.mark.parametrize(
    ("why", "phase", "quiet", "expected"),
    [
        (Why.WORSE, Phase.ACKNOWLEDGED, False, "trigger"),
        (Why.SAME, Phase.ACKNOWLEDGED, True, "acknowledge"),
        (Why.SNOOZED, Phase.SNOOZED, True, "acknowledge"),
        (Why.REOPENED, Phase.OPEN, False, "trigger"),
        (Why.FALSE_ALARM, Phase.RESOLVED, True, "resolve"),
        (Why.UNDELIVERED, Phase.RESOLVED, False, "trigger"),
    ],
)
def test_what_is_loud_triggers_and_what_is_taken_care_of_does_not(
    why: Why, phase: Phase, quiet: bool, expected: str
) -> None:
    """A loud word on an acknowledged incident pages again; a quiet one does not undo the acknowledgement."""
    about = samples.incident(samples.spike())
    sample = samples.notification(msgspec.structs.replace(about, phase=phase), why)
    assert action(msgspec.structs.replace(sample, quiet=quiet)) == expected


def test_a_digest_on_pagerduty_leaves_no_incident_out() -> None:
    """Several incidents of one brand and severity have a line each."""
    digest = samples.digest_of(5)
    details = event(digest, samples.EN, ROUTING_KEY)["payload"]["custom_details"]
    assert {fact.text for fact in facts(digest, samples.EN).details} <= set(details.values())


async def test_pagerduty_s_own_words_are_passed_on() -> None:
    """400 is final, and its errors say what is wrong with the key."""
    async with FakeEndpoint() as endpoint:
        channel = PagerDutyChannel("pager", "too-short", speak, base_url=endpoint.url)
        with pytest.raises(Rejected, match=r"Length of 'routing_key' is incorrect.*Remedy: check `routing_key`"):
            await channel.send(samples.spike_alert(), None)
        await channel.close()


async def test_what_others_answer_forges_no_log() -> None:
    """Escape sequences and line breaks in a refusal stay out of the reason, which goes to logs and terminals."""
    told = b'{"message": "no\\u001b[2J\\n12:00 INFO all is well", "errors": ["\\u202egood"]}'
    assert Answer(400, b"no\x1b]0;owned\x07\n12:00 INFO all is well", None).text == "no 12:00 INFO all is well"
    channel = PagerDutyChannel("pager", ROUTING_KEY, speak)
    said = channel._refusal(Answer(400, told, None), _read(Answer(400, told, None)))
    assert english((said,)) == "PagerDuty refused: 400 no 12:00 INFO all is well; good"


# ── the signed webhook ────────────────────────────────────────────────────────────────────────────────────────


def verified(secret: str, header: str, content: bytes, now_s: float, tolerance_s: float = 300) -> bool:
    """The receiver's side, as `docs/alerting_channels.md` shows it."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + content, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"]) and abs(now_s - int(parts["t"])) <= tolerance_s


async def test_a_receiver_can_tell_ours_from_others() -> None:
    """The signature covers time and body; a changed body, another secret or an old time do not pass."""
    async with FakeEndpoint() as endpoint:
        channel = WebhookChannel("desk", endpoint.url, "hunter2", speak, clock=ManualClock(samples.NOW))
        await channel.send(samples.spike_alert(), None)
        await channel.close()
        (received,) = endpoint.received
    header, now_s = received.headers["Tocsin-Signature"], samples.NOW.timestamp()
    assert verified("hunter2", header, received.body, now_s)
    assert not verified("hunter2", header, received.body + b" ", now_s)
    assert not verified("hunter3", header, received.body, now_s)
    assert not verified("hunter2", header, received.body, now_s + 301)
    assert received.headers["Idempotency-Key"] == samples.spike_alert().id
    assert received.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("sample", samples.every_kind(), ids=lambda n: f"{n.why}-{n.incident.signals[0].kind}")
def test_the_body_is_the_schema_s(sample: Notification) -> None:
    """It decodes into the documented types and back; the same notification gives the same bytes."""
    content = body(sample, samples.FR)
    read = msgspec.json.decode(content, type=Body)
    assert read.schema == "tocsin.notification/1"
    assert (read.id, read.incident.id, read.text.language) == (sample.id, sample.incident.id, "fr")
    assert read.signal is not None
    assert read.signal.observed in [signal.observed for signal in sample.incident.signals]
    assert content == body(sample, samples.FR)


@pytest.mark.parametrize(
    ("status", "failure"), [(409, Retryable), (410, Rejected), (302, Rejected), (401, Rejected), (425, Retryable)]
)
async def test_a_receiver_s_answers(status: int, failure: type[Exception]) -> None:
    """Busy with the same one, too early: later. Gone, moved, forbidden: for good; no redirection is followed."""
    async with FakeEndpoint() as endpoint:
        endpoint.fail("", Fault(status=status, headers={"Location": endpoint.url}))
        channel = WebhookChannel("desk", endpoint.url, "hunter2", speak, clock=ManualClock(samples.NOW))
        with pytest.raises(failure):
            await channel.send(samples.spike_alert(), None)
        await channel.close()
        assert endpoint.received == []


# ── Apprise ───────────────────────────────────────────────────────────────────────────────────────────────────


def service(endpoint: FakeEndpoint, token: str = "secretsecret") -> str:
    return f"json://127.0.0.1:{endpoint.port}/{token}"


async def test_apprise_gets_title_and_text() -> None:
    """A plain message with the link to the incident in it."""
    async with FakeEndpoint() as endpoint:
        await AppriseChannel("chat", [service(endpoint)], speak).send(samples.spike_alert(), None)
        told = endpoint.received[0].json
    assert told["title"].startswith("[P1 · agir maintenant] Maison Lumière")
    assert "https://tocsin.example/incidents/" in told["message"]


async def test_quiet_changes_are_told_once_where_they_end_the_worry() -> None:
    """Acknowledged and over are told; any other quiet change is not, and the receipt says so."""
    edit = msgspec.structs.replace(samples.worse_alert(), quiet=True)
    async with FakeEndpoint() as endpoint:
        channel = AppriseChannel("chat", [service(endpoint)], speak)
        assert (await channel.send(edit, None)).reasons
        assert endpoint.received == []
        for quiet in (samples.acknowledged(), samples.resolved()):
            assert not (await channel.send(msgspec.structs.replace(quiet, quiet=True), None)).reasons
        assert len(endpoint.received) == 2


async def test_one_service_of_two_is_a_success_with_a_note() -> None:
    """Sending again would call the first one's people twice; the note names the other without its address."""
    async with FakeEndpoint() as endpoint:
        endpoint.fail("", Fault(status=403))
        channel = AppriseChannel("chat", [service(endpoint), service(endpoint, "othertoken")], speak)
        receipt = await channel.send(samples.spike_alert(), None)
        assert len(endpoint.received) == 1
    assert "JSON (service 1)" in english(receipt.reasons)
    assert "error=403" in english(receipt.reasons)
    assert "secretsecret" not in english(receipt.reasons)


async def test_an_address_that_apprise_does_not_know_is_the_user_s_mistake() -> None:
    """It is Rejected, with a remedy; the check before the start says so too."""
    with pytest.raises(Rejected, match="does not know this address"):
        await AppriseChannel("chat", ["bogus://secretsecret"], speak).send(samples.spike_alert(), None)
    assert usable("bogus://secretsecret") is False
    assert usable("json://localhost/x") is True


class Seen(logging.Handler):
    """What reaches the program's log. (pytest's own handler also hears loggers that do not propagate.)"""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


async def test_apprise_s_log_stays_with_us(caplog: pytest.LogCaptureFixture) -> None:
    """What Apprise and its HTTP client log may hold addresses: none of it reaches the program's log."""
    seen, root = Seen(), logging.getLogger()
    root.addHandler(seen)
    with caplog.at_level(logging.DEBUG), pytest.raises(Retryable):
        await AppriseChannel("chat", ["json://127.0.0.1:9/secretsecret?cto=1"], speak).send(samples.spike_alert(), None)
    root.removeHandler(seen)
    assert not [record for record in seen.records if record.name.startswith(("apprise", "urllib3"))]
    assert "secretsecret" not in caplog.text


@given(token=st.text("abcdefXYZ0123456789-_", min_size=4, max_size=40), words=st.text(max_size=40))
def test_no_part_of_an_address_shows(token: str, words: str) -> None:
    """Wherever a token stands in what a service said, it is gone."""
    said = discreet(f"{words} {token} https://x.example/{token}?a={token}", f"slack://{token}/{token}@x.example")
    assert token not in said


@pytest.mark.parametrize("sample", samples.every_kind(), ids=lambda n: f"{n.why}-{n.incident.signals[0].kind}")
@pytest.mark.parametrize("limit", [200, 400, 1_500])
def test_a_short_message_keeps_its_limit_and_its_link(sample: Notification, limit: int) -> None:
    """However little room there is, what it is and where to act stay; hostile text calls nobody."""
    title, text = short(sample, samples.FR, limit)
    assert len(title) + len(text) <= limit
    assert "https://tocsin.example/incidents/" in text
    assert "<!channel>" not in text
    assert "evil.example" not in text
