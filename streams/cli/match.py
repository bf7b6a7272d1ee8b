"""`tocsin match`: posts in, the same posts out with the brands that they name."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from models.language import LanguageDetector
from models.matching.automaton import Matcher
from models.matching.evaluation import Said
from models.matching.query import QuerySyntaxError, parse
from streams import claims
from streams.cli.lines import WrongCall, json_object, settings_from, text_of, work_through
from streams.columns import ALIASES
from streams.understanding import BadQueries, build_matcher

Post = tuple[Said, Mapping[str, Any]]
"""What queries can ask of a post, and the JSON object that it stands in."""


@click.command()
@click.argument("file", default="-")
@click.option("--settings", help="The tocsin.toml whose [[brands]] are looked for.")
@click.option("--query", help="A query to try, before it stands in any settings.")
@click.pass_context
def command(context: click.Context, file: str, settings: str | None, query: str | None) -> None:
    """Tell which brands each post names.

    FILE has a JSON object with `text` on each line; `-` is the standard input. Each comes back with `brands`, a sorted
    list. A bad line is named on stderr, and makes the exit code 1. Queries with `source:`, `lang:` or `site:` look at
    the fields `source`, `network`, `language` and `url` too, if they are there. A `--query` names itself.
    """
    if (settings is None) == (query is None):
        raise WrongCall("say what to look for: --settings FILE or --query QUERY, one of the two")
    matcher = _asked(query) if query is not None else _configured(context, settings)

    detect = LanguageDetector()

    def answer(posts: Sequence[Post]) -> list[Mapping[str, Any]]:
        brands = matcher.match([said for said, _ in posts], detect)
        return [{**post, "brands": list(named)} for (_, post), named in zip(posts, brands, strict=True)]

    work_through("match", file, _post, answer)


def _configured(context: click.Context, settings: str | None) -> Matcher:
    chosen = settings_from(context, settings)
    assert chosen is not None, "a path was given"
    try:
        return build_matcher(chosen.brands)
    except BadQueries as error:
        raise WrongCall(f"{settings}: {error}") from error


def _asked(query: str) -> Matcher:
    try:
        return Matcher({query: parse(query)})
    except QuerySyntaxError as error:
        raise WrongCall(f"--query: {error}") from error


def _post(raw: bytes) -> Post | None:
    if not raw.strip():
        return None
    post = json_object(raw)
    return _said(text_of(post), post), post


def _said(text: str, post: Mapping[str, Any]) -> Said:
    """The fields that queries can limit, under any of their usual names; what is unusable is left out."""

    def found(what: str) -> Any:
        names = (name for name in ALIASES[what] if post.get(name) not in (None, ""))
        return post.get(next(names, what))

    return Said(
        text,
        source=claims.label(post.get("source")),
        network=claims.network(found("network"), ""),
        url=claims.link(found("url")),
        language=claims.language(found("language")),
    )
