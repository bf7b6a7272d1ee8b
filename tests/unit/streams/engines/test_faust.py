"""The Faust binding: what Faust would say of a stage that does not use its streams."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from streams.brokers.kafka import topic_name
from streams.engines.faust import build_app
from streams.settings.schema import KafkaSettings, Settings
from streams.topology import PIPELINE

DAY_S = 86_400.0


@pytest.mark.parametrize("fetched_at_ms", [None, 1])
async def test_faust_does_not_call_a_stage_idle_for_not_using_its_streams(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fetched_at_ms: int | None
) -> None:
    """A record waits, as one does every moment, and the agent runs for a day: Faust's own check has nothing to say."""
    settings = Settings(kafka=KafkaSettings(broker="127.0.0.1:1"))
    flow = build_app(PIPELINE[0], settings, keyed=False)
    name = topic_name(settings.kafka, PIPELINE[0].source)
    thread: Any = flow.app.consumer._thread
    partition = SimpleNamespace(highwater=9, position=8, timestamp=fetched_at_ms)
    assignment = SimpleNamespace(active=True, state_value=lambda _: partition)
    subscriptions = SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))
    reader = SimpleNamespace(_fetcher=SimpleNamespace(_subscriptions=subscriptions))
    monkeypatch.setattr(thread, "_ensure_consumer", lambda: reader)
    monkeypatch.setattr(thread, "time_started", 0.0, raising=False)
    monkeypatch.setattr(flow.app.topics, "acks_enabled_for", lambda _: True)
    with caplog.at_level(logging.DEBUG):
        thread.verify_event_path(DAY_S, TP(name, 0))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
