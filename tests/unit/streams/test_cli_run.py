"""`tocsin run`: what it refuses."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from streams.agents import AGENTS, metrics_port
from streams.main import main
from streams.settings.schema import MetricsSettings, Settings


def test_an_unknown_agent_is_told_with_the_known_ones() -> None:
    """A typo ends with exit code 2 and the list of agents, before anything is started."""
    result = CliRunner().invoke(main, ["run", "spykes"])
    assert result.exit_code == 2
    assert "no agent of the name spykes" in result.output
    assert "understand spikes virality incidents attention delivery sources console" in result.output


def test_agents_are_started_without_the_secrets_of_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A detector starts where only the console's variable is missing; with the console among them it is asked for."""
    file = tmp_path / "tocsin.toml"
    file.write_text('[kafka]\nbroker = "embedded"\n[console]\ntoken = "${NOT_SET}"\n', encoding="utf-8")
    started: list[tuple[str, ...]] = []

    async def run(settings: Settings, agents: tuple[str, ...]) -> int:
        started.append(agents)
        return 0

    monkeypatch.setattr("streams.cli.run.run", run)
    monkeypatch.setattr("streams.agents.end_process", lambda code: None)
    results = [
        CliRunner().invoke(main, ["run", *agents, "--settings", str(file)]) for agents in (["spikes"], ["console"], [])
    ]
    assert started == [("spikes",)]
    assert [result.exit_code for result in results] == [0, 2, 2]
    assert "needs the variable NOT_SET" in results[1].output


def test_each_agent_has_a_metrics_port_of_its_own() -> None:
    """The port is the first one plus the agent's place; free and off stay as they are."""
    settings = Settings(metrics=MetricsSettings(port=9464))
    assert [metrics_port(settings, agent) for agent in AGENTS] == list(range(9464, 9472))
    assert {metrics_port(Settings(metrics=MetricsSettings(port=-1)), agent) for agent in AGENTS} == {-1}
