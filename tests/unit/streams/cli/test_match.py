"""`tocsin match`, as another program calls it."""

import io
import json
from pathlib import Path

from click.testing import CliRunner, Result

from streams.cli.lines import Line, chunks
from streams.cli.match import command
from streams.settings.schema import BrandSettings, Settings

BRANDS = Settings(
    brands=(
        BrandSettings(name="orange", query="orange NOT (fruit OR couleur)"),
        BrandSettings(name="sncf", query='sncf OR @sncfconnect OR "oui sncf"'),
    )
)


def run(text: str, settings: Settings = BRANDS) -> Result:
    return CliRunner().invoke(command, ["-", "--settings", "tocsin.toml"], input=text, obj=settings)


def test_posts_come_back_with_their_brands() -> None:
    """Every field is kept, in order; `brands` is a sorted list, empty where none is named."""
    posts = [
        {"id": 12345678901234567890, "text": "La SNCF et Orange en panne", "x": [1.5, None, {"é": "\ud800"}]},
        {"text": "le fruit orange", "brands": ["stale"]},
    ]
    result = run("\n".join(json.dumps(post) for post in posts))
    assert result.exit_code == 0
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert found == [{**posts[0], "brands": ["orange", "sncf"]}, {**posts[1], "brands": []}]


def test_limits_look_at_the_other_fields_of_a_post() -> None:
    """Source, network, language and link by any of their usual names; a language that no field tells is detected."""
    limited = Settings(
        brands=(
            BrandSettings(name="fr", query="orange lang:fr"),
            BrandSettings(name="net", query="orange source:bluesky,press"),
            BrandSettings(name="site", query="site:orange.fr"),
            BrandSettings(name="strict", query="Orange", fold=("accents",)),
        )
    )
    posts = [
        {"text": "orange", "lang": "fr-CA"},
        {"text": "je suis très déçu par le service client d'Orange, plus jamais"},
        {"text": "orange is down again and I am angry", "platform": "Bluesky"},
        {"text": "ОRANGE", "source": "Press", "language": 5},
        {"text": "rien", "url": "https://boutique.orange.fr/x"},
    ]
    result = run("\n".join(json.dumps(post) for post in posts), limited)
    found = [json.loads(line)["brands"] for line in result.stdout.splitlines()]
    assert found == [["fr"], ["fr", "strict"], ["net"], ["net"], ["site"]]


def test_bad_lines_are_named_and_the_stream_goes_on() -> None:
    """A bad line costs exit code 1 and a message, not the rest."""
    result = run('{"text": "orange"}\nnull\n{"text": "sncf"}\n')
    assert result.exit_code == 1
    assert [json.loads(line)["brands"] for line in result.stdout.splitlines()] == [["orange"], ["sncf"]]
    assert result.stderr == 'tocsin match: - line 2: not a JSON object such as {"text": "…"}\n'


def test_wrong_calls_exit_with_2() -> None:
    """No settings, or queries that cannot be read (all of them named), are the caller's mistake."""
    assert CliRunner().invoke(command, ["-"]).exit_code == 2
    broken = (BrandSettings(name="a", query="a OR"), BrandSettings(name="b", query="(b"))
    result = run("", Settings(brands=broken))
    assert result.exit_code == 2
    assert "brands[0].query of a: column 5" in result.stderr
    assert "brands[1].query of b: column 1" in result.stderr


class Trickle(io.RawIOBase):
    """A pipe that gives what it has."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = list(parts)

    def read1(self, _size: int) -> bytes:
        return self._parts.pop(0) if self._parts else b""


def test_a_slow_pipe_is_answered_as_it_comes() -> None:
    """Whole lines are handed on at once; a line in pieces waits for its end; numbers go on."""
    found = list(chunks(Trickle(b"one\ntw", b"", b"never read")))
    assert found == [[Line(1, b"one")], [Line(2, b"tw")]]
    found = list(chunks(Trickle(b"one\ntw", b"o", b"\nthree\r\n\n", b"4")))
    assert found == [[Line(1, b"one")], [Line(2, b"two"), Line(3, b"three"), Line(4, b"")], [Line(5, b"4")]]


def test_a_query_can_be_tried_without_settings() -> None:
    """It names itself in what comes back."""
    posts = '{"text": "Orange en panne"}\n{"text": "jus d\'orange"}\n'
    result = CliRunner().invoke(command, ["-", "--query", "orange -jus"], input=posts)
    assert [json.loads(line)["brands"] for line in result.stdout.splitlines()] == [["orange -jus"], []]


def test_a_wrong_call_says_what_is_wrong() -> None:
    """A query that cannot be read, with the column; both or neither of query and settings."""
    told = CliRunner().invoke(command, ["-", "--query", "orange NOT (jus"], input="")
    assert told.exit_code == 2 and "--query: column 12" in told.output
    for arguments in (["-"], ["-", "--query", "a", "--settings", "tocsin.toml"]):
        told = CliRunner().invoke(command, arguments, input="")
        assert told.exit_code == 2 and "one of the two" in told.output


def test_secrets_of_channels_are_not_asked_for(tmp_path: Path) -> None:
    """A query is tried on a machine that has none of the tokens."""
    path = tmp_path / "tocsin.toml"
    brand = '[[brands]]\nname = "orange"\nquery = "orange"\n'
    path.write_text(brand + '[channels.team]\ntype = "slack"\ntoken = "${NO_SUCH_TOKEN}"\nchannel = "C1"\n', "utf-8")
    told = CliRunner().invoke(command, ["-", "--settings", str(path)], input='{"text": "Orange"}\n')
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["brands"] == ["orange"]


def test_text_in_another_encoding_says_so() -> None:
    """Not a decoder's words, but what to do."""
    told = CliRunner().invoke(command, ["-", "--query", "a"], input='{"text": "é"}\n'.encode("latin-1"))
    assert told.exit_code == 1
    assert told.stderr == "tocsin match: - line 1: not UTF-8 at byte 11: save it as UTF-8\n"
