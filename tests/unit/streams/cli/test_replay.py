"""`tocsin replay`: its arguments, its summary, and its errors."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from streams.cli.kafka import until_stopped
from streams.cli.replay import Duration, Speed, command, play, summary
from streams.settings.schema import ReplaySourceSettings
from streams.sources.playback import Ticking
from streams.sources.replay import ReplaySource
from tests.unit.streams.sources.doubles import FlakyPublisher, posts


@pytest.mark.parametrize(("written", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("7d", 604_800), ("5", 5)])
def test_durations(written: str, seconds: float) -> None:
    """Durations are written as people write them."""
    assert Duration().convert(written, None, None) == seconds


@pytest.mark.parametrize(("written", "speed"), [("60x", 60), ("0", 0), ("0.5X", 0.5)])
def test_speeds(written: str, speed: float) -> None:
    """Speeds may carry an x."""
    assert Speed().convert(written, None, None) == speed


@pytest.mark.parametrize("written", ["fast", "-1x", "nanx", "", "1e400", "9" * 400, "1000001x"])
def test_what_is_no_speed(written: str) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(click.BadParameter, match="60x"):
        Speed().convert(written, None, None)


async def test_a_file_is_played_and_summed_up(tmp_path: Path) -> None:
    """The summary is one line: how many, how far, and what was refused why."""
    rows = [{"id": n, "text": "x", "created_at": f"2026-01-01T00:00:0{n}Z"} for n in range(3)]
    path = tmp_path / "f.jsonl"
    path.write_text("\n".join(map(json.dumps, [*rows, rows[0]])) + "\nnot json\n")
    source = ReplaySource(ReplaySourceSettings(name="f", path=str(path), speed=0), ticking=Ticking(1, 30, 60))
    publisher = FlakyPublisher()
    assert await play(source, publisher)
    assert len(posts(publisher)) == 3
    assert summary(source, True) == (
        "replayed: 3 published; 1 repeated ids left out; 1 sent to the dead letters (1 malformed), "
        "up to 2026-01-01 00:01:02Z"
    )


@pytest.mark.parametrize("tick", ["0", "0.0000001s"])
def test_time_that_would_never_pass_is_refused(tick: str, tmp_path: Path) -> None:
    """A step between ticks that dates cannot hold is a mistake of the call, named with its remedy; 0 is no default."""
    done = CliRunner().invoke(command, [str(tmp_path / "x.csv"), "--broker", "localhost:1", "--tick", tick])
    assert done.exit_code == 2
    assert "--tick" in done.output
    assert "at least 0.001s" in done.output


_WAITING_FOR_A_WRITER = """
import asyncio, os, signal, sys
from streams.cli.replay import play
from streams.publish import MemoryPublisher
from streams.settings.schema import ReplaySourceSettings
from streams.sources.replay import ReplaySource

async def main():
    asyncio.get_running_loop().call_later(0.3, os.kill, os.getpid(), signal.SIGINT)
    return await play(ReplaySource(ReplaySourceSettings(name="f", path=sys.argv[1], speed=0)), MemoryPublisher())

print("played", asyncio.run(main()))
"""


def test_a_pipe_without_a_writer_does_not_hold_up_ctrl_c(tmp_path: Path) -> None:
    """Opening a named pipe waits for who writes to it, perhaps for ever: the program ends all the same."""
    pipe = tmp_path / "posts.jsonl"
    os.mkfifo(pipe)
    done = subprocess.run(
        [sys.executable, "-c", _WAITING_FOR_A_WRITER, str(pipe)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "played False\n"


def test_without_a_broker_there_is_one_clear_line(tmp_path: Path) -> None:
    """Nowhere to publish to is a mistake of the call: exit code 2, one line, no traceback."""
    done = CliRunner().invoke(command, [str(tmp_path / "x.csv")])
    assert done.exit_code == 2
    assert "--broker" in done.output
    assert "Traceback" not in done.output


async def test_ctrl_c_ends_what_waits_for_kafka() -> None:
    """Work that looks at `stop` ends by itself; what does not, because it waits for a broker, is cancelled."""
    stop = asyncio.Event()
    polite = asyncio.ensure_future(stop.wait())
    asyncio.get_running_loop().call_soon(stop.set)
    assert await until_stopped(polite, stop)
    deaf = asyncio.ensure_future(asyncio.Event().wait())
    assert await until_stopped(deaf, stop, grace_s=0) is None
    assert deaf.cancelled()


@pytest.mark.parametrize("written", ["kafka", "kafka:9092,", "kafka:port", ""])
def test_a_broker_that_is_no_address_is_refused(written: str, tmp_path: Path) -> None:
    """At once, with an example, instead of waiting for it."""
    done = CliRunner().invoke(command, [str(tmp_path / "x.csv"), "--broker", written])
    assert done.exit_code == 2
    assert "--broker" in done.stderr
