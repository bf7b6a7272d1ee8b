"""`tocsin match`: posts in, the same posts out with the brands that they name."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from streams.cli.lines import WrongCall, json_object, settings_from, text_of, work_through
from streams.understanding import BadQueries, build_matcher

Post = tuple[str, Mapping[str, Any]]
"""A text, and the JSON object that it stands in."""


@click.command()
@click.argument("file", default="-")
@click.option("--settings", required=True, help="The tocsin.toml whose [[brands]] are looked for.")
@click.pass_context
def command(context: click.Context, file: str, settings: str) -> None:
    """Says which brands each post names.

    FILE has a JSON object with `text` on each line; `-` is the standard input. Each comes back with `brands`, a sorted
    list. A bad line is named on stderr, and makes the exit code 1.
    """
    chosen = settings_from(context, settings)
    assert chosen is not None, "click requires --settings"
    try:
        matcher = build_matcher(chosen.brands)
    except BadQueries as error:
        raise WrongCall(f"{settings}: {error}") from error

    def answer(posts: Sequence[Post]) -> list[Mapping[str, Any]]:
        brands = matcher.match([text for text, _ in posts])
        return [{**post, "brands": list(named)} for (_, post), named in zip(posts, brands, strict=True)]

    work_through("match", file, _post, answer)


def _post(raw: bytes) -> Post | None:
    if not raw.strip():
        return None
    post = json_object(raw)
    return text_of(post), post
