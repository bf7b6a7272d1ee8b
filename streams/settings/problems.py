"""What is wrong with a settings file, said so that a person can mend it; values may be secrets and are not shown."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Path = tuple[str | int, ...]
"""Where a value stands: names of keys, and positions in lists."""

_BARE: Final = re.compile(r"[\w-]+")
_LONGEST_KEY: Final = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the file (or `environment`), the key's path, what is wrong, and what to do about it.

    >>> str(Problem("tocsin.toml", "kafka.partitions", "must be a whole number, not text", "leave out the quotes"))
    'tocsin.toml: kafka.partitions: must be a whole number, not text (leave out the quotes)'
    """

    file: str
    key: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.message}" + (f" ({self.remedy})" if self.remedy else "")


class Level(StrEnum):
    """An error stops `tocsin check`; a warning is only said."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found in settings that can be read: how bad, where, what, and what to do."""

    level: Level
    key: str
    message: str
    remedy: str = ""

    def problem(self, file: str) -> Problem:
        return Problem(file, self.key, self.message, self.remedy)


def error(key: str, message: str, remedy: str = "") -> Remark:
    return Remark(Level.ERROR, key, message, remedy)


def warning(key: str, message: str, remedy: str = "") -> Remark:
    return Remark(Level.WARNING, key, message, remedy)


class SettingsError(Exception):
    """Everything that is wrong with the settings, at once; its text has one line per problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Flaw:
    """A problem before it is known which file or variable the value came from."""

    path: Path
    message: str
    remedy: str = ""


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant.

    >>> suggestion("brokr", ["broker", "prefix"])
    'broker'
    """
    close = difflib.get_close_matches(word, list(known), n=1)
    return close[0] if close else None


def listed(words: Iterable[object]) -> str:
    """
    >>> listed(["fr", "en"])
    '"fr" or "en"'
    """
    quoted = [json.dumps(str(word)) for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def shown_key(key: str) -> str:
    """A key as TOML writes it, on one line whatever it holds.

    >>> shown_key("ca_file"), shown_key("a b")
    ('ca_file', '"a b"')
    """
    short = key if len(key) <= _LONGEST_KEY else key[:_LONGEST_KEY] + "…"
    return short if _BARE.fullmatch(short) else json.dumps(short)


def dotted(path: Path, data: object) -> str:
    """A path for people: items of a list are called by their name in `data` where they have one of their own.

    >>> dotted(("brands", 0, "query"), {"brands": [{"name": "acme"}]})
    'brands[acme].query'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{_item_name(data, part)}]"
        else:
            text += f".{shown_key(part)}" if text else shown_key(part)
        data = _inside(data, part)
    return text


def _inside(data: object, part: str | int) -> object:
    if isinstance(data, Mapping):
        return data.get(part)
    if isinstance(data, Sequence) and not isinstance(data, str) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _item_name(data: object, index: int) -> str:
    items = data if isinstance(data, list) else []
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    name = names[index] if index < len(names) else None
    if isinstance(name, str) and name and names.count(name) == 1:
        return shown_key(name)
    return str(index)
