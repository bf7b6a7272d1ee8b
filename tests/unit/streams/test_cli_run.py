"""`tocsin run`: what it refuses."""

from click.testing import CliRunner

from streams.agents import AGENTS, metrics_port
from streams.main import main
from streams.settings import MetricsSettings, Settings


def test_an_unknown_agent_is_told_with_the_known_ones() -> None:
    """A typo ends with exit code 2 and the list of agents, before anything is started."""
    result = CliRunner().invoke(main, ["run", "spykes"])
    assert result.exit_code == 2
    assert "no agent of the name spykes" in result.output
    assert "understand spikes virality incidents attention delivery sources console" in result.output


def test_each_agent_has_a_metrics_port_of_its_own() -> None:
    """The port is the first one plus the agent's place; free and off stay as they are."""
    settings = Settings(metrics=MetricsSettings(port=9464))
    assert [metrics_port(settings, agent) for agent in AGENTS] == list(range(9464, 9472))
    assert {metrics_port(Settings(metrics=MetricsSettings(port=-1)), agent) for agent in AGENTS} == {-1}
