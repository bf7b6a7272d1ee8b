"""What a user can set, as types. Loading, checking and explaining mistakes: `streams/settings/file.py`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from streams.settings.channels import ChannelSettings, DeliverySettings
from streams.settings.kinds import (
    AtLeastOne,
    Count,
    FreePort,
    Level,
    Locale,
    Name,
    NotNegative,
    Positive,
    Secret,
    Section,
    Speed,
    TickStep,
)
from streams.settings.people import (
    AttentionSettings,
    EscalationSettings,
    PersonSettings,
    PlaybookSettings,
    ScheduleSettings,
    SilenceSettings,
    TemplateSettings,
)


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
    fold: tuple[Literal["case", "accents", "confusables"], ...] = ("case", "accents", "confusables")
    """What does not matter when the query's words are compared; confusables are look-alikes of other alphabets."""
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
    false_alarms: str = ""
    """The brand's own budget of false alarms; empty: that of `[spikes]`."""
    min_authors: AtLeastOne | None = None
    """The brand's own least number of authors; None: that of `[spikes]`."""
    viral_shares: AtLeastOne | None = None
    """The number of shares from which a post counts as viral; None: what one post in a thousand of its author gets."""

    @property
    def title(self) -> str:
        return self.label or self.name


class ReplaySourceSettings(Section, frozen=True, kw_only=True, tag="replay", tag_field="type"):
    """A file of posts, played with its own event times. `speed` 60 plays an hour in a minute; 0 as fast as it goes.

    With `engine.time = "log"` it moves the log's time, and lets `tail_s` seconds pass after the last post.
    """

    name: Name
    path: str
    speed: Speed = 1.0
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
    tick_s: TickStep = 2.0
    time: Literal["wall", "log"] = "wall"
    state: Literal["memory", "rocksdb"] = "memory"
    data_dir: str = "tocsin-data"
    standby_replicas: Count = 0
    stuck_after_s: Positive = 120.0
    """An agent that makes no progress for this long although records wait exits, so that it is restarted."""


class ClassifierSettings(Section, frozen=True, kw_only=True):
    """`[classifier]`: `embedded` needs no network; `transformers` loads `checkpoint`, a hub name or a folder."""

    backend: Literal["embedded", "transformers", "lexicon"] = "embedded"
    thorough: bool = False
    checkpoint: str = ""
    threads: Count = 0
    cache: Count = 50_000


class RiskSettings(Section, frozen=True, kw_only=True):
    """`[risk]`: what judges posts beside the rules: a `head` of the classifier, words of your own, harmless words."""

    head: bool = True
    words: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    harmless: tuple[str, ...] = ()


class SpikeSettings(Section, frozen=True, kw_only=True):
    """`[spikes]`: what holds for every brand that does not say otherwise; `false_alarms` as in `1/week`."""

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
    channels: dict[str, ChannelSettings] = msgspec.field(default_factory=dict)
    people: dict[str, PersonSettings] = msgspec.field(default_factory=dict)
    schedules: dict[str, ScheduleSettings] = msgspec.field(default_factory=dict)
    escalations: dict[str, EscalationSettings] = msgspec.field(default_factory=dict)
    attention: dict[str, AttentionSettings] = msgspec.field(default_factory=dict)
    silences: tuple[SilenceSettings, ...] = ()
    playbooks: dict[str, PlaybookSettings] = msgspec.field(default_factory=dict)
    templates: TemplateSettings = TemplateSettings()
    delivery: DeliverySettings = DeliverySettings()
    sources: tuple[SourceSettings, ...] = ()
    kafka: KafkaSettings = KafkaSettings()
    engine: EngineSettings = EngineSettings()
    classifier: ClassifierSettings = ClassifierSettings()
    risk: RiskSettings = RiskSettings()
    spikes: SpikeSettings = SpikeSettings()
    incidents: IncidentSettings = IncidentSettings()
    metrics: MetricsSettings = MetricsSettings()
    console: ConsoleSettings = ConsoleSettings()
    public_url: str = ""
    """Where people reach the console; links in alerts start with it."""

    def brand(self, name: str) -> BrandSettings | None:
        return next((b for b in self.brands if b.name == name), None)
