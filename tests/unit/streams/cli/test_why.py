"""`tocsin why` on a log in memory: what was heard is counted once, and told with what was not against the brand."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from models.records import Mention, Sentiment
from streams.brokers.kafka import Access
from streams.cli.why import command
from streams.topology import TOPICS
from tests.unit.models.position.cases import PERIOD, mention
from tests.unit.streams.brokers.fake_consumer import FakeConsumer, log

BAD = Sentiment(negative=0.9, neutral=0.1, positive=0.0)
GOOD = Sentiment(negative=0.0, neutral=0.1, positive=0.9)
SPAN = ("--since", PERIOD.since.isoformat(), "--until", PERIOD.until.isoformat())


def why(monkeypatch: pytest.MonkeyPatch, folder: Path, said: list[Mention], *more: str) -> Result:
    path = folder / "tocsin.toml"
    brands = "".join(f'[[brands]]\nname = "{name}"\nquery = "{name}"\n' for name in ("acme", "nord"))
    path.write_text(f'{brands}[kafka]\nbroker = "127.0.0.1:1"\n', encoding="utf-8")
    held = {("tocsin.mentions", 1): log(*said)}
    known = {f"tocsin.{topic}" for topic in TOPICS}
    monkeypatch.setattr(Access, "consumer", lambda self: FakeConsumer(held, known=known))
    return CliRunner().invoke(command, ["acme", *SPAN, "--settings", str(path), *more])


def differs(one: Mention, whole: Sentiment) -> Mention:
    return msgspec.structs.replace(one, post_sentiment=whole)


def test_posts_against_somebody_else_are_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what is negative as a post and not against this brand counts, each once, within the time asked for."""
    elsewhere = differs(mention(1, "neutral"), BAD)
    said = [
        elsewhere,
        elsewhere,
        differs(mention(2, "positive"), BAD),
        differs(mention(3, "neutral"), GOOD),
        differs(mention(4, "negative"), GOOD),
        differs(mention(5, "neutral", topic="safety-recall"), BAD),
        differs(mention(6, "neutral", brand="nord"), BAD),
        differs(mention(7, "neutral", day=-3), BAD),
        mention(8, "neutral"),
    ]
    done = why(monkeypatch, tmp_path, said)
    assert done.exit_code == 0, done.output
    heard = done.stdout.splitlines()[1]
    assert heard.startswith("Heard: 6 mentions, of them 2 against the brand;")
    assert heard.endswith("2 others were negative as posts, but not towards the brand.")
    assert "2 autres étaient négatives en soi" in why(monkeypatch, tmp_path, said, "--locale", "fr").stdout


def test_without_any_nothing_is_said_of_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The usual day has no second sentence, and an hour in which nobody spoke none at all."""
    assert "others" not in why(monkeypatch, tmp_path, [mention(1), mention(2, "negative")]).stdout
    later = [mention(3, day=8)]
    assert "not one mention" in why(monkeypatch, tmp_path, later).stdout


def test_a_period_and_a_name_that_cannot_be_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Silence would look like an answer."""
    turned = why(monkeypatch, tmp_path, [], "--since", "2h", "--until", "5h")
    assert turned.exit_code == 2 and "is not before --until" in turned.stderr
    nobody = why(monkeypatch, tmp_path, [mention(1)], "--for", "lea")
    assert nobody.exit_code == 2 and "no person and no channel 'lea'" in nobody.stderr
