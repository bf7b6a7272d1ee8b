"""`tocsin why` on a log in memory: what was heard is counted once, and told with what was not against the brand."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from models.clock import SystemClock
from models.records import Mention, Sentiment
from streams.brokers.kafka import Access
from streams.brokers.publisher import partition_for
from streams.cli.why import command
from streams.engines.task import KeyState, StateCodec
from streams.parts import Parts, spikes
from streams.settings.schema import BrandSettings, Settings
from streams.topology import TOPICS
from tests.unit.models.position.cases import PERIOD, mention
from tests.unit.streams.brokers.fake_consumer import FakeConsumer, log

BAD = Sentiment(negative=0.9, neutral=0.1, positive=0.0)
GOOD = Sentiment(negative=0.0, neutral=0.1, positive=0.9)
SPAN = ("--since", PERIOD.since.isoformat(), "--until", PERIOD.until.isoformat())


CHANGELOG = "tocsin.spikes-state-changelog"


def why(
    monkeypatch: pytest.MonkeyPatch, folder: Path, said: list[Mention], *more: str, state: bytes | None = None
) -> Result:
    path = folder / "tocsin.toml"
    brands = "".join(f'[[brands]]\nname = "{name}"\nquery = "{name}"\n' for name in ("acme", "nord"))
    path.write_text(f'{brands}[kafka]\nbroker = "127.0.0.1:1"\n', encoding="utf-8")
    held: dict[tuple[str, int], Any] = {("tocsin.mentions", 1): log(*said)}
    if state is not None:
        held[CHANGELOG, partition_for("acme", 4)] = [(b"acme", state), (b"nord", b"another's")]
    known = {f"tocsin.{topic}" for topic in TOPICS} | {CHANGELOG}
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


async def heard_for(hours: int, zone: str = "UTC") -> bytes:
    """The state that the detector has written of a brand that is heard once an hour, for so long until now."""
    now = SystemClock().now()
    step = spikes(Parts(Settings(brands=(BrandSettings(name="acme", query="acme", timezone=zone),))))
    state = step.initial("acme")
    for hour in range(hours, 0, -1):
        at = now - timedelta(hours=hour)
        one = mention(hour)
        post = msgspec.structs.replace(one.post, created_at=at, seen_at=at)
        one = msgspec.structs.replace(one, id=f"m{hour}", post=post)
        state = step(step(state, [one], at).state, (), at + timedelta(minutes=1)).state
    return StateCodec(step.state_type).encode(KeyState(0, state))


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (4, r"Heard since .*, in 4 of the 12 different hours that it takes; judged from .* at the earliest, .* at"),
        (20, r"what is usual is not known\. Heard since .*; judged from .* on\. “tocsin learn FILE”"),
    ],
)
async def test_a_brand_that_is_not_judged_yet_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hours: int, said: str
) -> None:
    """Since when it is heard, from when it will be judged, and what helps: nothing noticed is no calm there."""
    state = await heard_for(hours)
    done = await asyncio.to_thread(why, monkeypatch, tmp_path, [mention(1)], state=state)
    line = next(each for each in done.stdout.splitlines() if each.startswith("Surges are NOT judged yet"))
    assert re.search(said, line), line
    french = await asyncio.to_thread(why, monkeypatch, tmp_path, [mention(1)], "--locale", "fr", state=state)
    assert "Les vagues ne sont PAS encore jugées" in french.stdout


async def test_a_brand_that_is_judged_needs_no_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor does one whose state another build has written: it says nothing of what happened."""
    for state in (await heard_for(30), b"of another build"):
        done = await asyncio.to_thread(why, monkeypatch, tmp_path, [mention(1)], state=state)
        assert done.exit_code == 0 and "judged" not in done.stdout


def test_a_brand_of_which_nothing_was_heard_is_not_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It says what it takes."""
    assert "the detector has heard nothing so far. It takes a day" in why(monkeypatch, tmp_path, []).stdout


def test_a_period_and_a_name_that_cannot_be_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Silence would look like an answer."""
    turned = why(monkeypatch, tmp_path, [], "--since", "2h", "--until", "5h")
    assert turned.exit_code == 2 and "is not before --until" in turned.stderr
    nobody = why(monkeypatch, tmp_path, [mention(1)], "--for", "lea")
    assert nobody.exit_code == 2 and "no person and no channel 'lea'" in nobody.stderr
