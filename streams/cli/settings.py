"""Settings for commands: loaded and checked, mistakes told to the user, `--broker` applied."""

import os
from collections.abc import Collection
from pathlib import Path

import click
import msgspec

from streams.cli.lines import WrongCall
from streams.settings.kinds import are_addresses
from streams.settings.schema import Settings

WRONG_SETTINGS = 2


def load_settings(path: Path, *, broker: str | None = None, spared: Collection[str] = ()) -> Settings:
    """The settings of a file, with another broker where one is given; ends the program with exit code 2 on mistakes.

    In the parts that are `spared` a variable that is not set is no mistake.
    """
    from streams.people import unreadable
    from streams.settings.file import load
    from streams.settings.problems import Problem, SettingsError

    try:
        settings = load(path, os.environ, spared=spared)
        if flaws := tuple(Problem(str(path), key, message) for key, message in unreadable(settings)):
            raise SettingsError(flaws)
    except SettingsError as error:
        click.echo(str(error), err=True)
        raise SystemExit(WRONG_SETTINGS) from error
    if broker is None:
        return settings
    return msgspec.structs.replace(settings, kafka=msgspec.structs.replace(settings.kafka, broker=named_broker(broker)))


def refuse_meaningless(settings: Settings, path: Path) -> None:
    """Ends the program where an agent would fail, or call nobody, for what the settings say: a crisis is no time to
    find that out.
    """
    from streams.settings.lint import meaningless

    found = meaningless(settings)
    for remark in found:
        click.echo(str(remark.problem(str(path))), err=True)
    if found:
        raise SystemExit(WRONG_SETTINGS)


def named_broker(broker: str) -> str:
    """What `--broker` says, which ends the program where it is no address."""
    if broker != "embedded" and not are_addresses(broker):
        raise WrongCall(f"--broker: {broker!r} is not HOST:PORT, or several with commas between (such as kafka-1:9092)")
    return broker
