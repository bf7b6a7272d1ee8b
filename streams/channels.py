"""Builds channels from settings, and binds the outbox to the metrics."""

import sys
from collections.abc import Mapping
from typing import Final, assert_never

from alerts.channels.pace import Pace
from alerts.channels.protocol import Channel
from alerts.render.context import Contexts, RenderContext
from models.clock import Clock, SystemClock
from models.records import Delivery, Notification, Outcome, Why
from streams import metrics
from streams.settings import (
    ChannelSettings,
    MailSettings,
    Secret,
    Settings,
    SlackSettings,
    SlackWebhookSettings,
    TerminalSettings,
)

_NEWS: Final = {Why.FIRST, Why.WORSE, Why.REOPENED}
"""What a post has just set off: only there does the way from the post to a human say something."""


def contexts(settings: Settings) -> Contexts:
    """How each brand is spoken of; a brand that is no longer in the settings is called by its name."""
    names = {f"person:{name}": person.label or name for name, person in settings.people.items()}
    known = {
        brand.name: RenderContext(brand.title, brand.locale, settings.public_url, brand.timezone, names)
        for brand in settings.brands
    }
    return lambda name: known.get(name) or RenderContext(name, console_url=settings.public_url, names=names)


def build_channels(settings: Settings, clock: Clock) -> Mapping[str, Channel]:
    """Every channel of the settings, by name. Nothing is connected yet."""
    speak, slack = contexts(settings), SlackBuilder(clock)
    return {name: _build(name, channel, speak, clock, slack) for name, channel in settings.channels.items()}


class SlackBuilder:
    """Channels of one token share its pace: Slack counts most calls by app and workspace, not by channel."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._paces: dict[Secret, Pace] = {}

    def build(self, name: str, channel: SlackSettings, speak: Contexts) -> Channel:
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


def _build(name: str, channel: ChannelSettings, speak: Contexts, clock: Clock, slack: SlackBuilder) -> Channel:
    match channel:
        case SlackSettings():
            return slack.build(name, channel, speak)
        case SlackWebhookSettings():
            from alerts.channels.slack_webhook import SlackWebhookChannel

            return SlackWebhookChannel(name, channel.url.reveal(), speak)
        case MailSettings():
            return _mail(name, channel, speak, clock)
        case TerminalSettings():
            from alerts.channels.terminal import TerminalChannel

            color = channel.color and sys.stdout.isatty()
            return TerminalChannel(name, sys.stdout, speak, color=color, as_json=channel.format == "json")
        case _:
            assert_never(channel)


def _mail(name: str, channel: MailSettings, speak: Contexts, clock: Clock) -> Channel:
    from alerts.channels.mail import MailChannel, SmtpServer

    server = SmtpServer(
        channel.host, channel.port, channel.tls, channel.username, channel.password.reveal(), channel.ca_file
    )
    return MailChannel(name, server, sender=channel.sender, to=channel.to, contexts=speak, clock=clock)


class MetricsObserver:
    """Counts attempts and deliveries, and times the way from the post to the human (`alerts.outbox.Observer`)."""

    def __init__(self, clock: Clock | None = None) -> None:
        """`clock` is the machine's, whatever clock the pipeline runs by: `published_at` is wall-clock time."""
        self._clock = clock or SystemClock()

    def attempted(self, channel: str, result: str) -> None:
        metrics.DELIVERY_ATTEMPTS.labels(channel, result).inc()

    def settled(self, notification: Notification, delivery: Delivery) -> None:
        metrics.DELIVERIES.labels(delivery.channel, delivery.outcome.value).inc()
        if delivery.outcome is Outcome.SENT and notification.why in _NEWS and notification.published_at is not None:
            latency_s = (self._clock.now() - notification.published_at).total_seconds()
            metrics.ALERT_LATENCY.labels(delivery.channel).observe(max(0.0, latency_s))
