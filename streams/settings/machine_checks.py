"""What is odd about the machinery: the broker and its doors, ports, the console, files, the classifier."""

from collections.abc import Callable, Iterator
from typing import Final

from streams.brokers.security import AccessRefused, tls_context
from streams.settings.channels import MailSettings
from streams.settings.kinds import are_addresses
from streams.settings.problems import Remark, error, warning
from streams.settings.safety import loopback, strong
from streams.settings.schema import KafkaSettings, ReplaySourceSettings, Settings, WebhookSourceSettings
from streams.topology import PIPELINE

_METRICS_PORTS: Final = len(PIPELINE) + 2
"""One per stage, and one each for the sources and the console."""


def engine(settings: Settings) -> Iterator[Remark]:
    kafka, engine = settings.kafka, settings.engine
    if kafka.broker == "embedded":
        if kafka.replication > 1:
            yield error("kafka.replication", "the embedded broker is one broker: it keeps one copy", "set it to 1")
        if kafka.security_protocol != "PLAINTEXT":
            yield warning("kafka.security_protocol", "the embedded broker listens on this machine only, without TLS")
        yield warning("kafka.broker", "the embedded broker forgets everything when it ends", "for trials and tests")
    elif not are_addresses(kafka.broker):
        yield error("kafka.broker", "must be host:port, or several with commas between", "such as kafka-1:9092")
    if kafka.security_protocol.startswith("SASL") and not (kafka.sasl_username and kafka.sasl_password):
        yield error("kafka.sasl_username", f"{kafka.security_protocol} needs sasl_username and sasl_password")
    if kafka.security_protocol == "SASL_PLAINTEXT" and not all(loopback(h) for h in _broker_hosts(kafka.broker)):
        yield warning("kafka.security_protocol", "the password crosses the network in plain text", "use SASL_SSL")
    yield from _unused_access(kafka)
    if engine.standby_replicas >= kafka.partitions:
        yield warning("engine.standby_replicas", "there are not as many partitions to stand by for")
    if settings.incidents.repeat_max_min < settings.incidents.repeat_min:
        yield error("incidents.repeat_max_min", "is less than incidents.repeat_min", "the wait doubles up to it")
    if engine.stuck_after_s <= max(kafka.rebalance_timeout_s, kafka.session_timeout_s):
        yield warning("engine.stuck_after_s", "is not longer than a rebalance: agents would restart each other")


def _unused_access(kafka: KafkaSettings) -> Iterator[Remark]:
    """What is meant to protect, and is not asked for: the connection would be less safe than it looks."""
    protocol = kafka.security_protocol
    if not protocol.endswith("SSL"):
        for name in ("ca_file", "cert_file", "key_file"):
            if getattr(kafka, name):
                yield warning(f"kafka.{name}", f"does nothing with security_protocol = {protocol}", "SASL_SSL or SSL")
    if not protocol.startswith("SASL") and (kafka.sasl_username or kafka.sasl_password):
        yield warning("kafka.sasl_username", f"does nothing with security_protocol = {protocol}", "SASL_SSL")


def _broker_hosts(broker: str) -> list[str]:
    return [each.strip().rpartition(":")[0] for each in broker.split(",")]


def ports(settings: Settings) -> Iterator[Remark]:
    metrics = settings.metrics.port
    seen = {metrics + n: "metrics.port" for n in range(_METRICS_PORTS)} if metrics > 0 else {}
    taken = [("console.port", settings.console.port)]
    taken += [(f"sources[{s.name}].port", s.port) for s in settings.sources if isinstance(s, WebhookSourceSettings)]
    for key, port in taken:
        if port > 0 and seen.setdefault(port, key) != key:
            yield error(key, f"port {port} is also taken by {seen[port]}", "each needs a port of its own")
    if metrics + _METRICS_PORTS > 65_536:
        yield error("metrics.port", f"leaves no room for {_METRICS_PORTS} agents, each on the next port")


def console(settings: Settings) -> Iterator[Remark]:
    console = settings.console
    if not console.token and not loopback(console.host):
        remedy = 'set token = "${CONSOLE_TOKEN}", or the host to 127.0.0.1'
        yield error("console.token", f"anybody who reaches {console.host} could read the console", remedy)
    yield from strong("console.token", console.token)
    yield from strong("console.link_secret", console.link_secret)
    if console.link_secret and console.link_secret == console.token:
        yield error("console.link_secret", "is the same as console.token", "take another one")
    if console.link_secret and not settings.public_url:
        yield warning("console.link_secret", "has no use without public_url", "set where people reach the console")
    if settings.public_url and not settings.public_url.startswith(("https://", "http://")):
        yield error("public_url", "is no web address", "it starts with https://")
    if not settings.public_url and any(b.channels for b in settings.brands):
        yield warning("public_url", "alerts carry no link to the console", "set where people reach it")


def files(settings: Settings, exists: Callable[[str], bool]) -> Iterator[Remark]:
    named = {f"kafka.{name}": getattr(settings.kafka, name) for name in ("ca_file", "cert_file", "key_file")}
    for name, channel in settings.channels.items():
        if isinstance(channel, MailSettings):
            named[f"channels.{name}.ca_file"] = channel.ca_file
    for source in settings.sources:
        if isinstance(source, ReplaySourceSettings):
            named[f"sources[{source.name}].path"] = source.path or "."
    for key, path in named.items():
        if path and not exists(path):
            yield error(key, f"there is no file {path}", "mend the path, or put the file there")
    if all(exists(path) for key, path in named.items() if path and key.startswith("kafka.")):
        try:
            tls_context(settings.kafka)
        except AccessRefused as refused:
            yield error(refused.key, refused.message, refused.remedy)
    yield from _classifier(settings, exists)


def _classifier(settings: Settings, exists: Callable[[str], bool]) -> Iterator[Remark]:
    classifier = settings.classifier
    if classifier.thorough and classifier.backend != "embedded":
        remedy = "leave it out: only the embedded model has two networks"
        yield warning("classifier.thorough", f"does nothing with the backend {classifier.backend}", remedy)
    if classifier.backend != "transformers":
        return
    key = "classifier.checkpoint"
    if not classifier.checkpoint:
        yield error(key, "is missing", "a folder, or the name of a checkpoint")
    elif classifier.checkpoint.startswith((".", "/", "~")) or classifier.checkpoint.count("/") > 1:
        if not exists(classifier.checkpoint):
            yield error(key, f"there is no folder {classifier.checkpoint}")
    elif not exists(classifier.checkpoint):
        yield warning(key, "is no folder here, so it is downloaded when the agent starts", "needs the network")
