"""Reads `tocsin.toml`: all mistakes at once, each with its key and a remedy, and never with a value that may be secret.

Texts may hold `${NAME}`; any key can be set by a variable such as `TOCSIN_KAFKA__BROKER` (see `docs/settings.md`).
"""

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from streams.settings.env import Overrides, expanded, instead_of_a_reference, override
from streams.settings.kinds import Secret
from streams.settings.problems import Flaw, Problem, SettingsError, dotted
from streams.settings.schema import Settings
from streams.settings.types import flaws

__all__ = ["SettingsError", "load", "parse"]


def load(path: Path, environ: Mapping[str, str] = os.environ, *, spared: Collection[str] = ()) -> Settings:
    """The settings in a file; raises `SettingsError`, also where the file cannot be read.

    In the parts that are `spared` (see `settings/spared.py`), a variable that is not set is no mistake: `${NAME}` stays
    as it is.
    """
    name = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _refused(name, "there is no such file", "deploy/settings.example.toml shows every key") from None
    except IsADirectoryError:
        raise _refused(name, "is a folder, not a file", "name the file in it") from None
    except UnicodeDecodeError as error:
        raise _refused(name, f"is not UTF-8 text, from byte {error.start} on", "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _refused(name, f"cannot be read: {reason or type(error).__name__}") from None
    return parse(text, name, environ, spared)


def parse(text: str, name: str, environ: Mapping[str, str], spared: Collection[str] = ()) -> Settings:
    """The settings in a TOML text; `name` is what errors call it. Raises `SettingsError` and nothing else."""
    try:
        return _parse(text, name, environ, spared)
    except RecursionError:
        raise _refused(name, "is nested too deeply") from None


def _parse(text: str, name: str, environ: Mapping[str, str], spared: Collection[str]) -> Settings:
    raw = _toml(text, name)
    root = inspect.type_info(Settings)
    unset: list[Flaw] = []
    data = expanded(raw, environ, unset, spared)
    overrides = override(data, root, environ)
    # What a variable replaces needs no other variable any more.
    unset = [flaw for flaw in unset if overrides.variable(flaw.path) is None]
    found = [*overrides.problems, *_problems([*unset, *flaws(root, data)], name, raw, overrides)]
    if found:
        raise SettingsError(tuple(found))
    return _convert(data, name)


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and integers of more digits than Python reads
        raise _syntax_error(str(error), text, name) from None


def _syntax_error(message: str, text: str, name: str) -> SettingsError:
    """Says where and what, without the word that is wrong: it may be a secret that lacks its quotes."""
    at = re.search(r"\(at line (\d+), column (\d+)\)", message)
    if at is not None:
        where = f"line {at[1]}, column {at[2]}"
    elif "end of document" in message:
        where = f"line {text.count(chr(10)) + 1}"
    else:
        return _refused(name, "is not TOML: a number has too many digits")
    what = re.sub(r"['\"`].*['\"`]", "…", message.partition(" (at ")[0])
    return SettingsError((Problem(name, where, f"is not TOML: {what}", "texts stand in quotes"),))


def _problems(found: Iterable[Flaw], name: str, raw: object, overrides: Overrides) -> Iterator[Problem]:
    """One problem per key, the first: an unset variable is not also an empty text."""
    seen = set()
    for flaw in found:
        if flaw.path in seen:
            continue
        seen.add(flaw.path)
        variable = overrides.variables.get(flaw.path)
        if variable is not None:
            remedy = "" if "quotes" in flaw.remedy else flaw.remedy
            yield Problem("environment", variable, flaw.message, remedy)
        else:
            remedy = instead_of_a_reference(flaw.path) if _is_reference(raw, flaw) else flaw.remedy
            yield Problem(name, dotted(flaw.path, raw), flaw.message, remedy)


def _is_reference(raw: Any, flaw: Flaw) -> bool:
    """Whether a text that should stand without quotes is one for the sake of a `${NAME}` in it."""
    for key in flaw.path:
        entries = dict(enumerate(raw)) if isinstance(raw, list) else raw
        raw = entries.get(key) if isinstance(entries, dict) else None
    return "without quotes" in flaw.remedy and isinstance(raw, str) and "${" in raw


def _convert(data: dict[str, Any], name: str) -> Settings:
    try:
        return msgspec.convert(data, Settings, dec_hook=_secret)
    except msgspec.ValidationError:  # a rule that msgspec has and `flaws` does not know: say less, but say it
        raise _refused(name, "does not fit the settings' types") from None


def _secret(kind: type, value: Any) -> Any:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise NotImplementedError(f"settings of type {kind.__name__}")


def _refused(name: str, message: str, remedy: str = "") -> SettingsError:
    return SettingsError((Problem(name, "", message, remedy),))
