"""Docs are compared with the code: tables, and every command that a page names."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from streams.agents import AGENTS
from streams.main import COMMANDS
from tests.docs_tables import ROOT, TABLES, between

PAGES = sorted(
    path for path in (ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")) if path.exists()
)
_GLOBAL = {"--help", "-h", "--version"}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_those_of_the_code(name: str) -> None:
    """The table in the page is the one the code makes; `python -m tests.docs_tables` writes it anew."""
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert between(page, name) == TABLES[name](), "run: python -m tests.docs_tables"


def calls(text: str) -> Iterator[list[str]]:
    """The words of every call of `tocsin` in a page's code: inline, or a line of a block."""
    blocks = re.findall(r"```[^\n]*\n(.*?)```", text, flags=re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for code in [*inline, *(line for block in blocks for line in block.splitlines())]:
        call = re.match(r"\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\S*/bin/)?tocsin ([^|&;#]*)", code)
        if call is not None:
            yield call[1].split()


def test_calls_are_found() -> None:
    """Inline code, prompts and paths of a virtual environment are all read as calls; prose is not."""
    page = "Use `tocsin check --json`; tocsin rings.\n```console\n$ A=1 .venv/bin/tocsin run spikes | cat\n```\n"
    assert list(calls(page)) == [["check", "--json"], ["run", "spikes"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_in_pages_exist(page: Path) -> None:
    """Every `tocsin …` that a page shows is a command, with options that it has."""
    for words in calls(page.read_text(encoding="utf-8")):
        if not words or words[0] in _GLOBAL or not re.fullmatch(r"[a-z]+", words[0]):
            continue
        assert words[0] in COMMANDS, f"{page.name}: tocsin {' '.join(words)}"
        known = options(words[0])
        if known is not None:
            given = {re.split(r"[=\]]", word.strip("[]"))[0] for word in words[1:] if word.lstrip("[").startswith("-")}
            assert given <= known | _GLOBAL | {"-"}, f"{page.name}: tocsin {' '.join(words)}"


@pytest.mark.parametrize("page", ["running", "metrics"])
def test_the_agents_are_named_in_their_order(page: str) -> None:
    """Each has the port after the one before it: a page that leaves one out sends people to the wrong ones."""
    text = " ".join((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8").split())
    named = text.replace("` on `port`, then `", "`, `")
    assert ", ".join(f"`{agent}`" for agent in AGENTS) in named


def options(name: str) -> set[str] | None:
    """The options of a command; None where its module is not installed."""
    try:
        module = importlib.import_module(COMMANDS[name])
    except ImportError:
        return None
    command: click.Command = module.command
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
