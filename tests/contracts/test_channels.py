"""What every channel promises: the same table of weather, and two ways to fail."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import pytest

from alerts.channels.apprise import AppriseChannel
from alerts.channels.mail import MailChannel, SmtpServer
from alerts.channels.pagerduty import PagerDutyChannel
from alerts.channels.protocol import Channel, Receipt, Rejected, Retryable
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_webhook import SlackWebhookChannel
from alerts.channels.terminal import TerminalChannel
from alerts.channels.webhook import WebhookChannel
from alerts.render.context import RenderContext
from models.clock import ManualClock
from models.records import Notification, Why
from tests import samples
from tests.contracts.fake_endpoint import ROUTING_KEY, FakeEndpoint
from tests.contracts.fake_slack import CHANNEL, TOKEN, FakeSlack, Fault
from tests.contracts.fake_smtp import FakeSmtp, Script, Tls

SECRETS = (TOKEN, "secretsecret", "hunter2", ROUTING_KEY)
TIMEOUT_S = 1.0


def speak(_: str) -> RenderContext:
    return samples.FR


@dataclass
class Rig:
    """A channel, how to make each weather, and how many messages people got."""

    channel: Channel
    weather: dict[str, Callable[[], None]]
    received: Callable[[], int]


def _http(fail: Callable[..., None], method: str, refusal: Fault) -> dict[str, Callable[[], None]]:
    faults = {
        "busy": Fault(status=429),
        "busy-after": Fault(status=429, headers={"Retry-After": "7"}),
        "broken": Fault(status=503, body="upstream"),
        "refused": refusal,
        "time-out": Fault(hang=True),
        "reset": Fault(reset=True),
        "garbage": Fault(body="<html>please log in</html>"),
    }
    return {name: lambda fault=fault: fail(method, fault) for name, fault in faults.items()}  # type: ignore[misc]


@asynccontextmanager
async def slack() -> AsyncIterator[Rig]:
    async with FakeSlack() as fake:
        channel = SlackChannel("slack", TOKEN, CHANNEL, speak, base_url=fake.base_url, timeout_s=TIMEOUT_S)
        weather = _http(fake.fail, "chat.postMessage", Fault(error="not_in_channel"))
        yield Rig(channel, weather, lambda: len(fake.messages))
        await channel.close()


@asynccontextmanager
async def slack_webhook() -> AsyncIterator[Rig]:
    async with FakeSlack() as fake:
        channel = SlackWebhookChannel("hook", fake.webhook_url, speak, timeout_s=TIMEOUT_S)
        weather = _http(fake.fail, "webhook", Fault(status=404, body="no_service"))
        yield Rig(channel, weather, lambda: len(fake.messages))
        await channel.close()


@asynccontextmanager
async def mail() -> AsyncIterator[Rig]:
    async with FakeSmtp() as smtp:
        channel = mail_channel(smtp)
        scripts = {
            "busy": Script(replies={"MAIL": "451 greylisted, come back"}),
            "broken": Script(replies={"DATA": "421 shutting down"}),
            "refused": Script(replies={"MAIL": "550 who are you"}),
            "time-out": Script(mode="hang"),
            "reset": Script(mode="reset"),
            "garbage": Script(mode="garbage"),
        }

        def play(name: str) -> Callable[[], None]:
            return lambda: setattr(smtp, "script", scripts[name])

        yield Rig(channel, {name: play(name) for name in scripts}, lambda: len(smtp.mails))


def mail_channel(
    smtp: FakeSmtp,
    *,
    tls: Tls | None = None,
    ca_file: str = "",
    user: str = "",
    password: str = "",
    host: str = "localhost",
) -> MailChannel:
    server = SmtpServer(host, smtp.port, tls or smtp.tls, user, password, ca_file)
    return MailChannel(
        "mail",
        server,
        sender="Tocsin <bell@lumiere.example>",
        to=("Camille Roche <camille@lumiere.example>", "lead@lumiere.example"),
        contexts=speak,
        clock=ManualClock(samples.NOW),
        timeout_s=TIMEOUT_S * 5 if smtp.tls != "none" else TIMEOUT_S,
    )


@asynccontextmanager
async def terminal() -> AsyncIterator[Rig]:
    stream = io.StringIO()
    channel = TerminalChannel("terminal", stream, speak)
    received = lambda: 0 if stream.closed else stream.getvalue().count("\n\n")  # noqa: E731
    yield Rig(channel, {"refused": stream.close}, received)


@asynccontextmanager
async def pagerduty() -> AsyncIterator[Rig]:
    async with FakeEndpoint() as endpoint:
        channel = PagerDutyChannel("pager", ROUTING_KEY, speak, base_url=endpoint.url, timeout_s=TIMEOUT_S)
        refusal = Fault(status=400, body=f'{{"message": "invalid", "errors": ["{ROUTING_KEY} is unknown"]}}')
        yield Rig(channel, _http(endpoint.fail, "", refusal), lambda: len(endpoint.received))
        await channel.close()


@asynccontextmanager
async def webhook() -> AsyncIterator[Rig]:
    async with FakeEndpoint() as endpoint:
        url = f"{endpoint.url}/hook/secretsecret"
        channel = WebhookChannel("desk", url, "hunter2", speak, clock=ManualClock(samples.NOW), timeout_s=TIMEOUT_S)
        weather = _http(endpoint.fail, "", Fault(status=403, body="wrong signature for hunter2"))
        yield Rig(channel, weather, lambda: len(endpoint.received))
        await channel.close()


@asynccontextmanager
async def apprise() -> AsyncIterator[Rig]:
    async with FakeEndpoint() as endpoint:
        url = f"json://camille:hunter2@127.0.0.1:{endpoint.port}/secretsecret?rto={TIMEOUT_S}"
        channel = AppriseChannel("chat", [url], speak)
        yield Rig(channel, _http(endpoint.fail, "", Fault(status=403)), lambda: len(endpoint.received))


RIGS = {
    "slack": slack,
    "slack-webhook": slack_webhook,
    "mail": mail,
    "terminal": terminal,
    "pagerduty": pagerduty,
    "webhook": webhook,
    "apprise": apprise,
}
PASSING = ("busy", "busy-after", "broken", "time-out", "reset", "garbage")
LACKING = {
    "mail": {"busy-after"},
    "terminal": set(PASSING),
    "webhook": {"garbage"},
    "apprise": {"busy-after", "garbage"},
}
"""SMTP and Apprise know no Retry-After; a terminal has no weather; for a webhook any 2xx is a yes, whatever it says."""


@pytest.mark.parametrize("rig", RIGS)
@pytest.mark.parametrize("sample", samples.every_kind(), ids=lambda n: f"{n.why}-{n.incident.signals[0].kind}")
async def test_every_kind_of_notification_reaches_people(rig: str, sample: Notification) -> None:
    """First, worse, repeated, viral, acknowledged, over: each gives a receipt, and one message."""
    async with RIGS[rig]() as made:
        receipt = await made.channel.send(sample, None)
        assert isinstance(receipt, Receipt)
        assert receipt.reference
        assert made.received() == 1


@pytest.mark.parametrize("rig", sorted(RIGS.keys() - {"webhook", "pagerduty"}))
async def test_that_others_are_called_disturbs_nobody(rig: str) -> None:
    """Who is called now is seen where a message can be edited; it is no new message anywhere. (Programs are told.)"""
    first = samples.spike_alert()
    called = msgspec.structs.replace(first, id="called", why=Why.ESCALATED, quiet=True)
    async with RIGS[rig]() as made:
        receipt = await made.channel.send(first, None)
        again = await made.channel.send(called, receipt)
        assert again.root == receipt.root
        # Slack adds a line to the thread, which rings nowhere.
        assert made.received() == (2 if rig == "slack" else 1)


@pytest.mark.parametrize(("rig", "weather"), [(r, w) for r in RIGS for w in PASSING if w not in LACKING.get(r, ())])
async def test_what_passes_is_retryable(rig: str, weather: str) -> None:
    """Busy, broken, silent, cut off or talking nonsense: Retryable, with the time where it was told; then it works."""
    async with RIGS[rig]() as made:
        made.weather[weather]()
        with pytest.raises(Retryable) as caught:
            await made.channel.send(samples.spike_alert(), None)
        assert caught.value.after_s == (7.0 if weather == "busy-after" else None)
        assert caught.value.maybe_sent or weather in ("busy", "busy-after") or rig == "mail"
        assert_discreet(str(caught.value))
        assert made.received() == 0


@pytest.mark.parametrize("rig", ["slack", "slack-webhook", "pagerduty", "webhook", "apprise"])
async def test_after_the_weather_the_same_channel_works(rig: str) -> None:
    """A cut connection does not spoil the next send."""
    async with RIGS[rig]() as made:
        for weather in (w for w in PASSING if w not in LACKING.get(rig, set()) - {"busy-after"}):
            made.weather[weather]()
            with pytest.raises(Retryable):
                await made.channel.send(samples.acknowledged(), None)
        await made.channel.send(samples.acknowledged(), None)
        assert made.received() == 1


@pytest.mark.parametrize("rig", RIGS)
async def test_what_is_for_good_is_rejected_in_words(rig: str) -> None:
    """A permanent refusal is Rejected, says what to do, and shows no secret."""
    async with RIGS[rig]() as made:
        made.weather["refused"]()
        with pytest.raises(Rejected) as caught:
            await made.channel.send(samples.spike_alert(), None)
        assert "Remedy" in str(caught.value) or rig == "terminal"
        assert_discreet(str(caught.value))
        assert made.received() == 0


@pytest.mark.parametrize("rig", RIGS)
async def test_what_was_not_sent_is_not_found(rig: str) -> None:
    """`find` knows nothing of a notification that was never sent."""
    async with RIGS[rig]() as made:
        assert await made.channel.find("never", None) is None


@pytest.mark.parametrize("rig", RIGS)
async def test_a_channel_shows_no_secret(rig: str) -> None:
    """`repr` tells the name, not the token."""
    async with RIGS[rig]() as made:
        assert_discreet(repr(made.channel))


def assert_discreet(text: str) -> None:
    assert not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("rig", ["slack", "slack-webhook", "pagerduty", "webhook"])
async def test_nothing_listens_there(rig: str) -> None:
    """A refused connection is Retryable, and surely nothing was sent."""
    async with FakeSlack() as fake:
        base, hook = fake.base_url, fake.webhook_url
    channels: dict[str, Channel] = {
        "slack": SlackChannel("slack", TOKEN, CHANNEL, speak, base_url=base),
        "slack-webhook": SlackWebhookChannel("hook", hook, speak),
        "pagerduty": PagerDutyChannel("pager", ROUTING_KEY, speak, base_url=base),
        "webhook": WebhookChannel("desk", hook, "hunter2", speak, clock=ManualClock(samples.NOW)),
    }
    channel = channels[rig]
    with pytest.raises(Retryable) as caught:
        await channel.send(samples.spike_alert(), None)
    assert not caught.value.maybe_sent
    assert_discreet(str(caught.value))
    await channel.close()
