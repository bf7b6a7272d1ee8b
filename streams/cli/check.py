"""`tocsin check`: is the settings file right, and would it do what it says?"""

import json
import os
import sys
from pathlib import Path

import click

from models.clock import SystemClock
from streams.settings import Settings
from streams.settings_file import load
from streams.settings_lint import lint
from streams.settings_problems import Level, Problem, Remark, SettingsError


@click.command("check")
@click.argument("file", default="tocsin.toml", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object in place of text.")
def command(file: Path, as_json: bool) -> None:
    """Check the settings in FILE (tocsin.toml): all mistakes at once, and what would never be told.

    Exit code 0: the settings are good, warnings may be shown; 2: they are not.
    """
    try:
        settings = load(file, os.environ)
    except SettingsError as error:
        errors, warnings, summary = list(error.problems), [], ""
    else:
        remarks = lint(settings, now=SystemClock().now())
        errors = _problems(remarks, Level.ERROR, file)
        warnings = _problems(remarks, Level.WARNING, file)
        summary = _summary(settings)
    if as_json:
        click.echo(_json(errors, warnings, summary))
    else:
        _show(errors, warnings, summary)
    sys.exit(2 if errors else 0)


def _problems(remarks: list[Remark], level: Level, file: Path) -> list[Problem]:
    return [remark.problem(str(file)) for remark in remarks if remark.level is level]


def _summary(settings: Settings) -> str:
    return ", ".join(
        [
            _counted(len(settings.brands), "brand"),
            _counted(len(settings.channels), "channel"),
            _counted(len(settings.sources), "source"),
        ]
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _show(errors: list[Problem], warnings: list[Problem], summary: str) -> None:
    for problem in errors:
        click.echo(f"error: {problem}", err=True)
    for problem in warnings:
        click.echo(f"warning: {problem}", err=True)
    if errors:
        click.echo(f"{_counted(len(errors), 'mistake')}: the settings are not usable", err=True)
    else:
        also = f" ({_counted(len(warnings), 'warning')})" if warnings else ""
        click.echo(f"{summary}: settings are good{also}")


def _json(errors: list[Problem], warnings: list[Problem], summary: str) -> str:
    def plain(problem: Problem) -> dict[str, str]:
        return {"file": problem.file, "key": problem.key, "message": problem.message, "remedy": problem.remedy}

    result = {
        "ok": not errors,
        "summary": summary,
        "errors": [plain(problem) for problem in errors],
        "warnings": [plain(problem) for problem in warnings],
    }
    return json.dumps(result, ensure_ascii=False)
