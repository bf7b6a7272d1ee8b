"""`tocsin match`: posts in, the same posts out with the brands that they name."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from models.language import LanguageDetector
from models.matching.evaluation import Said
from streams import claims
from streams.cli.lines import WrongCall, json_object, settings_from, text_of, work_through
from streams.columns import ALIASES
from streams.understanding import BadQueries, build_matcher

Post = tuple[Said, Mapping[str, Any]]
"""What queries can ask of a post, and the JSON object that it stands in."""


@click.command()
@click.argument("file", default="-")
@click.option("--settings", required=True, help="The tocsin.toml whose [[brands]] are looked for.")
@click.pass_context
def command(context: click.Context, file: str, settings: str) -> None:
    """Says which brands each post names.

    FILE has a JSON object with `text` on each line; `-` is the standard input. Each comes back with `brands`, a sorted
    list. A bad line is named on stderr, and makes the exit code 1. Queries with `source:`, `lang:` or `site:` look at
    the fields `source`, `network`, `language` and `url` too, if they are there.
    """
    chosen = settings_from(context, settings)
    assert chosen is not None, "click requires --settings"
    try:
        matcher = build_matcher(chosen.brands)
    except BadQueries as error:
        raise WrongCall(f"{settings}: {error}") from error

    detect = LanguageDetector()

    def answer(posts: Sequence[Post]) -> list[Mapping[str, Any]]:
        brands = matcher.match([said for said, _ in posts], detect)
        return [{**post, "brands": list(named)} for (_, post), named in zip(posts, brands, strict=True)]

    work_through("match", file, _post, answer)


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
