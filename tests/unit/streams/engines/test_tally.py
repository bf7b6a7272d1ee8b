"""What stages conclude is counted once, by what it is about."""

from prometheus_client import REGISTRY

from models.records import Topic
from models.stage import Emit, mentioned
from streams.engines.tally import count_conclusions
from streams.publish import Outgoing
from tests.scenarios.world import mention, signal


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_mention_is_counted_once_though_it_goes_to_two_topics() -> None:
    """The count of mentions is the count of mentions."""
    before = value("tocsin_mentions_total", brand="tallied", sentiment="negative")
    count_conclusions("understand", [Outgoing(emit) for emit in mentioned(mention(brand="tallied"))])
    assert value("tocsin_mentions_total", brand="tallied", sentiment="negative") == before + 1


def test_signals_are_counted_by_kind_and_phase() -> None:
    """A signal that is raised counts as a raised one of its kind."""
    labels = {"brand": "tallied", "kind": "spike", "phase": "raised"}
    before = value("tocsin_signals_total", **labels)
    said = signal(brand="tallied")
    count_conclusions("spikes", [Outgoing(Emit(Topic.INCIDENT_EVENTS, said.brand, said))])
    assert value("tocsin_signals_total", **labels) == before + 1
