"""What brands' queries would do: mistakes in them, queries that find nothing or all, and brands that find the same."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from streams.settings.problems import Level, Remark, error, suggestion, warning
from streams.settings.schema import (
    BlueskySourceSettings,
    FeedsSourceSettings,
    ReplaySourceSettings,
    Settings,
    WebhookSourceSettings,
)

if TYPE_CHECKING:
    from models.matching.nodes import Query


def queries(settings: Settings) -> Iterator[Remark]:
    """All that is odd about the brands' queries, each in the query language's own words."""
    from models.matching.query import QuerySyntaxError, parse
    from streams.understanding import folding

    parsed: dict[str, Query] = {}
    for brand in settings.brands:
        key = f"brands[{brand.name}].query"
        try:
            query = parse(brand.query, folding(brand))
        except QuerySyntaxError as mistake:
            yield error(key, " ".join(str(mistake).split()), "docs/queries.md explains the language")
            continue
        yield from _oddities(key, query)
        yield from _sources(key, query, settings)
        parsed.setdefault(brand.name, query)
    yield from _overlaps(parsed)


def _oddities(key: str, query: "Query") -> Iterator[Remark]:
    from models.matching.lint import NEVER, lint

    for remark in lint(query):
        level = Level.ERROR if remark.startswith(NEVER) else Level.WARNING
        yield Remark(level, key, remark.rstrip("."))


def _sources(key: str, query: "Query", settings: Settings) -> Iterator[Remark]:
    """Limits to sources that are not there. Who posts to a webhook, or wrote a file, may name any network."""
    from models.matching.nodes import limits

    known = dict.fromkeys(source.name.lower() for source in settings.sources)
    known |= dict.fromkeys(_network(source) for source in settings.sources)
    open_end = any(isinstance(source, WebhookSourceSettings | ReplaySourceSettings) for source in settings.sources)
    for limit in limits(query.root):
        for name in sorted(limit.values - set(known)) if limit.kind == "source" else ():
            meant = suggestion(name, known)
            if meant or not open_end:
                remedy = f"did you mean {meant}?" if meant else f"there are {', '.join(known) or 'none'}"
                yield warning(key, f"column {limit.column}: there is no source or network “{name}”", remedy)


def _network(source: object) -> str:
    """The network of a source's posts, unless they say otherwise."""
    if isinstance(source, BlueskySourceSettings):
        return "bluesky"
    if isinstance(source, FeedsSourceSettings):
        return "web"
    return str(getattr(source, "name", "")).lower()


def _overlaps(parsed: Mapping[str, "Query"]) -> Iterator[Remark]:
    from models.matching.overlap import overlaps

    for each in overlaps(parsed):
        key = f"brands[{each.narrow}].query"
        if each.same:
            yield warning(key, f"finds exactly what “{each.wide}” finds: each post counts for both brands")
        else:
            message = f"all that it finds counts for “{each.wide}” too"
            yield warning(key, message, "well if that is meant; else exclude it there with NOT")
