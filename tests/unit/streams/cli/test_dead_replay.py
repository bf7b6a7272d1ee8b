"""In which order records go back and are noted, without a broker."""

from collections.abc import Sequence
from typing import Any, Self

import pytest

from models.records import Replayed, Topic
from streams import wire
from streams.brokers import publisher as publishing
from streams.brokers import topics
from streams.brokers.publisher import Raw
from streams.cli import dead_replay
from streams.cli.dead_replay import put_back
from streams.dead import dead
from streams.publish import Outgoing
from streams.redrive import plan
from streams.settings.schema import Settings
from tests import samples
from tests.contracts.toy import post


class Diary:
    """A publisher that writes down what it is given, and breaks after so many deliveries."""

    lasts = 99

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, bytes | None, bytes | None]] = []
        self.noted: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def deliver(self, name: str, partition: int, records: Sequence[Raw]) -> int:
        if self.lasts == 0:
            raise ConnectionError("no broker")
        self.lasts -= 1
        assert all(raw.headers == () for raw in records)
        self.sent += [(name, partition, raw.key, raw.value) for raw in records]
        return 0

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        for out in outgoing:
            record = out.emit.record
            assert isinstance(record, Replayed) and out.emit.topic is Topic.DEAD
            self.noted.append(record.origin)


def letters(count: int) -> list[Any]:
    return [
        dead(
            "step-failed", "", f"posts/{n % 2}/{n}", samples.NOW, key=f"k{n}", payload=wire.encode(post(n))
        ).emit.record
        for n in range(count)
    ]


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Diary:
    found = Diary()

    async def nothing(*_: object) -> None: ...

    monkeypatch.setattr(publishing, "KafkaPublisher", lambda *_, **__: found)
    monkeypatch.setattr(topics, "ensure_topics", nothing)
    monkeypatch.setattr(dead_replay, "_AT_ONCE", 4)
    return found


async def test_each_goes_to_its_partition_in_the_order_it_had(diary: Diary) -> None:
    """Under its key, byte for byte, and without the lineage by which its stage would drop it; all are noted."""
    lost = letters(10)
    await put_back(plan(lost, {}, samples.NOW, partitions=2, fresh_min=15.0), Settings())
    assert sorted(diary.noted) == sorted(letter.origin for letter in lost)
    for partition in (0, 1):
        mine = [each for each in diary.sent if each[1] == partition]
        assert mine == [
            ("tocsin.posts", partition, f"k{n}".encode(), wire.encode(post(n))) for n in range(partition, 10, 2)
        ]


@pytest.mark.parametrize("lasts", range(4))
async def test_nothing_is_noted_before_it_is_out(diary: Diary, lasts: int) -> None:
    """What breaks in between leaves records that go back again, and none that never would."""
    diary.lasts = lasts
    with pytest.raises(ConnectionError):
        await put_back(plan(letters(20), {}, samples.NOW, partitions=2, fresh_min=15.0), Settings())
    out = {wire.encode(post(int(origin.rpartition("/")[2]))) for origin in diary.noted}
    assert out <= {value for *_, value in diary.sent}
    assert len(diary.sent) - len(diary.noted) < 4
