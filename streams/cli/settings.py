"""Settings for commands: loaded and checked, mistakes told to the user, `--broker` applied."""

import os
from pathlib import Path

import click
import msgspec

from streams.settings import Settings

WRONG_SETTINGS = 2


def load_settings(path: Path, *, broker: str | None = None) -> Settings:
    """The settings of a file, with another broker where one is given; ends the program with exit code 2 on mistakes."""
    from streams.people import unreadable
    from streams.settings_file import load
    from streams.settings_problems import Problem, SettingsError

    try:
        settings = load(path, os.environ)
        if flaws := tuple(Problem(str(path), key, message) for key, message in unreadable(settings)):
            raise SettingsError(flaws)
    except SettingsError as error:
        click.echo(str(error), err=True)
        raise SystemExit(WRONG_SETTINGS) from error
    if broker is None:
        return settings
    return msgspec.structs.replace(settings, kafka=msgspec.structs.replace(settings.kafka, broker=broker))
