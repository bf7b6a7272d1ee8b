"""The console's agent: it reads the past first, goes on where nothing can be read, and ends when told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiokafka.errors import KafkaConnectionError

from models.clock import ManualClock
from streams.brokers.past import Past, TopicsMissing
from streams.console import agent
from streams.console.agent import READ, feed, run_console
from streams.console.board import Board
from streams.console.silences import MAX_LENGTH_MIN, asked
from streams.publish import MemoryPublisher
from streams.settings.schema import ConsoleSettings, KafkaSettings, Settings
from tests.unit.streams.brokers.fake_consumer import FakeConsumer, log
from tests.unit.streams.console.cases import NOW, delivery, incident, notification

KAFKA = KafkaSettings(broker="127.0.0.1:1", partitions=2)
NOTES, TOLD, SAID = "tocsin.notifications", "tocsin.deliveries", "tocsin.incident-events"
OPEN = notification(incident())


async def read(board: Board, consumer: FakeConsumer, batches: int) -> list[bool]:
    """What the first `batches` batches said about being caught up."""
    feeding: AsyncIterator[bool] = feed(board, Past(consumer, KAFKA, READ), ManualClock(NOW))
    return [await anext(feeding) for _ in range(batches)]


async def test_the_past_is_read_first() -> None:
    """The board is complete once every partition has reached the end that it had at the start."""
    board = Board()
    consumer = FakeConsumer({(NOTES, 1): log(notification(incident("other")), OPEN), (TOLD, 0): log(delivery(OPEN))})
    assert await read(board, consumer, 3) == [False, True, True]
    assert [len(case.deliveries) for case in board.open()] == [1, 0]


@pytest.mark.parametrize(("young", "shown"), [(0, 2), (1, 1), (None, 2)])
async def test_reading_begins_at_the_window(young: int | None, shown: int) -> None:
    """What is older is left out; where the broker keeps no index of times, everything is read."""
    board = Board()
    records = log(OPEN, notification(incident("second")))
    await read(board, FakeConsumer({(NOTES, 0): records}, young), 2)
    assert len(board.open()) == shown


async def test_the_longest_silence_is_within_the_window() -> None:
    """After a restart too it is shown, and can be ended, for as long as it keeps alerts back."""
    asked_for: list[datetime] = []

    class Dated(FakeConsumer):
        async def offsets_for_times(self, timestamps: Mapping[Any, int]) -> Mapping[Any, Any]:
            asked_for.extend(datetime.fromtimestamp(stamp / 1_000, UTC) for stamp in timestamps.values())
            return await super().offsets_for_times(timestamps)

    form = {"brand": "acme", "minutes": str(MAX_LENGTH_MIN), "reason": "strike"}
    silence = asked(form, ["acme"], by="Zoé", via="console", now=NOW - timedelta(minutes=MAX_LENGTH_MIN - 1))
    board = Board()
    await read(board, Dated({(SAID, 0): log(silence)}), 2)
    assert board.silences(NOW) == [silence]
    assert max(asked_for) <= silence.at


async def test_what_cannot_be_read_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    """Garbage between two records is named in the log, and costs nothing else."""
    board = Board()
    await read(board, FakeConsumer({(NOTES, 0): log(b"{", OPEN)}), 2)
    assert len(board.open()) == 1
    assert "notifications/0/0 is not shown: malformed" in caplog.text


async def test_topics_are_not_created_by_looking() -> None:
    """Without its topics the console says so."""
    consumer = FakeConsumer({})
    consumer.known = {NOTES}
    with pytest.raises(TopicsMissing, match=TOLD):
        await read(Board(), consumer, 1)


async def test_it_serves_and_tries_again_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is away at first does not end it; the page is there meanwhile; `stop` ends everything."""
    consumers = [FakeConsumer({}), FakeConsumer({(NOTES, 0): log(OPEN)})]
    consumers[0].known = set()
    used: list[FakeConsumer] = []

    def next_consumer(settings: Settings) -> FakeConsumer:
        if not consumers:
            raise KafkaConnectionError
        used.append(consumers.pop(0))
        return used[-1]

    monkeypatch.setattr(agent, "_consumer", next_consumer)
    settings = Settings(kafka=KAFKA, console=ConsoleSettings(port=0))
    stop, bound = asyncio.Event(), asyncio.get_running_loop().create_future()
    running = asyncio.create_task(run_console(settings, MemoryPublisher(), ManualClock(NOW), stop, bound=bound))
    told: dict[str, Any] = {}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{await bound}") as client:
        for _ in range(200):
            told = await (await client.get("/api/incidents")).json()
            if told["caught_up"]:
                break
    stop.set()
    await asyncio.wait_for(running, 10)
    assert [each["incident"]["id"] for each in told["open"]] == [OPEN.incident.id]
    assert all(consumer.stopped for consumer in used)


async def test_a_port_that_is_taken_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is told, so that it can name the setting; nothing is left running."""
    monkeypatch.setattr(agent, "_consumer", lambda settings: FakeConsumer({}))
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        settings = Settings(kafka=KAFKA, console=ConsoleSettings(port=port))
        with pytest.raises(OSError, match=r"console\.port: cannot listen at .* Address already in use"):
            await run_console(settings, MemoryPublisher(), ManualClock(NOW), asyncio.Event())
