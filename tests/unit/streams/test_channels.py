"""Channels from settings, and the outbox's figures."""

from datetime import timedelta

import msgspec
import pytest
from prometheus_client import REGISTRY

from alerts.ledger import Ledger
from models.clock import ManualClock
from models.records import Delivery, Outcome, Tick, Topic, Why
from models.stage import Emit
from streams.channels import MetricsObserver, build_channels, contexts
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts, delivery
from streams.settings import (
    BrandSettings,
    MailSettings,
    PersonSettings,
    Secret,
    Settings,
    SlackSettings,
    SlackWebhookSettings,
    TerminalSettings,
)
from streams.topology import PIPELINE
from tests import samples
from tests.contracts.fake_channel import FakeChannel, later

SETTINGS = Settings(
    brands=(BrandSettings(name="lumiere", query="lumière", label="Maison Lumière", locale="fr"),),
    channels={
        "slack": SlackSettings(token=Secret("xoxb-secret"), channel="C1"),
        "hook": SlackWebhookSettings(url=Secret("https://hooks.example/secret")),
        "mail": MailSettings(
            host="smtp.example", sender="bell@x.example", to=("a@x.example",), password=Secret("secret")
        ),
        "screen": TerminalSettings(),
    },
    public_url="https://tocsin.example",
)


def test_every_kind_of_channel_is_built_and_shows_no_secret() -> None:
    """One channel per table, by its name; none shows what it was given."""
    built = build_channels(SETTINGS, ManualClock(samples.NOW))
    assert {name: channel.name for name, channel in built.items()} == {n: n for n in SETTINGS.channels}
    assert "secret" not in repr(built)


def test_a_brand_is_spoken_of_in_its_language() -> None:
    """Title, locale and console come from the settings; an unknown brand is called by its name."""
    speak = contexts(SETTINGS)
    assert (speak("lumiere").title, speak("lumiere").locale) == ("Maison Lumière", "fr")
    assert (speak("gone").title, speak("gone").locale) == ("gone", "en")


def test_people_are_called_by_the_name_that_others_read() -> None:
    """Messages name whoever is called next."""
    people = {"lea": PersonSettings(label="Léa Martin"), "tom": PersonSettings()}
    speak = contexts(msgspec.structs.replace(SETTINGS, people=people))
    assert speak("lumiere").names == speak("gone").names == {"person:lea": "Léa Martin", "person:tom": "tom"}


@pytest.mark.parametrize(
    ("settings", "interactive"),
    [
        (SlackSettings(token=Secret("t"), channel="C1"), False),
        (SlackSettings(token=Secret("t"), channel="C1", signing_secret=Secret("s")), True),
        (SlackSettings(token=Secret("t"), channel="C1", app_token=Secret("xapp-1")), True),
        (SlackSettings(token=Secret("t"), channel="C1", app_token=Secret("xapp-1"), buttons="off"), False),
    ],
)
def test_buttons_are_shown_where_clicks_arrive(settings: SlackSettings, interactive: bool) -> None:
    """By one of the two doors, unless they are switched off."""
    assert settings.interactive is interactive


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(("why", "timed"), [(Why.FIRST, 1.0), (Why.REPEAT_DUE, 0.0)])
def test_the_way_to_the_human_is_timed_where_it_means_something(why: Why, timed: float) -> None:
    """News are timed from the post to the delivery; a repeat, half an hour later by design, is not."""
    observer = MetricsObserver(ManualClock(samples.NOW + timedelta(seconds=3)))
    notification = samples.notification(samples.incident(samples.spike()), why)
    before = value("tocsin_alert_latency_seconds_count", channel="timed")
    record = Delivery(
        id="d",
        notification=notification.id,
        incident="i",
        brand="b",
        channel="timed",
        outcome=Outcome.SENT,
        why=why,
        at=samples.NOW,
    )
    observer.settled(notification, record)
    observer.attempted("timed", "ok")
    assert value("tocsin_alert_latency_seconds_count", channel="timed") - before == timed
    assert value("tocsin_delivery_attempts_total", channel="timed", result="ok") >= 1


@pytest.mark.parametrize("crash", list(Crash))
async def test_in_the_engine_a_crash_sends_nothing_twice(crash: Crash) -> None:
    """The real stage under the local engine: killed at either point, people get each message once."""
    slack, mail = FakeChannel("slack"), FakeChannel("mail", can_look_back=False)
    parts = Parts(Settings(), clock=ManualClock(samples.NOW), channels={"slack": slack, "mail": mail})
    runner = LocalRunner(parts, stages=[s for s in PIPELINE if s.name == "delivery"])
    sample = samples.spike_alert(channels=("slack", "mail"))
    await runner.feed(crash, Emit(Topic.OUTBOX, sample.incident.id, sample))
    assert [len(slack.seen), len(mail.seen)] == [1, 1]
    said = {r.id: r for r in runner.records(Topic.DELIVERIES) if isinstance(r, Delivery)}
    assert sorted((d.channel, d.outcome) for d in said.values()) == [("mail", Outcome.SENT), ("slack", Outcome.SENT)]


async def test_in_the_engine_a_tick_wakes_what_waits() -> None:
    """A channel that asked for a minute is called again by the ticks that pass through `notifications`."""
    clock = ManualClock(samples.NOW)
    slack = FakeChannel("slack", [later(60.0)])
    parts = Parts(Settings(), clock=clock, channels={"slack": slack})
    runner = LocalRunner(parts, stages=[s for s in PIPELINE if s.name == "delivery"])
    sample = samples.spike_alert()
    await runner.feed(Emit(Topic.OUTBOX, sample.incident.id, sample))
    assert slack.seen == []
    clock.advance(61)
    await pass_time(runner, clock)
    assert len(slack.seen) == 1
    assert isinstance(delivery(parts).initial("i"), Ledger)


async def pass_time(runner: LocalRunner, clock: ManualClock) -> None:
    """Ticks from the ticker, put straight into `notifications`."""
    await runner.feed(Emit(Topic.OUTBOX, "", Tick(now=clock.now())))
