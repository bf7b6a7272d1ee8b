"""One key's state, from a changelog in memory."""

import pytest

from streams.brokers import stored as room
from streams.brokers.publisher import partition_for
from streams.brokers.stored import stored
from streams.settings.schema import KafkaSettings
from tests.unit.streams.brokers.fake_consumer import FakeConsumer

KAFKA = KafkaSettings(partitions=4)
NAME = "tocsin.spikes-state-changelog"
WHERE = (NAME, partition_for("acme", 4))
Records = list[bytes | tuple[bytes, bytes | None]]


async def held(log: Records, key: str = "acme") -> bytes | None:
    return await stored(FakeConsumer({WHERE: log}, known={NAME}), KAFKA, "spikes", key)


@pytest.mark.parametrize("behind", [0, 1, 7, 8, 9, 40])
async def test_the_last_value_is_found_however_far_back(monkeypatch: pytest.MonkeyPatch, behind: int) -> None:
    """Others that were written since, and older values, change nothing."""
    monkeypatch.setattr(room, "_FIRST_STRIDE", 2)
    log: Records = [(b"acme", b"old"), (b"acme", b"new"), *([(b"other", b"x")] * behind)]
    assert await held(log) == b"new"


async def test_what_was_forgotten_or_never_was_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deletion is the last word; a changelog that nobody has made holds nothing."""
    monkeypatch.setattr(room, "_FIRST_STRIDE", 2)
    assert await held([(b"acme", b"old"), (b"acme", None), (b"other", b"x"), (b"other", b"x")]) is None
    assert await held([(b"other", b"x")] * 20) is None
    assert await held([]) is None
    assert await stored(FakeConsumer({}, known=set()), KAFKA, "spikes", "acme") is None
