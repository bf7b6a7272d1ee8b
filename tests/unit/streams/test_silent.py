"""What operators are told of silent sources."""

import logging

import pytest
from prometheus_client import REGISTRY

from streams.silent import SilentSources


def gauge(source: str) -> float | None:
    return REGISTRY.get_sample_value("tocsin_source_silent", {"source": source, "brand": "silent-acme"})


def test_a_silence_and_its_end_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """The log and the gauge hear of a silent source once, and of its return once."""
    caplog.set_level(logging.INFO)
    tell = SilentSources()
    for silent in ((), ("feed",), ("feed",), ("feed", "net"), ("net",)):
        tell("silent-acme", silent)
    assert (gauge("feed"), gauge("net")) == (0, 1)
    tell("silent-acme", ())
    assert gauge("net") == 0
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "INFO", "INFO"]
