"""How people are told: the channels of `tocsin.toml`, as types."""

from typing import Annotated, Literal

from msgspec import Meta

from streams.settings.kinds import Locale, Name, Port, Secret, Section


class ChannelSection(Section, frozen=True, kw_only=True):
    """What every channel has. `failover`: the channel that takes its place when it refuses or stays silent."""

    failover: str = ""


class SlackSettings(ChannelSection, frozen=True, kw_only=True, tag="slack", tag_field="type"):
    """Slack by bot token: one message per incident, edited in place. `channel` is a channel id.

    Buttons are shown where clicks on them can arrive: by HTTP (`signing_secret`) or by Socket Mode (`app_token`).
    """

    token: Secret
    channel: str
    base_url: str = "https://slack.com/api/"
    signing_secret: Secret = Secret("")
    app_token: Secret = Secret("")
    buttons: Literal["workspace", "people", "off"] = "workspace"
    """Who may use them: members of the app's own workspace and `people` with a `slack_user`, those people only, or
    nobody."""

    @property
    def interactive(self) -> bool:
        return self.buttons != "off" and bool(self.signing_secret or self.app_token)


class SlackWebhookSettings(ChannelSection, frozen=True, kw_only=True, tag="slack-webhook", tag_field="type"):
    """Slack by incoming webhook: the simple way, a new message each time."""

    url: Secret


class MailSettings(ChannelSection, frozen=True, kw_only=True, tag="mail", tag_field="type"):
    """Mail by SMTP. `tls`: `starttls` (port 587), `implicit` (port 465) or `none` (a relay on this machine)."""

    host: Name
    sender: str
    to: Annotated[tuple[str, ...], Meta(min_length=1)]
    port: Port = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    username: str = ""
    password: Secret = Secret("")
    ca_file: str = ""


class TerminalSettings(ChannelSection, frozen=True, kw_only=True, tag="terminal", tag_field="type"):
    """Prints alerts where the delivery agent runs: as text for people, or as JSON lines for programs."""

    color: bool = True
    format: Literal["text", "json"] = "text"


class AppriseSettings(ChannelSection, frozen=True, kw_only=True, tag="apprise", tag_field="type"):
    """More than a hundred other services, by Apprise's URLs. Each URL is a secret."""

    urls: Annotated[tuple[Secret, ...], Meta(min_length=1)]
    locale: Locale | None = None


class PagerDutySettings(ChannelSection, frozen=True, kw_only=True, tag="pagerduty", tag_field="type"):
    """PagerDuty, Events API v2: one PagerDuty alert per incident, acknowledged and resolved with it."""

    routing_key: Secret
    base_url: str = "https://events.pagerduty.com"
    locale: Locale | None = None


class WebhookSettings(ChannelSection, frozen=True, kw_only=True, tag="webhook", tag_field="type"):
    """Signed JSON to a program of yours (`docs/alerting.md`). The URL may hold a token, so it is a secret too."""

    url: Secret
    secret: Secret
    locale: Locale | None = None


ChannelSettings = (
    SlackSettings
    | SlackWebhookSettings
    | MailSettings
    | TerminalSettings
    | AppriseSettings
    | PagerDutySettings
    | WebhookSettings
)


class DeliverySettings(Section, frozen=True, kw_only=True):
    """`[delivery]`: `operator` is the channel that hears of alerts that have reached nobody.

    A channel that takes nothing for `give_up_after_min` is given up for what waits so long; its failover has its turn.
    """

    operator: str = ""
    give_up_after_min: Annotated[float, Meta(gt=0, le=1440)] = 15.0
