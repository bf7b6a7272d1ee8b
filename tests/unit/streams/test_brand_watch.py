"""What operators are told of silent sources."""

import logging

import pytest
from prometheus_client import REGISTRY

from streams.brand_watch import BrandWatch


def gauge(source: str) -> float | None:
    return REGISTRY.get_sample_value("tocsin_source_silent", {"source": source, "brand": "silent-acme"})


def test_a_silence_and_its_end_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """The log and the gauge hear of a silent source once, and of its return once."""
    caplog.set_level(logging.INFO)
    tell = BrandWatch()
    for silent in ((), ("feed",), ("feed",), ("feed", "net"), ("net",)):
        tell("silent-acme", silent, True)
    assert (gauge("feed"), gauge("net")) == (0, 1)
    tell("silent-acme", (), True)
    assert gauge("net") == 0
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "INFO", "INFO"]


def test_a_brand_is_told_to_be_new_and_then_known(caplog: pytest.LogCaptureFixture) -> None:
    """0 while nothing of it is judged, 1 from then on, and no series when it is forgotten; each is said once."""
    caplog.set_level(logging.INFO)
    tell, seen = BrandWatch(), []
    for known in (False, False, True, True, None):
        tell("new-acme", (), known)
        seen.append(REGISTRY.get_sample_value("tocsin_brand_judged", {"brand": "new-acme"}))
    assert seen == [0, 0, 1, 1, None]
    assert [record.message.split(" ", 1)[1][:9] for record in caplog.records] == ["is new he", "is known "]


def test_an_exercise_is_no_new_brand(caplog: pytest.LogCaptureFixture) -> None:
    """A drill has no usual days, and nobody has to teach it any."""
    caplog.set_level(logging.INFO)
    BrandWatch()("drill:acme", (), False)
    assert REGISTRY.get_sample_value("tocsin_brand_judged", {"brand": "drill:acme"}) is None
    assert caplog.records == []
