"""What has not happened yet is a zero, so that the first time counts."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from models.clock import ManualClock
from models.records import Why
from streams.agents import AGENTS
from streams.channels import MetricsObserver
from streams.messages import Broken
from streams.settings.schema import BrandSettings, Settings
from streams.zeros import BRANDS, DEAD, begin
from tests import samples
from tests.docs_tables import ROOT

RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
SETTINGS = Settings(brands=(BrandSettings(name="zeros", query="zeros"),))


def shown() -> dict[str, list[dict[str, str]]]:
    """The labels of every series that a fresh agent of each kind shows."""
    for agent in AGENTS:
        begin(agent, SETTINGS)
    MetricsObserver(ManualClock(samples.NOW), channels=("zeros",))
    Broken()
    found: dict[str, list[dict[str, str]]] = {}
    for family in REGISTRY.collect():
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def rules() -> list[tuple[str, str]]:
    every = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    return [(rule["alert"], rule["expr"]) for rule in every]


@pytest.mark.parametrize(("alert", "expression"), [each for each in rules() if "increase(" in each[1]])
def test_a_rule_that_waits_for_an_increase_hears_of_the_first(alert: str, expression: str) -> None:
    """Each of its series is there before anything happens, or the rule looks at when a series was created."""
    found = shown()
    for name, selector in re.findall(r"increase\((\w+)(?:\{([^}]*)\})?\[", expression):
        if f"{name.removesuffix('_total')}_created" in expression:
            continue
        wanted = re.findall(r'(\w+)(=~?)"([^"]*)"', selector)
        values = [(label, value) for label, _, given in wanted for value in given.split("|")]
        assert found.get(name), alert
        for label, value in values:
            assert any(labels.get(label) == value for labels in found[name]), (alert, value)


def test_a_channel_that_never_worked_is_compared_with_zero() -> None:
    """Failed calls are told against those that worked, of which there may be none."""
    results = {each["result"] for each in shown()["tocsin_delivery_attempts_total"] if each["channel"] == "zeros"}
    assert results == {"ok", "retryable", "rejected"}


def test_the_reasons_are_those_of_the_docs() -> None:
    """The page on running names the same ones."""
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"`tocsin_dead_letters_total` .*?by reason: (.*?)\n\* ", page, re.DOTALL)
    assert set(re.findall(r"`([\w-]+)`", line)) == set(DEAD)


def test_brands_beyond_number_are_not_shown_beforehand() -> None:
    """Ten thousand of them would be a hundred thousand series."""
    many = tuple(BrandSettings(name=f"crowd-{place}", query="crowd") for place in range(BRANDS + 1))
    for agent in AGENTS:
        begin(agent, Settings(brands=many))
    assert not any(each["brand"].startswith("crowd-") for each in shown()["tocsin_signals_total"])
    begin("spikes", Settings(brands=many[:BRANDS]))
    assert any(each["brand"].startswith("crowd-") for each in shown()["tocsin_signals_total"])


def test_every_reason_to_tell_is_there() -> None:
    """Panels group by it."""
    assert {each["why"] for each in shown()["tocsin_incident_decisions_total"]} >= {why.value for why in Why}


LETTERS = 'tocsin_dead_letters_{suffix}{{stage="sources", reason="future"}}'
SLACK = 'tocsin_slack_errors_{suffix}{{channel="team", error="token_revoked"}}'


def promtool(tests: list[dict[str, Any]], folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "rules_test.yml"
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}))
    return subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: apt-get install prometheus)")
@pytest.mark.parametrize(("alert", "series"), [("TocsinDeadLetters", LETTERS), ("TocsinSlackRefuses", SLACK)])
def test_the_first_of_a_kind_rings_and_an_old_one_does_not(alert: str, series: str, tmp_path: Path) -> None:
    """A series that begins at one rings for a quarter of an hour; one that was there when Prometheus began does not."""

    def count(values: str, created_s: int) -> list[dict[str, str]]:
        return [
            {"series": series.format(suffix="total"), "values": values},
            {"series": series.format(suffix="created"), "values": values.replace("1", str(created_s))},
        ]

    def rings(minute: int, times: int) -> dict[str, Any]:
        # Prometheus' own series ALERTS counts those that ring: the words of the rule are not repeated here.
        expr = f'count(ALERTS{{alertname="{alert}", alertstate="firing"}}) or vector(0)'
        return {"expr": expr, "eval_time": f"{minute}m", "exp_samples": [{"labels": "{}", "value": times}]}

    fresh = {"interval": "1m", "input_series": count("_x20 1x40", 1_200)}
    fresh["promql_expr_test"] = [rings(10, 0), rings(22, 1), rings(45, 0)]
    old = {"interval": "1m", "input_series": count("1x40", -90_000), "promql_expr_test": [rings(1, 0), rings(30, 0)]}
    done = promtool([fresh, old], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: apt-get install prometheus)")
def test_one_agent_that_is_gone_rings(tmp_path: Path) -> None:
    """What it would have said of itself is gone with it; one process of two is enough to be there.

    A day later it is forgotten: whoever removed it on purpose silences the rule for no longer.
    """
    build = 'tocsin_build_info{{version="1", agent="{agent}", instance="{n}"}}'
    series = [
        {"series": build.format(agent="delivery", n=1), "values": "1x10 stale"},
        {"series": build.format(agent="spikes", n=2), "values": "1x10 stale"},
        {"series": build.format(agent="spikes", n=3), "values": "1x1500"},
    ]
    firing = 'ALERTS{alertname="TocsinAgentGone", alertstate="firing"}'
    rung = 'ALERTS{agent="delivery", alertname="TocsinAgentGone", alertstate="firing", severity="critical"}'
    expected = [
        {"expr": firing, "eval_time": "10m", "exp_samples": []},
        {"expr": firing, "eval_time": "20m", "exp_samples": [{"labels": rung, "value": 1}]},
        {"expr": firing, "eval_time": "1440m", "exp_samples": [{"labels": rung, "value": 1}]},
        {"expr": firing, "eval_time": "1460m", "exp_samples": []},
    ]
    done = promtool([{"interval": "1m", "input_series": series, "promql_expr_test": expected}], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: apt-get install prometheus)")
def test_a_container_that_ends_again_and_again_rings(tmp_path: Path) -> None:
    """Its process counts no restarts, as each is its first: when the count began says so."""
    series = [
        {"series": 'tocsin_agent_restarts_total{agent="spikes"}', "values": "0x20"},
        {"series": 'tocsin_agent_restarts_created{agent="spikes"}', "values": "0 0 120 _ 240 360 480 600"},
    ]
    firing = 'count(ALERTS{alertname="TocsinAgentsRestarting", alertstate="firing"}) or vector(0)'
    expected = [
        {"expr": firing, "eval_time": "4m", "exp_samples": [{"labels": "{}", "value": 0}]},
        {"expr": firing, "eval_time": "7m", "exp_samples": [{"labels": "{}", "value": 1}]},
    ]
    done = promtool([{"interval": "1m", "input_series": series, "promql_expr_test": expected}], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian: apt-get install prometheus)")
def test_deployments_that_bring_new_pods_do_not_ring(tmp_path: Path) -> None:
    """Each pod has an address, and so series, of its own: six deployments in half an hour are no failure."""
    series = []
    for n in range(6):
        life = f"{'_ ' * (4 * n)}{{}}x4 stale"
        labels = f'{{agent="spikes", instance="10.0.0.{n}:9465"}}'
        series += [
            {"series": f"tocsin_agent_restarts_total{labels}", "values": life.format("0")},
            {"series": f"tocsin_agent_restarts_created{labels}", "values": life.format(str(240 * n))},
        ]
    firing = 'ALERTS{alertname="TocsinAgentsRestarting", alertstate="firing"}'
    expected = [{"expr": firing, "eval_time": f"{minute}m", "exp_samples": []} for minute in (5, 15, 20, 25)]
    done = promtool([{"interval": "1m", "input_series": series, "promql_expr_test": expected}], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
