"""Each agent asks for the secrets that it uses, and for no other's."""

from itertools import combinations
from typing import cast

import pytest

from models.clock import SystemClock
from streams.agents import AGENTS
from streams.channels import build_channels
from streams.console.board import Board
from streams.console.routes import Console
from streams.interactions.clicks import Clicks
from streams.publish import Publisher
from streams.settings.file import parse
from streams.settings.kinds import Secret
from streams.settings.schema import Settings
from streams.settings.spared import spared_by
from streams.sources.agent import build
from tests.docs_tables import EXAMPLE, asked_for, uncommented

TEXT = uncommented(EXAMPLE.read_text(encoding="utf-8"))
"""With every channel and source, and every secret, there is."""
SENDING = {"SLACK_BOT_TOKEN", "SLACK_WEBHOOK_URL", "SMTP_PASSWORD", "APPRISE_URL", "PAGERDUTY_ROUTING_KEY"}
OWN = {
    "delivery": {*SENDING, "DESK_URL", "DESK_SECRET", "CONSOLE_LINK_SECRET"},
    "sources": {"INGEST_SECRET"},
    "console": {"SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "CONSOLE_TOKEN", "CONSOLE_LINK_SECRET"},
}


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_asks_for_its_own_secrets(agent: str) -> None:
    """Who sends needs what opens the channels, who is clicked on what clicks are signed with, and the others Kafka."""
    assert asked_for(TEXT, agent) == {"KAFKA_PASSWORD"} | OWN.get(agent, set())


@pytest.mark.parametrize("agents", [*combinations(AGENTS, 2), AGENTS])
def test_agents_of_one_command_ask_for_what_each_needs(agents: tuple[str, ...]) -> None:
    """Nothing more, and nothing less, than the sum of what they ask for alone."""
    assert asked_for(TEXT, *agents) == set().union(*(asked_for(TEXT, agent) for agent in agents))


def _deliver(settings: Settings) -> None:
    build_channels(settings, SystemClock())


def _receive(settings: Settings) -> None:
    publisher = cast("Publisher", None)  # nothing is published before somebody clicks
    Console(settings, Board(), publisher, SystemClock())
    Clicks(settings, publisher, SystemClock())


def _listen(settings: Settings) -> None:
    for source in settings.sources:
        build(source, settings, SystemClock())


@pytest.mark.parametrize(("agent", "start"), [("delivery", _deliver), ("console", _receive), ("sources", _listen)])
def test_what_an_agent_is_spared_it_does_not_read(agent: str, start: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent that has nothing but its own secrets looks at none of which it has only the variable's name."""
    environ = dict.fromkeys(asked_for(TEXT, agent), "json://localhost/0123456789abcdef")
    settings = parse(TEXT, "t.toml", environ, spared_by([agent]))
    read: list[str] = []
    reveal = Secret.reveal
    monkeypatch.setattr(Secret, "reveal", lambda secret: read.append(reveal(secret)) or read[-1])
    start(settings)  # type: ignore[operator]
    assert [secret for secret in read if "${" in secret] == []
    assert any(read) or agent == "sources"
