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


_GOOD = """
[[brands]]
name = "acme"
query = "acme"
channels = ["desk"]
[channels.desk]
type = "terminal"
[kafka]
broker = "embedded"
"""


@pytest.mark.parametrize(
    ("change", "by", "said"),
    [
        ('["desk"]', '["dask"]', 'brands[acme].channels: there is no channel "dask" (did you mean desk?)'),
        ('query = "acme"', 'query = "acme AND ("', "brands[acme].query: column 11: something is missing at the end"),
        ('query = "acme"', 'query = "acme"\nfalse_alarms = "rarely"', "brands[acme].false_alarms: 'rarely' is no"),
        ('query = "acme"', 'query = "acme"\nescalation = "leads"', 'acme].escalation: there is no escalation "leads"'),
        ("[kafka]", '[[brands]]\nname = "acme"\nquery = "zenith"\n[kafka]', 'the brand "acme" is there 2 times'),
    ],
)
def test_settings_that_mean_nothing_start_no_agent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str, by: str, said: str
) -> None:
    """An agent that would end at once, or call nobody in the crisis, says so when it is started, in a line each."""
    file = tmp_path / "tocsin.toml"
    file.write_text(_GOOD.replace(change, by, 1), encoding="utf-8")

    async def run(settings: Settings, agents: tuple[str, ...]) -> int:
        raise AssertionError("an agent was started")

    monkeypatch.setattr("streams.cli.run.run", run)
    for agent in ("spikes", "delivery"):
        done = CliRunner().invoke(main, ["run", agent, "--settings", str(file)])
        assert (done.exit_code, done.output.count(str(file))) == (2, 1), done.output
        assert said in done.output


def test_what_another_agent_has_to_know_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A detector has no secrets of channels, so what they look like is no reason for it not to start."""
    file = tmp_path / "tocsin.toml"
    hook = '[channels.hook]\ntype = "webhook"\nurl = "${HOOK}"\nsecret = "${SECRET}"\n'
    file.write_text(_GOOD + hook, encoding="utf-8")
    started: list[tuple[str, ...]] = []

    async def run(settings: Settings, agents: tuple[str, ...]) -> int:
        started.append(agents)
        return 0

    monkeypatch.setattr("streams.cli.run.run", run)
    monkeypatch.setattr("streams.agents.end_process", lambda code: None)
    assert CliRunner().invoke(main, ["run", "spikes", "--settings", str(file)]).exit_code == 0
    assert started == [("spikes",)]


def test_each_agent_has_a_metrics_port_of_its_own() -> None:
    """The port is the first one plus the agent's place; free and off stay as they are."""
    settings = Settings(metrics=MetricsSettings(port=9464))
    assert [metrics_port(settings, agent) for agent in AGENTS] == list(range(9464, 9472))
    assert {metrics_port(Settings(metrics=MetricsSettings(port=-1)), agent) for agent in AGENTS} == {-1}
