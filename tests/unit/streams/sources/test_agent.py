"""The agent of sources: side by side, and started again when they fall."""

import asyncio
import json
from pathlib import Path

import pytest

from models.clock import ManualClock
from models.records import Tick, Topic
from streams.settings.kinds import Secret
from streams.settings.schema import (
    BlueskySourceSettings,
    EngineSettings,
    FeedsSourceSettings,
    ReplaySourceSettings,
    Settings,
    WebhookSourceSettings,
)
from streams.sources.agent import build, keep_running, run_sources
from streams.sources.bluesky import BlueskySource
from streams.sources.feeds import FeedsSource
from streams.sources.protocol import Health, Misconfigured, Pulse
from streams.sources.replay import ReplaySource
from streams.sources.sink import Sink
from streams.sources.webhook import WebhookSource
from tests.unit.streams.sources.doubles import NOW, FlakyPublisher, eventually, posts


class Falling:
    """A source that falls a number of times before it stays up."""

    name = "falling"

    def __init__(self, falls: int, error: Exception) -> None:
        self.pulse = Pulse(self.name)
        self.runs = 0
        self._falls = falls
        self._error = error

    async def run(self, sink: Sink, stop: asyncio.Event) -> None:
        self.runs += 1
        if self.runs <= self._falls:
            raise self._error
        self.pulse.up()
        await stop.wait()

    def health(self) -> Health:
        return self.pulse.health(NOW)


def replay(folder: Path, name: str) -> ReplaySourceSettings:
    path = folder / f"{name}.jsonl"
    path.write_text(json.dumps({"id": 1, "text": name, "created_at": "2026-01-01"}))
    return ReplaySourceSettings(name=name, path=str(path), speed=0, tail_s=60)


async def test_a_fallen_source_is_started_again() -> None:
    """It comes back after a wait, and health tells of the fall and the recovery."""
    source, stop = Falling(3, RuntimeError("boom")), asyncio.Event()
    task = asyncio.ensure_future(keep_running(source, FlakyPublisher(), ManualClock(NOW), stop))
    await eventually(lambda: source.health().up)
    stop.set()
    await task
    assert source.runs == 4


async def test_a_users_mistake_is_not_tried_again() -> None:
    """What no retry mends ends the source, not the agent."""
    source = Falling(9, Misconfigured("no such file"))
    await keep_running(source, FlakyPublisher(), ManualClock(NOW), asyncio.Event())
    assert source.runs == 1


async def test_files_play_side_by_side_and_the_agent_ends_with_them(tmp_path: Path) -> None:
    """All sources publish; a misconfigured one is left out; in log time a replay moves the clock."""
    settings = Settings(
        sources=(replay(tmp_path, "a"), replay(tmp_path, "b"), FeedsSourceSettings(name="c", urls=())),
        engine=EngineSettings(time="log", tick_s=30),
    )
    publisher = FlakyPublisher()
    await run_sources(settings, publisher, ManualClock(NOW), asyncio.Event())
    assert {post.text for post in posts(publisher)} == {"a", "b"}
    assert any(isinstance(record, Tick) for record in publisher.records(Topic.POSTS))


async def test_what_is_refused_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """How many, of which source and why, and never a word of it: the dead letters have the rest."""
    path = tmp_path / "bad.jsonl"
    rows = [{"id": n, "text": f"her words {n}"} for n in range(5)]
    path.write_text("\n".join(map(json.dumps, rows)))
    settings = Settings(sources=(ReplaySourceSettings(name="press", path=str(path), speed=0, tail_s=60),))
    await run_sources(settings, FlakyPublisher(), ManualClock(NOW), asyncio.Event())
    assert [each for each in caplog.messages if "given up" in each] == [
        "source press: a record is given up (no-time); see `tocsin dead`",
        "source press: 4 more given up (no-time)",
    ]
    assert "her words" not in caplog.text


async def test_without_sources_it_waits_and_with_none_that_can_run_it_says_so() -> None:
    """No source configured: posts come from elsewhere. Only broken ones: the agent cannot do its work."""
    stop = asyncio.Event()
    waiting = asyncio.ensure_future(run_sources(Settings(), FlakyPublisher(), ManualClock(NOW), stop))
    broken = Settings(sources=(FeedsSourceSettings(name="c", urls=()),))
    with pytest.raises(Misconfigured):
        await run_sources(broken, FlakyPublisher(), ManualClock(NOW), stop)
    assert not waiting.done()
    stop.set()
    await waiting


def test_every_section_has_its_source() -> None:
    """Each kind of source in the settings is built as what it says."""
    clock, settings = ManualClock(NOW), Settings()
    sections = {
        ReplaySourceSettings(name="r", path="x"): ReplaySource,
        FeedsSourceSettings(name="f", urls=("https://a.example/f",)): FeedsSource,
        WebhookSourceSettings(name="w", secret=Secret("k")): WebhookSource,
        BlueskySourceSettings(name="b"): BlueskySource,
    }
    for section, kind in sections.items():
        assert isinstance(build(section, settings, clock), kind)
