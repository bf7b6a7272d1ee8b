"""What a user can set, as types. Loading, checking and explaining mistakes: `streams/settings_file.py`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of `tocsin.toml`: unknown keys are mistakes."""


class Secret:
    """A value that never shows: not in logs, errors or `repr`.

    >>> Secret("xoxb-1")
    Secret('…')
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('…')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


Locale = Literal["en", "fr"]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Port = Annotated[int, Meta(ge=1, le=65_535)]
FreePort = Annotated[int, Meta(ge=0, le=65_535)]
"""0 takes a free one."""
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
AtLeastOne = Annotated[int, Meta(ge=1)]


Level = Literal["P1", "P2", "P3", "P4"]


class EventSettings(Section, frozen=True, kw_only=True):
    """A planned event of a brand: between two times (ISO 8601), `factor` times the usual is due."""

    name: Name
    starts: str
    ends: str
    factor: Annotated[float, Meta(ge=1, le=1_000)]


class BrandSettings(Section, frozen=True, kw_only=True):
    """`[[brands]]`: one brand to watch. `query` says what names it; `channels` who is told."""

    name: Name
    query: Annotated[str, Meta(min_length=1)]
    label: str = ""
    locale: Locale = "en"
    timezone: str = "UTC"
    """In which its alerts tell the time, and its days and weeks are learned: an IANA name such as `Europe/Paris`."""
    events: tuple[EventSettings, ...] = ()
    channels: tuple[str, ...] = ()
    notify_from: Level = "P3"
    tier: Literal[1, 2, 3] = 2
    """How much this brand matters: 1 raises its severities a little, 3 lowers them."""
    sector: str = ""
    """Brands of one sector share their incidents when a wave hits several of them."""
    escalation: str = ""
    """The escalation policy, by name, that calls people until somebody has taken charge."""
    escalate_from: Level = "P2"
    playbook: str = ""
    """What whoever is called finds in the alert: the name of a playbook."""
    viral_shares: AtLeastOne | None = None
    """The number of shares from which a post counts as viral for this brand; None: learned from its reach."""

    @property
    def title(self) -> str:
        return self.label or self.name


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


class PersonSettings(Section, frozen=True, kw_only=True):
    """`[people.NAME]`: somebody who can be called. A channel is named alone, or with an address of their own:
    `team:U0123456789` (Slack's user id), `care:lea@acme.example`.
    """

    label: str = ""
    locale: Locale | None = None
    """None: the brand's."""
    channels: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    """In addition, when an escalation calls, and for P1."""
    slack_user: str = ""
    """Who clicks on buttons in Slack: their user id."""


class LayerSettings(Section, frozen=True, kw_only=True):
    """`[[schedules.NAME.layers]]`: people who take turns of `every` days or weeks (or hours), from `start` on.

    Turns change at `handoff`, in the schedule's time zone. `days` and `hours` limit when the layer is on duty.
    """

    people: Annotated[tuple[str, ...], Meta(min_length=1)]
    start: str
    """A date: the first turn of the first person."""
    rotation: Literal["hours", "daily", "weekly"] = "weekly"
    every: Annotated[int, Meta(ge=1, le=1_000)] = 1
    handoff: str = "09:00"
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    hours: str = ""
    """Such as `08:00-20:00`; empty: always."""


class OverrideSettings(Section, frozen=True, kw_only=True):
    """`[[schedules.NAME.overrides]]`: one person stands in, whatever the layers say. Local times of the schedule."""

    person: str
    starts: str
    ends: str


class ScheduleSettings(Section, frozen=True, kw_only=True):
    """`[schedules.NAME]`: who is on call when. The last layer with somebody on duty counts."""

    timezone: str = "UTC"
    layers: tuple[LayerSettings, ...] = ()
    overrides: tuple[OverrideSettings, ...] = ()


class StepSettings(Section, frozen=True, kw_only=True):
    """`[[escalations.NAME.steps]]`: whom to call, `after_min` minutes after the step before."""

    call: tuple[str, ...]
    """`person:NAME`, `schedule:NAME` (whoever is on call) or `channel:NAME`."""
    after_min: NotNegative = 10.0


class EscalationSettings(Section, frozen=True, kw_only=True):
    """`[escalations.NAME]`: steps, gone through `rounds` times; then `fallback` is told that nobody answered."""

    steps: tuple[StepSettings, ...] = ()
    rounds: Annotated[int, Meta(ge=1, le=20)] = 1
    fallback: tuple[str, ...] = ()


class AttentionSettings(Section, frozen=True, kw_only=True):
    """`[attention.NAME]`: when a person or a channel (by name; `default`: all the others) wants to hear of what.

    Within `quiet_hours` only what is as severe as `breaks_from` is told, and calls of an escalation; the rest comes
    in a digest, at `digest_at` or when the quiet hours are over. `night_budget`: the most messages below P1 in one
    night, but for the first call of an escalation.
    """

    timezone: str = "UTC"
    quiet_hours: str = ""
    breaks_from: Level = "P1"
    night: str = "22:00-07:00"
    night_budget: Count | None = None
    digest_at: str = "09:00"
    digest: bool = False
    """Whether what is below a brand's `notify_from` comes in the digest too."""


class PlaybookSettings(Section, frozen=True, kw_only=True):
    """`[playbooks.NAME]`: what whoever is called does first, whom they call, what they may say.

    `topics`: by crisis topic (such as `safety-recall`), the playbook to take in place of this one.
    """

    steps: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    statement_en: str = ""
    statement_fr: str = ""
    topics: dict[str, str] = {}


class TemplateSettings(Section, frozen=True, kw_only=True):
    """`[templates]`: a folder with texts of your own in place of the built-in ones (`docs/alerting.md`)."""

    folder: str = ""


class SilenceSettings(Section, frozen=True, kw_only=True):
    """`[[silences]]`: planned quiet, such as maintenance. Local times of the brand; empty `brands`: all."""

    reason: str
    starts: str
    ends: str
    author: str = ""
    brands: tuple[str, ...] = ()
    kinds: tuple[Literal["spike", "viral-threat", "viral-opportunity"], ...] = ()
    up_to: Level = "P2"
    """What is more severe is told all the same."""


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


class ReplaySourceSettings(Section, frozen=True, kw_only=True, tag="replay", tag_field="type"):
    """A file of posts, played with its own event times. `speed` 60 plays an hour in a minute; 0 as fast as it goes.

    With `engine.time = "log"` it moves the log's time, and lets `tail_s` seconds pass after the last post.
    """

    name: Name
    path: str
    speed: NotNegative = 1.0
    tail_s: NotNegative = 7200.0


class FeedsSourceSettings(Section, frozen=True, kw_only=True, tag="feeds", tag_field="type"):
    """RSS and Atom feeds, polled with conditional GET every `every_s` seconds."""

    name: Name
    urls: Annotated[tuple[str, ...], Meta(min_length=1)]
    every_s: Positive = 300.0


class WebhookSourceSettings(Section, frozen=True, kw_only=True, tag="webhook", tag_field="type"):
    """`POST /ingest`, signed with HMAC-SHA256 of the body under `secret`."""

    name: Name
    secret: Secret
    host: str = "127.0.0.1"
    port: FreePort = 8420
    max_bytes: AtLeastOne = 1_000_000


class BlueskySourceSettings(Section, frozen=True, kw_only=True, tag="bluesky", tag_field="type"):
    """Bluesky's public Jetstream. `languages` empty: all."""

    name: Name
    url: str = "wss://jetstream2.us-east.bsky.network/subscribe"
    languages: tuple[str, ...] = ()
    likes: bool = True


SourceSettings = ReplaySourceSettings | FeedsSourceSettings | WebhookSourceSettings | BlueskySourceSettings


class KafkaSettings(Section, frozen=True, kw_only=True):
    """`[kafka]`: `embedded`, or `host:port,…` of an Apache Kafka; security as Kafka's clients name it."""

    broker: Annotated[str, Meta(min_length=1)] = "embedded"
    prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]*$", max_length=100)] = "tocsin."
    partitions: Annotated[int, Meta(ge=1, le=1_000)] = 4
    replication: Annotated[int, Meta(ge=1, le=32)] = 1
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str = ""
    sasl_password: Secret = Secret("")
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    rebalance_timeout_s: Positive = 10.0
    session_timeout_s: Positive = 10.0


class EngineSettings(Section, frozen=True, kw_only=True):
    """`[engine]`: how agents run. `time = "log"` takes the time from a replay instead of the machine."""

    batch: Annotated[int, Meta(ge=1, le=100_000)] = 512
    linger_s: NotNegative = 0.2
    tick_s: Positive = 2.0
    time: Literal["wall", "log"] = "wall"
    state: Literal["memory", "rocksdb"] = "memory"
    data_dir: str = "tocsin-data"
    standby_replicas: Count = 0
    stuck_after_s: Positive = 120.0
    """An agent that makes no progress for this long although records wait exits, so that it is restarted."""


class ClassifierSettings(Section, frozen=True, kw_only=True):
    """`[classifier]`: `embedded` needs no network; `transformers` loads `checkpoint`, a hub name or a folder."""

    backend: Literal["embedded", "transformers", "lexicon"] = "embedded"
    checkpoint: str = ""
    threads: Count = 0
    cache: Count = 50_000


class SpikeSettings(Section, frozen=True, kw_only=True):
    """`[spikes]`: `false_alarms` is a budget per brand, such as `1/week`."""

    false_alarms: str = "1/week"
    min_authors: AtLeastOne = 4


class IncidentSettings(Section, frozen=True, kw_only=True):
    """`[incidents]`: how long until an unacknowledged incident is told again (doubling), and until it closes itself."""

    repeat_min: Positive = 30.0
    repeat_max_min: Positive = 240.0
    close_after_min: Positive = 1440.0


class MetricsSettings(Section, frozen=True, kw_only=True):
    """`[metrics]`: agent number i serves Prometheus on `port` + i; 0 picks free ports, -1 switches it off."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=-1, le=65_535)] = 9464


class ConsoleSettings(Section, frozen=True, kw_only=True):
    """`[console]`: the page of incidents. With a `token`, people log in and can act; without one it is read-only.

    With a `link_secret` (and a `public_url`), mails carry signed links, by which their reader takes charge or mutes.
    """

    host: str = "127.0.0.1"
    port: FreePort = 8421
    token: Secret = Secret("")
    link_secret: Secret = Secret("")


class Settings(Section, frozen=True, kw_only=True):
    """All of `tocsin.toml`."""

    brands: tuple[BrandSettings, ...] = ()
    channels: dict[str, ChannelSettings] = {}
    people: dict[str, PersonSettings] = {}
    schedules: dict[str, ScheduleSettings] = {}
    escalations: dict[str, EscalationSettings] = {}
    attention: dict[str, AttentionSettings] = {}
    silences: tuple[SilenceSettings, ...] = ()
    playbooks: dict[str, PlaybookSettings] = {}
    templates: TemplateSettings = TemplateSettings()
    delivery: DeliverySettings = DeliverySettings()
    sources: tuple[SourceSettings, ...] = ()
    kafka: KafkaSettings = KafkaSettings()
    engine: EngineSettings = EngineSettings()
    classifier: ClassifierSettings = ClassifierSettings()
    spikes: SpikeSettings = SpikeSettings()
    incidents: IncidentSettings = IncidentSettings()
    metrics: MetricsSettings = MetricsSettings()
    console: ConsoleSettings = ConsoleSettings()
    public_url: str = ""
    """Where people reach the console; links in alerts start with it."""

    def brand(self, name: str) -> BrandSettings | None:
        return next((b for b in self.brands if b.name == name), None)
