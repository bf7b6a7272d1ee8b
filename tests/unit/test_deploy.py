"""What is deployed is well-formed, calls commands that exist, and names metrics that exist."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from streams.main import COMMANDS
from streams.settings.file import parse
from streams.settings.lint import lint
from streams.settings.problems import Level
from streams.settings.spared import spared_by
from streams.topology import PIPELINE
from tests.docs_tables import EXAMPLE, ROOT, asked_for, metrics, uncommented

DEPLOY = ROOT / "deploy"
AGENTS = (*(stage.name for stage in PIPELINE), "sources", "console")
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.y*ml"))
SERIES = {
    f"{name}{suffix}"
    for name, kind, _, _ in metrics()
    for suffix in (("_bucket", "_sum", "_count") if kind == "histogram" else ("",))
} | {name.replace("_total", "_created") for name, kind, _, _ in metrics() if kind == "counter"}
LABELS = {name: set(labels) for name, _, labels, _ in metrics()}


def expressions() -> Iterator[tuple[str, str]]:
    """Every query of the rules and the dashboard, with where it stands."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    board = json.loads((DEPLOY / "grafana" / "tocsin.json").read_text(encoding="utf-8"))
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


def documents() -> list[dict[str, Any]]:
    return [
        document
        for path in MANIFESTS
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if document is not None
    ]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_metric_in_rules_and_dashboard_exists(where: str, expression: str) -> None:
    """A query that names a metric of ours names one that is exported, in a form in which it is; brackets are closed."""
    named = re.findall(r"\btocsin_\w+", expression)
    assert named
    assert set(named) <= SERIES
    assert expression.count("(") == expression.count(")")


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_label_in_rules_and_dashboard_exists(where: str, expression: str) -> None:
    """What is grouped by, and what is selected, are labels of the metrics in the query."""
    known = {"le"} | {
        label
        for name in re.findall(r"\btocsin_\w+", expression)
        for label in LABELS[re.sub(r"_(bucket|sum|count)$", "", name.replace("_created", "_total"))]
    }
    used = {label for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression) for label in group.split(", ")}
    used |= set(re.findall(r"[{,]\s*(\w+)=", expression))
    assert used <= known


def test_rules_say_what_to_do() -> None:
    """Each rule has a severity, a summary and a description."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert set(rule["annotations"]) == {"summary", "description"}


def test_a_number_on_the_dashboard_is_none_where_nothing_has_happened() -> None:
    """Nought of nought, and the median of nothing, are left out: “NaN” in large letters looks like a failure."""
    board = json.loads((DEPLOY / "grafana" / "tocsin.json").read_text(encoding="utf-8"))
    shown = [(p["type"], target["expr"]) for p in board["panels"] for target in p.get("targets", ())]
    for kind, expression in shown:
        if kind != "timeseries" and expression.startswith("histogram_quantile"):
            assert expression.endswith(">= 0"), expression
        if "_judged_" in expression:
            assert expression.endswith("> 0)"), expression


def test_what_is_counted_is_told_in_whole_numbers() -> None:
    """Prometheus extrapolates an increase: nobody is called for 2.139 alerts."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        if "increase(" in rule["expr"]:
            assert "$value | humanize" not in rule["annotations"]["summary"], rule["alert"]


def test_each_rule_is_in_the_runbook() -> None:
    """Whoever is called finds what to do: the page has a line for each rule, and for no other."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(Tocsin\w+)` \|", page, re.MULTILINE) == [r["alert"] for r in rules["groups"][0]["rules"]]


def test_the_dashboard_has_no_overlaps() -> None:
    """Panels have ids of their own, and no two cover the same place."""
    panels = json.loads((DEPLOY / "grafana" / "tocsin.json").read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_metric_is_on_the_dashboard_or_in_a_rule() -> None:
    """What is measured is looked at."""
    shown = " ".join(expression for _, expression in expressions())
    assert [name for name, *_ in metrics() if name not in shown] == []


def test_compose_runs_every_agent_once() -> None:
    """One container per agent, with a command that exists, and every mounted file of ours is there."""
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]
    ours = {name: service["command"] for name, service in services.items() if service["image"] == "tocsin"}
    assert ours.pop("topics") == ["topics"]
    assert ours == {agent: ["run", agent] for agent in AGENTS}
    assert {"run", "topics"} <= set(COMMANDS)
    for name in ("prometheus", "grafana"):
        for volume in services[name]["volumes"]:
            source = volume.split(":")[0]
            assert not source.startswith(".") or (DEPLOY / source).exists(), source


def test_prometheus_scrapes_every_agent_where_it_is() -> None:
    """The targets are the compose services, each on its agent's port, counted from the default of `metrics.port`."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = config["scrape_configs"][0]["static_configs"][0]["targets"]
    assert targets == [f"{agent}:{9464 + index}" for index, agent in enumerate(AGENTS)]


def test_kubernetes_runs_every_agent_once() -> None:
    """A Deployment per agent: not as root, with resources, and probes on the port where its metrics are."""
    deployments = {d["metadata"]["name"]: d["spec"] for d in documents() if d["kind"] == "Deployment"}
    assert list(deployments) == [f"tocsin-{agent}" for agent in AGENTS]
    for index, (agent, spec) in enumerate(zip(AGENTS, deployments.values(), strict=True)):
        pod = spec["template"]["spec"]
        (container,) = pod["containers"]
        assert container["args"] == ["run", agent]
        assert container["ports"][0] == {"name": "metrics", "containerPort": 9464 + index}
        assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "metrics"}
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "metrics"}
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["enableServiceLinks"] is False
        assert {"requests", "limits"} <= set(container["resources"])
        assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()


def test_kustomize_names_every_manifest() -> None:
    """Nothing is left out, and nothing is named that is not there."""
    config = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))
    assert sorted(config["resources"]) == [path.name for path in MANIFESTS if path.name != "kustomization.yaml"]


def test_the_settings_in_the_manifest_are_good() -> None:
    """What the ConfigMaps hold is a settings file, with its overrides, without mistakes."""
    maps = {d["metadata"]["name"]: d["data"] for d in documents() if d["kind"] == "ConfigMap"}
    text = maps["tocsin-settings"]["tocsin.toml"]
    assert tomllib.loads(text)
    secrets = dict.fromkeys(re.findall(r"\$\{(\w+)\}", text), "0123456789abcdef")
    settings = parse(text, "settings.yml", {**maps["tocsin-environment"], **secrets})
    assert [remark for remark in lint(settings) if remark.level is Level.ERROR] == []


def test_compose_opens_no_door_to_strangers() -> None:
    """What is published is for this machine alone, and nothing in it has a password that everybody knows."""
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert services["grafana"]["environment"]["GF_SECURITY_ADMIN_PASSWORD"].startswith("${GRAFANA_PASSWORD:?")
    assert services["console"]["environment"]["CONSOLE_TOKEN"].startswith("${CONSOLE_TOKEN:?")


def test_compose_overrides_are_settings() -> None:
    """Every TOCSIN_ variable that compose sets is a key, and each agent finds what it needs for the example."""
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]
    text = EXAMPLE.read_text(encoding="utf-8")
    for agent in AGENTS:
        environ = dict(services[agent]["environment"])
        environ |= {name: "0123456789abcdef" for name in environ if not name.startswith("TOCSIN_")}
        assert parse(text, "example", environ, spared_by([agent])).kafka.broker == "kafka:9092"


def test_compose_gives_each_agent_its_own_secrets() -> None:
    """Of the secrets of the example those that the agent asks for, and no more."""
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]
    text = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    given = {
        agent: {name for name, value in services[agent]["environment"].items() if f"${{{name}:" in value}
        for agent in (*AGENTS, "topics")
    }
    # Whether there is one, which is no secret.
    for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert services["delivery"]["environment"][name] == f"${{{name}:+there}}"
        given["delivery"].remove(name)
    assert given.pop("topics") == asked_for(text, "spikes")
    assert given == {agent: asked_for(text, agent) for agent in AGENTS}


def test_kubernetes_gives_each_agent_its_own_secrets() -> None:
    """Each Deployment reads the Secrets that hold what its agent asks for, as the manifest says to make them."""
    maps = {d["metadata"]["name"]: d["data"] for d in documents() if d["kind"] == "ConfigMap"}
    text = maps["tocsin-settings"]["tocsin.toml"]
    made = secrets_to_make((DEPLOY / "kubernetes" / "settings.yml").read_text(encoding="utf-8"))
    assert made == secrets_to_make((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
    read = {d["metadata"]["name"]: secrets_read(d) for d in documents() if d["kind"] in ("Deployment", "Job")}
    assert read.pop("tocsin-topics") == {"tocsin-kafka": True}
    for agent in AGENTS:
        own = read[f"tocsin-{agent}"]
        needed = asked_for(text, agent)
        assert needed == {variable for name in own for variable in made.get(name, ())}, agent
        assert own.items() >= {"tocsin-kafka": True}.items()
        assert set(own) <= {"tocsin-kafka", f"tocsin-{agent}"}
        # A pod waits for a Secret that it must have: one that these settings do not need may be missing.
        assert own.get(f"tocsin-{agent}", True) is not bool(needed)


def secrets_to_make(text: str) -> dict[str, set[str]]:
    """The variables of each Secret, by the commands that make them."""
    found = re.findall(r"kubectl create secret generic (\S+) (.*)", text)
    return {name: set(re.findall(r"--from-literal=(\w+)=", given)) for name, given in found}


def secrets_read(workload: dict[str, Any]) -> dict[str, bool]:
    """The Secrets whose variables a container has, and whether they may be missing."""
    (container,) = workload["spec"]["template"]["spec"]["containers"]
    assert "env" not in container
    references = [each["secretRef"] for each in container["envFrom"] if "secretRef" in each]
    return {each["name"]: each.get("optional", False) for each in references}


def test_the_image_is_not_root() -> None:
    """The image is of the slim Python that is asked for, pinned, and runs as a user without rights."""
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines if line.startswith("FROM")] == ["python:3.11-slim"] * 2
    assert "USER 10001:10001" in lines
    assert 'ENTRYPOINT ["tocsin"]' in lines
    assert any("-c constraints.txt" in line for line in lines)
