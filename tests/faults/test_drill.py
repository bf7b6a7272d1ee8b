"""The commands that look at a running pipeline, against a real one: `drill`, `why`, `audit`, `report`."""

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
import pytest

from models.clock import SystemClock
from streams.brokers.embedded import EmbeddedBroker, free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
TOKEN = "0123456789abcdef"
CLOCK = SystemClock()
SETTINGS = """
[[brands]]
name = "acme"
query = "acme"
channels = ["screen"]
[channels.screen]
type = "terminal"
[classifier]
backend = "lexicon"
[metrics]
port = -1
[kafka]
broker = "{broker}"
partitions = 1
prefix = "drill-{port}."
rebalance_timeout_s = 3.0
session_timeout_s = 3.0
[engine]
tick_s = 0.5
[console]
port = {port}
token = "{token}"
"""


async def tocsin(*args: str) -> tuple[int, str, str]:
    """Runs a command; exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streams.main", *args, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def acknowledged(port: int, by: str) -> str:
    """Takes charge of the first open incident, as a human at the console; its id."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as client:
        while True:
            try:
                found = (await (await client.get("/api/incidents")).json())["open"]
            except aiohttp.ClientError:
                found = []
            if found:
                incident: str = found[0]["incident"]["id"]
                answer = await client.post(f"/incidents/{incident}/ack", json={"by": by, "note": "seen | it"})
                assert answer.status == 202
                return incident
            await CLOCK.sleep(0.2)


async def test_a_drill_is_timed_to_a_human_and_can_be_proved_afterwards(
    embedded_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    """A drill goes through real agents to a human; `why`, `audit` and `report` then tell what happened."""
    port, file = free_port(), tmp_path / "tocsin.toml"
    file.write_text(SETTINGS.format(broker=embedded_broker.address, port=port, token=TOKEN), encoding="utf-8")
    settings = ("--settings", str(file))
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streams.main", "run", *settings, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(240):
            while (await tocsin("audit", *settings))[2] != "nothing was found\n":  # until the topics are there
                await CLOCK.sleep(0.5)
            human = asyncio.create_task(acknowledged(port, "Zoé"))
            code, out, err = await tocsin("drill", "acme", "--yes", "--timeout", "150s", *settings)
            incident = await human
        assert code == 0, err
        assert [line.split("s  ")[1].split(" ")[0] for line in out.splitlines()[:3]] == ["understood", "noticed", "an"]
        assert "acknowledged by Zoé" in out
        code, out, err = await tocsin("audit", "--incident", incident, *settings)
        entries = [json.loads(line) for line in out.splitlines()]
        assert code == 0, err
        assert {"signal", "decision", "action"} <= {entry["what"] for entry in entries}
        assert [e["who"] for e in entries if e.get("act") == "ack"] == ["Zoé"]
        code, out, err = await tocsin("why", "drill:acme", *settings)
        assert code == 0, err
        assert "Zoé took charge (by console): “seen | it”" in out
        code, out, err = await tocsin("why", "acme", *settings)
        assert "Nothing was noticed, so nobody was told." in out
        code, out, err = await tocsin("report", "drill:acme", "--since", "1h", *settings)
        assert code == 0, err
        told = json.loads(out)
        assert told["position"]["now"]["mentions"] > 0
        assert [(each["id"], each["answered_by"]) for each in told["handling"]["incidents"]] == [(incident, "Zoé")]
        page = ("--html", str(tmp_path / "acme.html"))
        code, out, err = await tocsin("report", "acme", "--since", "1h", *page, *settings)
        assert code == 0, err
        assert out.startswith("Nobody mentioned acme in this period.")
    finally:
        running.terminate()
        await running.wait()


async def test_a_wrong_brand_is_named_before_anybody_is_called(tmp_path: Path) -> None:
    """A typo ends with exit code 2 and a suggestion."""
    file = tmp_path / "tocsin.toml"
    file.write_text(SETTINGS.format(broker="127.0.0.1:1", port=1, token=TOKEN), encoding="utf-8")
    for command in ("drill", "why", "report"):
        code, _, err = await tocsin(command, "acmee", "--settings", str(file))
        assert code == 2
        assert "did you mean acme?" in err
