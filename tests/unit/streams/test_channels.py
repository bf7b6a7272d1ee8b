"""Channels from settings, and the outbox's figures."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from prometheus_client import REGISTRY

from alerts.ledger import Ledger
from alerts.outbox import DeliveryPolicy, DeliveryStep
from models.clock import ManualClock
from models.records import Dead, Delivery, Outcome, Tick, Topic, Why
from models.stage import Emit
from streams.channels import MetricsObserver, addressed, build_channels, contexts, failovers
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts, delivery
from streams.settings.channels import (
    AppriseSettings,
    DeliverySettings,
    MailSettings,
    PagerDutySettings,
    SlackSettings,
    SlackWebhookSettings,
    TerminalSettings,
    WebhookSettings,
)
from streams.settings.kinds import Secret
from streams.settings.people import PersonSettings
from streams.settings.schema import BrandSettings, Settings
from streams.topology import PIPELINE
from tests import samples
from tests.contracts.fake_channel import FakeChannel, Hung, later, never
from tests.contracts.fake_smtp import FakeSmtp

SETTINGS = Settings(
    brands=(BrandSettings(name="lumiere", query="lumière", label="Maison Lumière", locale="fr"),),
    channels={
        "slack": SlackSettings(token=Secret("xoxb-secret"), channel="C1"),
        "hook": SlackWebhookSettings(url=Secret("https://hooks.example/secret")),
        "mail": MailSettings(
            host="smtp.example", sender="bell@x.example", to=("a@x.example",), password=Secret("secret")
        ),
        "screen": TerminalSettings(),
        "chat": AppriseSettings(urls=(Secret("json://secret@localhost"),)),
        "pager": PagerDutySettings(routing_key=Secret("secret")),
        "desk": WebhookSettings(url=Secret("https://desk.example/secret"), secret=Secret("secret")),
    },
    public_url="https://tocsin.example",
)


def test_every_kind_of_channel_is_built_and_shows_no_secret() -> None:
    """One channel per table, by its name; none shows what it was given."""
    built = build_channels(SETTINGS, ManualClock(samples.NOW))
    assert {name: channel.name for name, channel in built.items()} == {n: n for n in SETTINGS.channels}
    assert "secret" not in repr(built)


PEOPLE = {
    "lea": PersonSettings(channels=("mail:lea@x.example",), urgent=("slack:U1", "screen"), locale="en"),
    "tom": PersonSettings(channels=("mail:tom@x.example", "screen:tom", "gone:tom")),
}


def test_each_person_has_a_channel_of_their_own() -> None:
    """`CHANNEL:ADDRESS` is the channel with this address; what takes no address, or does not exist, is not built."""
    settings = msgspec.structs.replace(SETTINGS, people=PEOPLE)
    built = set(build_channels(settings, ManualClock(samples.NOW))) - set(SETTINGS.channels)
    assert built == {"mail:lea@x.example", "slack:U1", "mail:tom@x.example"}
    found = addressed(settings)
    lea, slack = found["mail:lea@x.example"][0], found["slack:U1"][0]
    assert isinstance(lea, MailSettings)
    assert isinstance(slack, SlackSettings)
    assert (lea.to, lea.host, slack.channel) == (("lea@x.example",), "smtp.example", "U1")


async def test_a_person_is_written_to_in_their_language() -> None:
    """The brand speaks French; Léa's mail is in English, Tom's in the brand's language, and both in one thread."""
    async with FakeSmtp() as smtp:
        mail = MailSettings(host="localhost", port=smtp.port, tls="none", sender="bell@x.example", to=("a@x.example",))
        settings = msgspec.structs.replace(SETTINGS, channels={**SETTINGS.channels, "mail": mail}, people=PEOPLE)
        built = build_channels(settings, ManualClock(samples.NOW))
        for who in ("lea", "tom"):
            await built[f"mail:{who}@x.example"].send(samples.spike_alert(), None)
    assert smtp.recipients == [["lea@x.example"], ["tom@x.example"]]
    assert ["act now" in mail["Subject"] for mail in smtp.mails] == [True, False]
    assert ["agir maintenant" in mail["Subject"] for mail in smtp.mails] == [False, True]


async def test_a_person_is_told_the_time_on_their_own_clock() -> None:
    """Léa reads when it was in Montreal; Tom, of whom it is not known where he lives, by the brand's clock."""
    people = {**PEOPLE, "lea": msgspec.structs.replace(PEOPLE["lea"], timezone="America/Montreal")}
    async with FakeSmtp() as smtp:
        mail = MailSettings(host="localhost", port=smtp.port, tls="none", sender="bell@x.example", to=("a@x.example",))
        settings = msgspec.structs.replace(SETTINGS, channels={**SETTINGS.channels, "mail": mail}, people=people)
        built = build_channels(settings, ManualClock(samples.NOW))
        for who in ("lea", "tom"):
            await built[f"mail:{who}@x.example"].send(samples.spike_alert(), None)
    lea, tom = (mail.get_body(("plain",)).get_content() for mail in smtp.mails)  # type: ignore[union-attr]
    assert ("Since: 14:40" in lea, "15:15 EST" in lea) == (True, True)
    assert ("Depuis\xa0: 19\xa0h\xa040" in tom, "20\xa0h\xa015 UTC" in tom) == (True, True)


def test_a_derived_channel_fails_over_like_the_one_it_comes_from() -> None:
    """What stands in for the team's mail stands in for Léa's."""
    mail = msgspec.structs.replace(SETTINGS.channels["mail"], failover="slack")
    settings = msgspec.structs.replace(SETTINGS, channels={**SETTINGS.channels, "mail": mail}, people=PEOPLE)
    assert failovers(settings) == {
        "mail": "slack",
        "mail:lea@x.example": "slack",
        "mail:tom@x.example": "slack",
    }


def test_a_brand_is_spoken_of_in_its_language() -> None:
    """Title, locale and console come from the settings; an unknown brand is called by its name."""
    speak = contexts(SETTINGS)
    assert (speak("lumiere").title, speak("lumiere").locale) == ("Maison Lumière", "fr")
    assert (speak("gone").title, speak("gone").locale) == ("gone", "en")


def test_people_are_called_by_the_name_that_others_read() -> None:
    """Messages name whoever is called next."""
    people = {"lea": PersonSettings(label="Léa Martin"), "tom": PersonSettings()}
    speak = contexts(msgspec.structs.replace(SETTINGS, people=people))
    called = {"person:lea": "Léa Martin", "person:tom": "tom", "brand:lumiere": "Maison Lumière"}
    assert speak("lumiere").names == speak("gone").names == called


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


@pytest.mark.parametrize("crash", list(Crash))
async def test_in_the_engine_a_crash_neither_loses_nor_repeats_a_failover(crash: Crash) -> None:
    """Mail refuses, Slack stands in: killed at either point, Slack has it once, and the words about it are the same."""
    slack, mail = FakeChannel("slack"), FakeChannel("mail", [never()] * 9)
    settings = Settings(channels={"mail": msgspec.structs.replace(SETTINGS.channels["mail"], failover="slack")})
    parts = Parts(settings, clock=ManualClock(samples.NOW), channels={"slack": slack, "mail": mail})
    runner = LocalRunner(parts, stages=[s for s in PIPELINE if s.name == "delivery"])
    sample = msgspec.structs.replace(samples.spike_alert(channels=("mail",)), recipient="person:lea")
    await runner.feed(crash, Emit(Topic.OUTBOX, sample.incident.id, sample))
    assert len(slack.seen) == 1
    said = {r.id: r for r in runner.records(Topic.DELIVERIES) if isinstance(r, Delivery)}
    assert sorted((d.channel, d.outcome) for d in said.values()) == [
        ("mail", Outcome.REJECTED),
        ("slack", Outcome.SENT),
    ]
    assert runner.records(Topic.DEAD) == []


@pytest.mark.parametrize("crash", list(Crash))
async def test_in_the_engine_a_crash_loses_no_dead_letter(crash: Crash) -> None:
    """Nothing reaches Léa: whenever it is killed, `dead` has one letter (by id), and the operator is told once."""
    ops, mail = FakeChannel("ops"), FakeChannel("mail", [never()] * 9)
    settings = Settings(delivery=DeliverySettings(operator="ops"))
    parts = Parts(settings, clock=ManualClock(samples.NOW), channels={"ops": ops, "mail": mail})
    runner = LocalRunner(parts, stages=[s for s in PIPELINE if s.name == "delivery"])
    sample = msgspec.structs.replace(samples.spike_alert(channels=("mail",)), recipient="person:lea")
    await runner.feed(crash, Emit(Topic.OUTBOX, sample.incident.id, sample))
    letters = {r.id: r for r in runner.records(Topic.DEAD) if isinstance(r, Dead)}
    assert [letter.reason for letter in letters.values()] == ["undelivered"]
    assert [n.why for n in ops.seen] == [Why.UNDELIVERED]


async def test_in_the_engine_a_channel_that_hangs_holds_up_nobody() -> None:
    """Mail does not answer at all: Slack has the alerts of this incident, of others, and of later batches at once."""
    mail, slack = Hung("mail"), FakeChannel("slack")
    clock = ManualClock(samples.NOW)
    parts = Parts(Settings(), clock=clock, channels={"mail": mail, "slack": slack})

    def build(parts: Parts) -> DeliveryStep:
        return DeliveryStep(parts.channels, parts.clock, policy=DeliveryPolicy(batch_s=0.02))

    stage = next(s for s in PIPELINE if s.name == "delivery")
    runner = LocalRunner(parts, stages=[replace(stage, build=build)])
    wanted = [
        msgspec.structs.replace(
            each := samples.spike_alert(channels=("mail", "slack")),
            id=f"n{n}",
            incident=msgspec.structs.replace(each.incident, id=f"i{n}"),
        )
        for n in range(6)
    ]
    for each in wanted:
        await runner.feed(Emit(Topic.OUTBOX, each.incident.id, each))
    assert len(slack.seen) == 6
    assert mail.begun == 1
    mail.freed.set()
    for _ in range(12):
        clock.advance(2)
        await pass_time(runner, clock)
    assert sorted(n.id for n in mail.seen) == [n.id for n in wanted]
    sent = {r.id for r in runner.records(Topic.DELIVERIES) if isinstance(r, Delivery) and r.outcome is Outcome.SENT}
    assert len(sent) == 12


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
