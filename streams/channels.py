"""Builds channels from settings, and binds the outbox to the metrics."""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from typing import Final, assert_never

import msgspec

from alerts.channels.pace import Pace
from alerts.channels.protocol import Channel
from alerts.links import Links
from alerts.render.context import Contexts, RenderContext, for_reader
from models.clock import Clock, SystemClock
from models.records import Delivery, Notification, Outcome, Why
from streams import metrics
from streams.messages import names, playbook, templates
from streams.settings.channels import (
    AppriseSettings,
    ChannelSettings,
    MailSettings,
    PagerDutySettings,
    SlackSettings,
    SlackWebhookSettings,
    TerminalSettings,
    WebhookSettings,
)
from streams.settings.kinds import Locale, Secret
from streams.settings.people import PersonSettings
from streams.settings.schema import Settings

_NEWS: Final = {Why.FIRST, Why.WORSE, Why.REOPENED}
"""What a post has just set off: only there does the way from the post to a human say something."""

_DRILL: Final = "drill:"
"""Begins the name of a brand in an exercise."""


def contexts(settings: Settings) -> Contexts:
    """How each brand is spoken of, in an exercise too; a brand that is not in the settings is called by its name."""
    called, own = names(settings), templates(settings)
    known = {
        brand.name: RenderContext(
            brand.title,
            brand.locale,
            settings.public_url,
            brand.timezone,
            called,
            playbook(settings, brand.playbook),
            own,
        )
        for brand in settings.brands
    }
    return lambda name: (
        known.get(name.removeprefix(_DRILL))
        or RenderContext(name.removeprefix(_DRILL), console_url=settings.public_url, names=called, templates=own)
    )


def spoken(speak: Contexts, locale: Locale | None, timezone: str = "") -> Contexts:
    """The same in one language and by one clock, whatever the brand's; None and empty: the brand's."""
    if locale is None and not timezone:
        return speak
    return lambda name: for_reader(speak(name), locale, timezone or None)


def build_channels(settings: Settings, clock: Clock) -> Mapping[str, Channel]:
    """Every channel of the settings by name, and one for every `CHANNEL:ADDRESS` by which somebody is reached.

    Nothing is connected yet.
    """
    builder = _Builder(settings, clock)
    built = {name: builder.build(name, name, channel, None) for name, channel in settings.channels.items()}
    for contact, (channel, person) in addressed(settings).items():
        built[contact] = builder.build(contact, contact.partition(":")[0], channel, person)
    return built


def addressed(settings: Settings) -> dict[str, tuple[ChannelSettings, PersonSettings]]:
    """By `CHANNEL:ADDRESS` of the people: the channel's settings with this address, and the person.

    >>> care = MailSettings(host="smtp.example", sender="bell@acme.example", to=("care@acme.example",))
    >>> lea = PersonSettings(channels=("care:lea@acme.example",), locale="fr")
    >>> found = addressed(Settings(channels={"care": care}, people={"lea": lea}))
    >>> [(contact, channel.to, person.locale) for contact, (channel, person) in found.items()]
    [('care:lea@acme.example', ('lea@acme.example',), 'fr')]
    """
    found: dict[str, tuple[ChannelSettings, PersonSettings]] = {}
    for person in settings.people.values():
        for contact in (*person.channels, *person.urgent):
            base, _, address = contact.partition(":")
            channel = _with_address(settings.channels.get(base), address)
            if channel is not None:
                found.setdefault(contact, (channel, person))
    return found


def _with_address(channel: ChannelSettings | None, address: str) -> ChannelSettings | None:
    """None where there is no address, or the channel takes none."""
    if not address:
        return None
    match channel:
        case MailSettings():
            return msgspec.structs.replace(channel, to=(address,))
        case SlackSettings():
            return msgspec.structs.replace(channel, channel=address)
        case _:
            return None


def failovers(settings: Settings) -> dict[str, str]:
    """By channel, `CHANNEL:ADDRESS` included, the one that takes its place."""
    named = {name: channel.failover for name, channel in settings.channels.items()}
    named |= {contact: channel.failover for contact, (channel, _) in addressed(settings).items()}
    return {name: other for name, other in named.items() if other}


class _Builder:
    """Builds channels; those that come of the same settings share what the other side limits."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._speak = contexts(settings)
        self._clock = clock
        self._links = Links(settings.console.link_secret.reveal(), settings.public_url)
        self._paces: dict[Secret, Pace] = {}
        self._connections: dict[str, asyncio.Semaphore] = {}

    def build(self, name: str, base: str, channel: ChannelSettings, person: PersonSettings | None) -> Channel:
        """`base`: the name in the settings. `person`: who reads it, where it is for one."""
        reader = person or PersonSettings()
        speak = spoken(self._speak, reader.locale or getattr(channel, "locale", None), reader.timezone)
        match channel:
            case SlackSettings():
                return self._slack(name, channel, speak)
            case SlackWebhookSettings():
                from alerts.channels.slack_webhook import SlackWebhookChannel

                return SlackWebhookChannel(name, channel.url.reveal(), speak)
            case MailSettings():
                return self._mail(name, base, channel, speak)
            case TerminalSettings():
                from alerts.channels.terminal import TerminalChannel

                color = channel.color and sys.stdout.isatty()
                return TerminalChannel(name, sys.stdout, speak, color=color, as_json=channel.format == "json")
            case _:
                return self._elsewhere(name, channel, speak)

    def _elsewhere(
        self, name: str, channel: AppriseSettings | PagerDutySettings | WebhookSettings, speak: Contexts
    ) -> Channel:
        match channel:
            case AppriseSettings():
                from alerts.channels.apprise import AppriseChannel

                return AppriseChannel(name, [url.reveal() for url in channel.urls], speak)
            case PagerDutySettings():
                from alerts.channels.pagerduty import PagerDutyChannel

                return PagerDutyChannel(name, channel.routing_key.reveal(), speak, base_url=channel.base_url)
            case WebhookSettings():
                from alerts.channels.webhook import WebhookChannel

                url, secret = channel.url.reveal(), channel.secret.reveal()
                return WebhookChannel(name, url, secret, speak, clock=self._clock)
            case _:
                assert_never(channel)

    def _slack(self, name: str, channel: SlackSettings, speak: Contexts) -> Channel:
        """Channels of one token share its pace: Slack counts most calls by app and workspace, not by channel."""
        from alerts.channels.slack import SlackChannel
        from alerts.channels.slack_api import slack_pace

        return SlackChannel(
            name,
            channel.token.reveal(),
            channel.channel,
            speak,
            base_url=channel.base_url,
            interactive=channel.interactive,
            pace=self._paces.setdefault(channel.token, slack_pace(self._clock)),
            observe=lambda error: metrics.SLACK_ERRORS.labels(name, error).inc(),
        )

    def _mail(self, name: str, base: str, channel: MailSettings, speak: Contexts) -> Channel:
        from alerts.channels.mail import MailChannel, SmtpServer

        server = SmtpServer(
            channel.host, channel.port, channel.tls, channel.username, channel.password.reveal(), channel.ca_file
        )
        return MailChannel(
            name,
            server,
            sender=channel.sender,
            to=channel.to,
            contexts=speak,
            clock=self._clock,
            links=self._links,
            connections=self._connections.setdefault(base, asyncio.Semaphore(MailChannel.at_once)),
        )


class MetricsObserver:
    """Counts attempts and deliveries, and times the way from the post to the human (`alerts.outbox.Observer`)."""

    def __init__(self, clock: Clock | None = None, channels: Iterable[str] = ()) -> None:
        """`clock` is the machine's, whatever clock the pipeline runs by: `published_at` is wall-clock time.

        What may become of the messages of `channels` is shown at zero from the start (`streams.zeros` says why).
        """
        self._clock = clock or SystemClock()
        metrics.DEAD.labels("delivery", "undelivered")
        for channel in channels:
            metrics.ALERT_LATENCY.labels(channel)
            for outcome in (Outcome.SENT, Outcome.REJECTED, Outcome.EXPIRED, Outcome.SUPERSEDED):
                metrics.DELIVERIES.labels(channel, outcome.value)
            for result in ("ok", "retryable", "rejected"):
                metrics.DELIVERY_ATTEMPTS.labels(channel, result)

    def attempted(self, channel: str, result: str) -> None:
        metrics.DELIVERY_ATTEMPTS.labels(channel, result).inc()

    def settled(self, notification: Notification, delivery: Delivery) -> None:
        metrics.DELIVERIES.labels(delivery.channel, delivery.outcome.value).inc()
        if delivery.outcome is Outcome.SENT and notification.why in _NEWS and notification.published_at is not None:
            latency_s = (self._clock.now() - notification.published_at).total_seconds()
            metrics.ALERT_LATENCY.labels(delivery.channel).observe(max(0.0, latency_s))
