"""What types cannot see: settings that are well-formed, and still would tell nobody, listen to nothing, or leak."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from models.risk.rule import written
from models.risk.topics import TAXONOMY
from streams.settings.budgets import unreadable
from streams.settings.channel_checks import channels, failover
from streams.settings.kinds import Section
from streams.settings.machine_checks import console, engine, files, ports
from streams.settings.messages import messages
from streams.settings.plans import plans
from streams.settings.problems import Level, Remark, error, warning
from streams.settings.queries import queries
from streams.settings.reach import reach, unknown, used_channels
from streams.settings.safety import strong
from streams.settings.schema import BrandSettings, EventSettings, FeedsSourceSettings, Settings, WebhookSourceSettings


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
        *_nothing(settings),
        *_meaning(settings),
        *plans(settings, now),
        *messages(settings),
        *channels(settings),
        *_sources(settings),
        *_risk(settings),
        *engine(settings),
        *ports(settings),
        *console(settings),
        *files(settings, exists),
    ]
    return sorted(found, key=lambda remark: remark.level is Level.WARNING)


def meaningless(settings: Settings) -> list[Remark]:
    """The errors with which no agent can do what is asked: names of nothing, or of two things, and texts that cannot
    be read. What secrets, files and addresses are worth is left to whoever has them.
    """
    return [remark for remark in _meaning(settings) if remark.level is Level.ERROR]


def _meaning(settings: Settings) -> Iterator[Remark]:
    yield from reach(settings)
    for brand in settings.brands:
        yield from _brand(settings, brand)
    yield from queries(settings)
    yield from _duplicates(settings)
    yield from failover(settings)
    yield from unreadable(settings)


def _nothing(settings: Settings) -> Iterator[Remark]:
    if not settings.brands:
        yield error("brands", "there is no brand to watch", "add [[brands]] with a name and a query")
    if not settings.sources:
        yield warning("sources", "there is no source, so nothing is listened to", "add [[sources]]")
    if not settings.channels:
        yield warning("channels", "there is no channel, so nobody can be told", "add [channels.NAME]")
    used = used_channels(settings)
    used |= {channel.failover for channel in settings.channels.values()} | {settings.delivery.operator}
    for name in settings.channels:
        if name not in used:
            yield warning(f"channels.{name}", "no brand uses this channel", f'add "{name}" to a brand\'s channels')


def _brand(settings: Settings, brand: BrandSettings) -> Iterator[Remark]:
    key = f"brands[{brand.name}]"
    if any(char.isspace() for char in brand.name):
        yield warning(
            f"{key}.name", "has a space, so commands need quotes", "take a short name; label is what people read"
        )
    if not brand.channels and not brand.escalation:
        yield warning(f"{key}.channels", "nobody is told about this brand", "name at least one channel")
    for name in brand.channels:
        if name not in settings.channels:
            yield unknown(f"{key}.channels", "channel", name, settings.channels)
    yield from _repeats(f"{key}.channels", "channel", brand.channels)
    for event in brand.events:
        problem = _event_problem(event)
        if problem:
            yield error(f"{key}.events", f'"{event.name}" {problem}', "write times as in 2026-11-27T08:00")


def _event_problem(event: EventSettings) -> str:
    try:
        starts, ends = datetime.fromisoformat(event.starts), datetime.fromisoformat(event.ends)
    except ValueError:
        return ""  # `streams.people.unreadable` has told which of them cannot be read
    if (starts.tzinfo is None) != (ends.tzinfo is None):
        return "names a zone in one of its times only"
    return "ends before it begins" if ends <= starts else ""


def _risk(settings: Settings) -> Iterator[Remark]:
    for topic, words in settings.risk.words.items():
        key = f"risk.words.{topic}"
        if topic not in TAXONOMY:
            yield error(key, f"{topic} is no topic of the risk signal: take one of {', '.join(TAXONOMY)}")
        for word in words:
            if not written(word):
                yield error(key, f"{word!r} has no word to look for")
    for word in settings.risk.harmless:
        if not written(word):
            yield error("risk.harmless", f"{word!r} has no word to look for")


def _duplicates(settings: Settings) -> Iterator[Remark]:
    yield from _repeats("brands", "brand", (brand.name for brand in settings.brands))
    yield from _repeats("sources", "source", (source.name for source in settings.sources))
    seen: dict[msgspec.Raw | bytes, str] = {}
    for name, channel in settings.channels.items():
        same = seen.setdefault(_fingerprint(msgspec.structs.replace(channel, failover="")), name)
        if same != name:
            message = f"goes to the same place as channels.{same}"
            yield warning(f"channels.{name}", message, "people would be told twice; keep one of them")


def _fingerprint(section: Section) -> bytes:
    return msgspec.json.encode(section, enc_hook=hash)


def _repeats(key: str, what: str, names: Iterable[str]) -> Iterator[Remark]:
    for name, times in Counter(names).items():
        if times > 1:
            yield error(key, f'the {what} "{name}" is there {times} times', "give each a name of its own")


def _sources(settings: Settings) -> Iterator[Remark]:
    for source in settings.sources:
        key = f"sources[{source.name}]"
        if isinstance(source, FeedsSourceSettings):
            for url in source.urls:
                if not url.startswith(("http://", "https://")):
                    yield error(f"{key}.urls", f"{url[:80]!r} is no web address", "it starts with https://")
            yield from _repeats(f"{key}.urls", "feed", source.urls)
            if source.every_s < 30:
                yield warning(f"{key}.every_s", "polling more than twice a minute is unkind to publishers")
        if isinstance(source, WebhookSourceSettings):
            yield from strong(f"{key}.secret", source.secret)
            if source.max_bytes > 50_000_000:
                yield warning(f"{key}.max_bytes", "one request may take this much memory")
