"""What types cannot see: settings that are well-formed, and still would tell nobody, listen to nothing, or leak."""

import importlib
import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from alerts.channels.apprise import usable
from alerts.render.mail import address
from models.risk.rule import written
from models.risk.topics import TAXONOMY
from streams.brokers.security import AccessRefused, tls_context
from streams.settings import (
    BrandSettings,
    EventSettings,
    FeedsSourceSettings,
    KafkaSettings,
    ReplaySourceSettings,
    Settings,
    WebhookSourceSettings,
)
from streams.settings_channels import (
    AppriseSettings,
    MailSettings,
    PagerDutySettings,
    SlackSettings,
    SlackWebhookSettings,
    WebhookSettings,
)
from streams.settings_kinds import Secret, Section, are_addresses
from streams.settings_messages import messages
from streams.settings_plans import plans
from streams.settings_problems import Level, Remark, suggestion
from streams.settings_problems import error as _error
from streams.settings_problems import warning as _warning
from streams.settings_queries import queries
from streams.settings_reach import reach, used_channels
from streams.topology import PIPELINE

_SHORT_SECRET: Final = 16
_METRICS_PORTS: Final = len(PIPELINE) + 2
"""One per stage, and one each for the sources and the console."""


def lint(
    settings: Settings,
    exists: Callable[[str], bool] = lambda path: Path(path).exists(),
    now: datetime | None = None,
) -> list[Remark]:
    """Everything odd about settings that have been read; errors come first.

    `exists` looks at this machine's files. What depends on the day is looked at where `now` is given: gaps in the next
    days, and what is over.
    """
    found = [
        *_reach(settings),
        *reach(settings),
        *plans(settings, now),
        *messages(settings),
        *(remark for brand in settings.brands for remark in _brand(settings, brand)),
        *queries(settings),
        *_duplicates(settings),
        *_channels(settings),
        *_failover(settings),
        *_sources(settings),
        *_budget(settings),
        *_risk(settings),
        *_engine(settings),
        *_ports(settings),
        *_console(settings),
        *_files(settings, exists),
    ]
    return sorted(found, key=lambda remark: remark.level is Level.WARNING)


def loopback(host: str) -> bool:
    """Whether only this machine can reach `host`.

    >>> loopback("127.0.0.1"), loopback("localhost"), loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _reach(settings: Settings) -> Iterator[Remark]:
    if not settings.brands:
        yield _error("brands", "there is no brand to watch", "add [[brands]] with a name and a query")
    if not settings.sources:
        yield _warning("sources", "there is no source, so nothing is listened to", "add [[sources]]")
    if not settings.channels:
        yield _warning("channels", "there is no channel, so nobody can be told", "add [channels.NAME]")
    used = used_channels(settings)
    used |= {channel.failover for channel in settings.channels.values()} | {settings.delivery.operator}
    for name in settings.channels:
        if name not in used:
            yield _warning(f"channels.{name}", "no brand uses this channel", f'add "{name}" to a brand\'s channels')


def _brand(settings: Settings, brand: BrandSettings) -> Iterator[Remark]:
    key = f"brands[{brand.name}]"
    if any(char.isspace() for char in brand.name):
        yield _warning(
            f"{key}.name", "has a space, so commands need quotes", "take a short name; label is what people read"
        )
    if not brand.channels and not brand.escalation:
        yield _warning(f"{key}.channels", "nobody is told about this brand", "name at least one channel")
    for name in brand.channels:
        if name not in settings.channels:
            meant = suggestion(name, settings.channels)
            remedy = f"did you mean {meant}?" if meant else f"add [channels.{name}]"
            yield _error(f"{key}.channels", f'there is no channel "{name}"', remedy)
    yield from _repeats(f"{key}.channels", "channel", brand.channels)
    for event in brand.events:
        problem = _event_problem(event)
        if problem:
            yield _error(f"{key}.events", f'"{event.name}" {problem}', "write times as in 2026-11-27T08:00")


def _event_problem(event: EventSettings) -> str:
    try:
        starts, ends = datetime.fromisoformat(event.starts), datetime.fromisoformat(event.ends)
    except ValueError:
        return ""  # `streams.people.unreadable` has told which of them cannot be read
    if (starts.tzinfo is None) != (ends.tzinfo is None):
        return "names a zone in one of its times only"
    return "ends before it begins" if ends <= starts else ""


def _budget(settings: Settings) -> Iterator[Remark]:
    parse = _found("models.spikes.budget", "parse_budget")
    if parse is None:
        budget = _found("models.spikes.budget", "Budget")
        parse = getattr(budget, "parse", None)
    if parse is None:
        return
    try:
        parse(settings.spikes.false_alarms)
    except ValueError as error:
        yield _error("spikes.false_alarms", " ".join(str(error).split()))


def _risk(settings: Settings) -> Iterator[Remark]:
    for topic, words in settings.risk.words.items():
        key = f"risk.words.{topic}"
        if topic not in TAXONOMY:
            yield _error(key, f"{topic} is no topic of the risk signal: take one of {', '.join(TAXONOMY)}")
        for word in words:
            if not written(word):
                yield _error(key, f"{word!r} has no word to look for")
    for word in settings.risk.harmless:
        if not written(word):
            yield _error("risk.harmless", f"{word!r} has no word to look for")


def _found(module: str, name: str) -> Any:
    """A part of another room, where this installation has it: its libraries may be left out of a small one."""
    try:
        return getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None


def _duplicates(settings: Settings) -> Iterator[Remark]:
    yield from _repeats("brands", "brand", (brand.name for brand in settings.brands))
    yield from _repeats("sources", "source", (source.name for source in settings.sources))
    seen: dict[msgspec.Raw | bytes, str] = {}
    for name, channel in settings.channels.items():
        same = seen.setdefault(_fingerprint(msgspec.structs.replace(channel, failover="")), name)
        if same != name:
            message = f"goes to the same place as channels.{same}"
            yield _warning(f"channels.{name}", message, "people would be told twice; keep one of them")


def _fingerprint(section: Section) -> bytes:
    return msgspec.json.encode(section, enc_hook=hash)


def _repeats(key: str, what: str, names: Iterable[str]) -> Iterator[Remark]:
    every = list(names)
    for name in dict.fromkeys(every):
        if every.count(name) > 1:
            yield _error(key, f'the {what} "{name}" is there {every.count(name)} times', "give each a name of its own")


def _channels(settings: Settings) -> Iterator[Remark]:
    for name, channel in settings.channels.items():
        key = f"channels.{name}"
        if isinstance(channel, MailSettings):
            yield from _mail(key, channel)
        elif isinstance(channel, SlackWebhookSettings):
            yield from _encrypted(f"{key}.url", channel.url.reveal())
        elif isinstance(channel, SlackSettings | PagerDutySettings):
            yield from _encrypted(f"{key}.base_url", channel.base_url)
            if isinstance(channel, SlackSettings):
                yield from _slack(key, channel)
                yield from _buttons(key, channel, settings)
        elif isinstance(channel, WebhookSettings):
            yield from _encrypted(f"{key}.url", channel.url.reveal())
            yield from _strong(f"{key}.secret", channel.secret)
        elif isinstance(channel, AppriseSettings):
            yield from _apprise(f"{key}.urls", channel)


def _apprise(key: str, channel: AppriseSettings) -> Iterator[Remark]:
    for number, url in enumerate(channel.urls, 1):
        verdict = usable(url.reveal())
        if verdict is None:
            yield _error(key, "needs the package apprise", "pip install 'tocsin[apprise]'")
            return
        if not verdict:
            yield _error(key, f"number {number} is no address that Apprise knows", "see its list of services")


def _failover(settings: Settings) -> Iterator[Remark]:
    """Failovers that do not exist, or lead back to where they began."""
    for name, channel in settings.channels.items():
        key, other = f"channels.{name}.failover", channel.failover
        if other and other not in settings.channels:
            meant = suggestion(other, settings.channels)
            remedy = f"did you mean {meant}?" if meant else f"add [channels.{other}]"
            yield _error(key, f'there is no channel "{other}"', remedy)
        way = [name]
        while (other := settings.channels[way[-1]].failover) in settings.channels and other not in way:
            way.append(other)
        if other == name:
            yield _warning(key, f"leads back to itself: {' → '.join([*way, name])}", "each channel is tried only once")
    operator = settings.delivery.operator
    if operator and operator not in settings.channels:
        meant = suggestion(operator, settings.channels)
        remedy = f"did you mean {meant}?" if meant else f"add [channels.{operator}]"
        yield _error("delivery.operator", f'there is no channel "{operator}"', remedy)


def _strong(key: str, secret: Secret) -> Iterator[Remark]:
    if secret and len(secret.reveal()) < _SHORT_SECRET:
        remedy = f"take at least {_SHORT_SECRET} random characters"
        yield _warning(key, "is short enough to be guessed", remedy)


def _slack(key: str, channel: SlackSettings) -> Iterator[Remark]:
    """An app has several tokens, and a channel a name beside its id: each is easily taken for the other."""
    token = channel.token.reveal()
    if token.startswith(("xapp-", "http")):
        yield _error(
            f"{key}.token", "is not the bot's token", "see the app's OAuth & Permissions; it begins with xoxb-"
        )
    elif token and not token.startswith("xoxb-"):
        yield _warning(f"{key}.token", "does not begin with xoxb-: is it the bot's?", "see OAuth & Permissions")
    if not re.fullmatch(r"[CGDU][A-Z0-9]+", channel.channel):
        remedy = "in Slack: the channel's details, at the bottom; it begins with C"
        yield _error(f"{key}.channel", "is no id of a channel", remedy)


def _buttons(key: str, channel: SlackSettings, settings: Settings) -> Iterator[Remark]:
    """The three secrets of a Slack app are easily mixed up, and buttons that nobody may press help nobody."""
    signing, app = channel.signing_secret.reveal(), channel.app_token.reveal()
    if signing.startswith("xox") or signing.startswith("xapp-"):
        yield _error(f"{key}.signing_secret", "is a token, not the signing secret", "see the app's Basic Information")
    elif signing and len(signing) < _SHORT_SECRET:
        yield _error(f"{key}.signing_secret", "is short enough to be guessed", "copy it from the app's settings")
    if app and not app.startswith("xapp-"):
        yield _error(f"{key}.app_token", "is no app-level token", "it starts with xapp-, and has connections:write")
    if signing and app:
        remedy = "keep the one that the app is set to"
        yield _warning(f"{key}.app_token", "while Socket Mode is on, Slack sends nothing to the HTTP door", remedy)
    if channel.buttons == "people" and not any(person.slack_user for person in settings.people.values()):
        yield _warning(f"{key}.buttons", "nobody could press a button", "give people their slack_user")


def _mail(key: str, channel: MailSettings) -> Iterator[Remark]:
    if channel.tls == "none" and not loopback(channel.host):
        remedy = "use starttls or implicit, or a relay on this machine"
        yield _error(f"{key}.tls", "mail would cross the network in plain text", remedy)
    if channel.tls != "none" and channel.port == 25:
        yield _warning(f"{key}.port", "port 25 rarely takes mail with a login", "587 is for starttls, 465 for implicit")
    if channel.tls == "starttls" and channel.port == 465:
        yield _warning(f"{key}.tls", "port 465 speaks TLS from the first byte", 'set tls = "implicit", or port = 587')
    if channel.username and not channel.password:
        yield _warning(f"{key}.password", "there is a username without a password")
    for each in (channel.sender, *channel.to):
        try:
            address(each)
        except ValueError as error:
            yield _error(key, str(error))


def _encrypted(key: str, url: str) -> Iterator[Remark]:
    """A secret goes to this address. The address itself may be the secret: it is not shown."""
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:  # brackets around what is no address
        scheme, host = "", None
    if scheme not in {"http", "https"} or not host:
        yield _error(key, "is no web address", "it starts with https://")
    elif scheme == "http" and not loopback(host):
        yield _error(key, "would send a secret over plain http", "use https")


def _sources(settings: Settings) -> Iterator[Remark]:
    for source in settings.sources:
        key = f"sources[{source.name}]"
        if isinstance(source, FeedsSourceSettings):
            for url in source.urls:
                if not url.startswith(("http://", "https://")):
                    yield _error(f"{key}.urls", f"{url[:80]!r} is no web address", "it starts with https://")
            yield from _repeats(f"{key}.urls", "feed", source.urls)
            if source.every_s < 30:
                yield _warning(f"{key}.every_s", "polling more than twice a minute is unkind to publishers")
        if isinstance(source, WebhookSourceSettings):
            yield from _strong(f"{key}.secret", source.secret)
            if source.max_bytes > 50_000_000:
                yield _warning(f"{key}.max_bytes", "one request may take this much memory")


def _engine(settings: Settings) -> Iterator[Remark]:
    kafka, engine = settings.kafka, settings.engine
    if kafka.broker == "embedded":
        if kafka.replication > 1:
            yield _error("kafka.replication", "the embedded broker is one broker: it keeps one copy", "set it to 1")
        if kafka.security_protocol != "PLAINTEXT":
            yield _warning("kafka.security_protocol", "the embedded broker listens on this machine only, without TLS")
        yield _warning("kafka.broker", "the embedded broker forgets everything when it ends", "for trials and tests")
    elif not are_addresses(kafka.broker):
        yield _error("kafka.broker", "must be host:port, or several with commas between", "such as kafka-1:9092")
    if kafka.security_protocol.startswith("SASL") and not (kafka.sasl_username and kafka.sasl_password):
        yield _error("kafka.sasl_username", f"{kafka.security_protocol} needs sasl_username and sasl_password")
    if kafka.security_protocol == "SASL_PLAINTEXT" and not all(loopback(h) for h in _broker_hosts(kafka.broker)):
        yield _warning("kafka.security_protocol", "the password crosses the network in plain text", "use SASL_SSL")
    yield from _unused_access(kafka)
    if engine.standby_replicas >= kafka.partitions:
        yield _warning("engine.standby_replicas", "there are not as many partitions to stand by for")
    if settings.incidents.repeat_max_min < settings.incidents.repeat_min:
        yield _error("incidents.repeat_max_min", "is less than incidents.repeat_min", "the wait doubles up to it")
    if engine.stuck_after_s <= max(kafka.rebalance_timeout_s, kafka.session_timeout_s):
        yield _warning("engine.stuck_after_s", "is not longer than a rebalance: agents would restart each other")


def _unused_access(kafka: KafkaSettings) -> Iterator[Remark]:
    """What is meant to protect, and is not asked for: the connection would be less safe than it looks."""
    protocol = kafka.security_protocol
    if not protocol.endswith("SSL"):
        for name in ("ca_file", "cert_file", "key_file"):
            if getattr(kafka, name):
                yield _warning(f"kafka.{name}", f"does nothing with security_protocol = {protocol}", "SASL_SSL or SSL")
    if not protocol.startswith("SASL") and (kafka.sasl_username or kafka.sasl_password):
        yield _warning("kafka.sasl_username", f"does nothing with security_protocol = {protocol}", "SASL_SSL")


def _broker_hosts(broker: str) -> list[str]:
    return [each.strip().rpartition(":")[0] for each in broker.split(",")]


def _ports(settings: Settings) -> Iterator[Remark]:
    metrics = settings.metrics.port
    seen = {metrics + n: "metrics.port" for n in range(_METRICS_PORTS)} if metrics > 0 else {}
    taken = [("console.port", settings.console.port)]
    taken += [(f"sources[{s.name}].port", s.port) for s in settings.sources if isinstance(s, WebhookSourceSettings)]
    for key, port in taken:
        if port > 0 and seen.setdefault(port, key) != key:
            yield _error(key, f"port {port} is also taken by {seen[port]}", "each needs a port of its own")
    if metrics + _METRICS_PORTS > 65_536:
        yield _error("metrics.port", f"leaves no room for {_METRICS_PORTS} agents, each on the next port")


def _console(settings: Settings) -> Iterator[Remark]:
    console = settings.console
    if not console.token and not loopback(console.host):
        remedy = 'set token = "${CONSOLE_TOKEN}", or the host to 127.0.0.1'
        yield _error("console.token", f"anybody who reaches {console.host} could read the console", remedy)
    yield from _strong("console.token", console.token)
    yield from _strong("console.link_secret", console.link_secret)
    if console.link_secret and console.link_secret == console.token:
        yield _error("console.link_secret", "is the same as console.token", "take another one")
    if console.link_secret and not settings.public_url:
        yield _warning("console.link_secret", "has no use without public_url", "set where people reach the console")
    if settings.public_url and not settings.public_url.startswith(("https://", "http://")):
        yield _error("public_url", "is no web address", "it starts with https://")
    if not settings.public_url and any(b.channels for b in settings.brands):
        yield _warning("public_url", "alerts carry no link to the console", "set where people reach it")


def _files(settings: Settings, exists: Callable[[str], bool]) -> Iterator[Remark]:
    named = {f"kafka.{name}": getattr(settings.kafka, name) for name in ("ca_file", "cert_file", "key_file")}
    for name, channel in settings.channels.items():
        if isinstance(channel, MailSettings):
            named[f"channels.{name}.ca_file"] = channel.ca_file
    for source in settings.sources:
        if isinstance(source, ReplaySourceSettings):
            named[f"sources[{source.name}].path"] = source.path or "."
    for key, path in named.items():
        if path and not exists(path):
            yield _error(key, f"there is no file {path}", "mend the path, or put the file there")
    if all(exists(path) for key, path in named.items() if path and key.startswith("kafka.")):
        try:
            tls_context(settings.kafka)
        except AccessRefused as error:
            yield _error(error.key, error.message, error.remedy)
    yield from _classifier(settings, exists)


def _classifier(settings: Settings, exists: Callable[[str], bool]) -> Iterator[Remark]:
    classifier = settings.classifier
    if classifier.thorough and classifier.backend != "embedded":
        remedy = "leave it out: only the embedded model has two networks"
        yield _warning("classifier.thorough", f"does nothing with the backend {classifier.backend}", remedy)
    if classifier.backend != "transformers":
        return
    key = "classifier.checkpoint"
    if not classifier.checkpoint:
        yield _error(key, "is missing", "a folder, or the name of a checkpoint")
    elif classifier.checkpoint.startswith((".", "/", "~")) or classifier.checkpoint.count("/") > 1:
        if not exists(classifier.checkpoint):
            yield _error(key, f"there is no folder {classifier.checkpoint}")
    elif not exists(classifier.checkpoint):
        yield _warning(key, "is no folder here, so it is downloaded when the agent starts", "needs the network")
