"""Brokers that all suites share: started when first asked for, ended with the session. And how hypothesis tries."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from streams.brokers.embedded import EmbeddedBroker, EmbeddedBrokerFailed
from tests.contracts.kafka import KafkaServer, running

# How long an example takes depends on what else the machine does; no test fails for that.
settings.register_profile("tocsin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tocsin")


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """The embedded broker, running."""
    broker = EmbeddedBroker()
    try:
        broker.start()
    except EmbeddedBrokerFailed as error:
        pytest.skip(str(error))
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A real Apache Kafka, running."""
    yield from running(lambda: KafkaServer(tmp_path_factory.mktemp("kafka")))


@pytest.fixture(scope="session")
def broker_address(request: pytest.FixtureRequest) -> str:
    """The address of the broker that a suite's parameter names: `embedded` or `kafka`."""
    name = {"embedded": "embedded_broker", "kafka": "kafka_server"}[request.param]
    address: str = request.getfixturevalue(name).address
    return address


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real processes need more than the usual patience on a busy machine; a test's own word on it counts more."""
    for item in items:
        real = item.get_closest_marker("kafka") or item.get_closest_marker("faults")
        if real and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))
