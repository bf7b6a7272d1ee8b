"""`tocsin check`: is the settings file right, and would it do what it says?"""

import json
import os
import sys
from pathlib import Path

import click

from models.clock import SystemClock
from streams.settings.file import load
from streams.settings.lint import lint
from streams.settings.problems import Level, Problem, Remark, SettingsError
from streams.settings.schema import Settings


@click.command("check")
@click.argument("file", default="tocsin.toml", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object in place of text.")
def command(file: Path, as_json: bool) -> None:
    """Check the settings in FILE (tocsin.toml): all mistakes at once, and what would never be told.

    Exit code 0: the settings are good, warnings may be shown; 2: they are not.
    """
    settings, errors = _read(file)
    warnings, summary = [], ""
    if settings is not None:
        known = {problem.key for problem in errors}
        remarks = [each for each in lint(settings, now=SystemClock().now()) if not _follows(each, known)]
        errors += _problems(remarks, Level.ERROR, file)
        warnings = _problems(remarks, Level.WARNING, file)
        summary = "" if errors else _summary(settings)
    if as_json:
        click.echo(_json(errors, warnings, summary))
    else:
        _show(errors, warnings, summary)
    sys.exit(2 if errors else 0)


def _read(file: Path) -> tuple[Settings | None, list[Problem]]:
    """The settings as far as they can be read, and what is wrong with them.

    Whoever writes settings need not have their secrets: where only variables are missing, the rest is looked at too.
    """
    try:
        return load(file, os.environ), []
    except SettingsError as error:
        problems = list(error.problems)
    try:
        return load(file, os.environ, spared=Settings.__struct_fields__), problems
    except SettingsError:
        return None, problems


def _follows(remark: Remark, known: set[str]) -> bool:
    """Whether a remark is about a text whose variable is missing: that has been said."""
    return remark.key in known or "${" in remark.message


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
