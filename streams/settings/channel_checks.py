"""What is odd about channels: addresses that lead nowhere, secrets in each other's place, failovers in a circle."""

import re
from collections.abc import Iterator

from alerts.channels.apprise import usable
from alerts.render.mail import address
from streams.settings.channels import (
    AppriseSettings,
    MailSettings,
    PagerDutySettings,
    SlackSettings,
    SlackWebhookSettings,
    WebhookSettings,
)
from streams.settings.problems import Remark, error, warning
from streams.settings.reach import unknown
from streams.settings.safety import SHORT_SECRET, encrypted, loopback, strong
from streams.settings.schema import Settings


def channels(settings: Settings) -> Iterator[Remark]:
    for name, channel in settings.channels.items():
        key = f"channels.{name}"
        if isinstance(channel, MailSettings):
            yield from _mail(key, channel)
        elif isinstance(channel, SlackWebhookSettings):
            yield from encrypted(f"{key}.url", channel.url.reveal())
        elif isinstance(channel, SlackSettings | PagerDutySettings):
            yield from encrypted(f"{key}.base_url", channel.base_url)
            if isinstance(channel, SlackSettings):
                yield from _slack(key, channel)
                yield from _buttons(key, channel, settings)
        elif isinstance(channel, WebhookSettings):
            yield from encrypted(f"{key}.url", channel.url.reveal())
            yield from strong(f"{key}.secret", channel.secret)
        elif isinstance(channel, AppriseSettings):
            yield from _apprise(f"{key}.urls", channel)


def failover(settings: Settings) -> Iterator[Remark]:
    """Failovers that do not exist, or lead back to where they began."""
    for name, channel in settings.channels.items():
        key, other = f"channels.{name}.failover", channel.failover
        if other and other not in settings.channels:
            yield unknown(key, "channel", other, settings.channels)
        way = [name]
        while (other := settings.channels[way[-1]].failover) in settings.channels and other not in way:
            way.append(other)
        if other == name:
            yield warning(key, f"leads back to itself: {' → '.join([*way, name])}", "each channel is tried only once")
    operator = settings.delivery.operator
    if operator and operator not in settings.channels:
        yield unknown("delivery.operator", "channel", operator, settings.channels)


def _apprise(key: str, channel: AppriseSettings) -> Iterator[Remark]:
    for number, url in enumerate(channel.urls, 1):
        verdict = usable(url.reveal())
        if verdict is None:
            yield error(key, "needs the package apprise", "pip install 'tocsin[apprise]'")
            return
        if not verdict:
            yield error(key, f"number {number} is no address that Apprise knows", "see its list of services")


def _slack(key: str, channel: SlackSettings) -> Iterator[Remark]:
    """An app has several tokens, and a channel a name beside its id: each is easily taken for the other."""
    token = channel.token.reveal()
    if token.startswith(("xapp-", "http")):
        yield error(f"{key}.token", "is not the bot's token", "see the app's OAuth & Permissions; it begins with xoxb-")
    elif token and not token.startswith("xoxb-"):
        yield warning(f"{key}.token", "does not begin with xoxb-: is it the bot's?", "see OAuth & Permissions")
    if not re.fullmatch(r"[CGDU][A-Z0-9]+", channel.channel):
        remedy = "in Slack: the channel's details, at the bottom; it begins with C"
        yield error(f"{key}.channel", "is no id of a channel", remedy)


def _buttons(key: str, channel: SlackSettings, settings: Settings) -> Iterator[Remark]:
    """The three secrets of a Slack app are easily mixed up, and buttons that nobody may press help nobody."""
    signing, app = channel.signing_secret.reveal(), channel.app_token.reveal()
    if signing.startswith("xox") or signing.startswith("xapp-"):
        yield error(f"{key}.signing_secret", "is a token, not the signing secret", "see the app's Basic Information")
    elif signing and len(signing) < SHORT_SECRET:
        yield error(f"{key}.signing_secret", "is short enough to be guessed", "copy it from the app's settings")
    if app and not app.startswith("xapp-"):
        yield error(f"{key}.app_token", "is no app-level token", "it starts with xapp-, and has connections:write")
    if signing and app:
        remedy = "keep the one that the app is set to"
        yield warning(f"{key}.app_token", "while Socket Mode is on, Slack sends nothing to the HTTP door", remedy)
    if channel.buttons == "people" and not any(person.slack_user for person in settings.people.values()):
        yield warning(f"{key}.buttons", "nobody could press a button", "give people their slack_user")


def _mail(key: str, channel: MailSettings) -> Iterator[Remark]:
    if channel.tls == "none" and not loopback(channel.host):
        remedy = "use starttls or implicit, or a relay on this machine"
        yield error(f"{key}.tls", "mail would cross the network in plain text", remedy)
    if channel.tls != "none" and channel.port == 25:
        yield warning(f"{key}.port", "port 25 rarely takes mail with a login", "587 is for starttls, 465 for implicit")
    if channel.tls == "starttls" and channel.port == 465:
        yield warning(f"{key}.tls", "port 465 speaks TLS from the first byte", 'set tls = "implicit", or port = 587')
    if channel.username and not channel.password:
        yield warning(f"{key}.password", "there is a username without a password")
    for each in (channel.sender, *channel.to):
        try:
            address(each)
        except ValueError as refused:
            yield error(key, str(refused))
