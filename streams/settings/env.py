"""What the environment adds to a settings file: `${NAME}` inside its texts, `TOCSIN_TABLE__KEY` in place of keys."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec import inspect

from streams.settings.problems import Flaw, Path, Problem, shown_key, suggestion
from streams.settings.spared import is_spared
from streams.settings.types import structs, unwrapped

PREFIX: Final = "TOCSIN_"
_REFERENCE: Final = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{")


def expanded(
    value: Any, environ: Mapping[str, str], found: list[Flaw], spared: Collection[str] = (), path: Path = ()
) -> Any:
    """A copy of `value` in which `${NAME}` is replaced, and `$${` stands for `${`; what fails is added to `found`.

    In the parts that are `spared`, a variable that is not set is no mistake: `${NAME}` stays as it is.
    """
    if isinstance(value, dict):
        return {key: expanded(item, environ, found, spared, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [expanded(item, environ, found, spared, (*path, index)) for index, item in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if match[0] == "$${":
            return "${"
        if name is None:
            found.append(Flaw(path, "has a ${ without a variable's name", "write ${NAME}, or $${ for the signs"))
            return ""
        if name not in environ and is_spared(path, spared):
            return match[0]
        if name not in environ:
            found.append(Flaw(path, f"needs the variable {name}, which is not set", f"export {name}=…"))
            return ""
        return environ[name]

    return _REFERENCE.sub(replace, value)


def instead_of_a_reference(path: Path) -> str:
    """What to do where `${NAME}` stands for something else than text."""
    variable = _joined(_variable(str(key)) for key in path)
    return f"${{…}} stands in texts only: leave the key out, and set {variable}"


@dataclass(slots=True)
class Overrides:
    """What was overridden: the variable behind each path, and the variables that name nothing."""

    variables: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def variable(self, path: Path) -> str | None:
        """The variable that set the value at `path`, or what it stands in."""
        return next((self.variables[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.variables), None)


def override(data: dict[str, Any], root: inspect.Type, environ: Mapping[str, str]) -> Overrides:
    """Puts the values of `TOCSIN_…` variables into `data`, in place."""
    done = Overrides()
    for name in sorted(each for each in environ if each.startswith(PREFIX)):
        try:
            path = _assign(data, root, name.removeprefix(PREFIX).split("__"), environ[name])
        except LookupError as error:
            remedy = str(error.args[0]) if error.args else ""
            done.problems.append(Problem("environment", shown_key(name), "names no key of the settings", remedy))
        else:
            done.variables[path] = name
    return done


def _assign(data: dict[str, Any], root: inspect.Type, parts: list[str], raw: str) -> Path:
    """Walks types and data together to the value that `parts` name, and sets it. Raises LookupError with a remedy."""
    holder: Any = data
    kind = root
    path: Path = ()
    for depth, part in enumerate(parts):
        key, kind = _enter(kind, holder, part, parts[:depth])
        path = (*path, key)
        missing: Any = [] if isinstance(unwrapped(kind), inspect.VarTupleType) else {}
        holder = holder.get(key, missing) if isinstance(holder, dict) else holder[key]
    _put(data, path, _read(kind, raw))
    return path


def _put(data: Any, path: Path, value: Any) -> None:
    """Tables that are missing on the way are made; entries of lists are there, or the walk would have failed."""
    for key in path[:-1]:
        data = data.setdefault(key, {}) if isinstance(data, dict) else data[key]
    data[path[-1]] = value


def _enter(kind: inspect.Type, holder: Any, part: str, before: list[str]) -> tuple[str | int, inspect.Type]:
    """The key that `part` means inside `holder`, and the type that stands there."""
    kind = unwrapped(kind)
    if members := structs(kind):
        return _field(members, holder, part, before)
    if isinstance(kind, inspect.DictType) and isinstance(holder, dict):
        return next((key for key in holder if _variable(key) == part), part.lower()), kind.value_type
    if isinstance(kind, inspect.VarTupleType) and isinstance(holder, list):
        return _index(holder, part), kind.item_type
    raise LookupError(f"{_joined(before)} has no keys of its own")


def _field(
    members: tuple[inspect.StructType, ...], holder: Any, part: str, before: list[str]
) -> tuple[str, inspect.Type]:
    if not isinstance(holder, dict):
        raise LookupError(f"{_joined(before)} is not a table in the file")
    tag_field = members[0].tag_field
    if tag_field is not None and part == _variable(tag_field):
        return tag_field, inspect.StrType()
    chosen = [m for m in members if len(members) == 1 or m.tag == holder.get(tag_field)] or members
    fields = {_variable(f.encode_name): f for m in chosen for f in m.fields}
    if part in fields:
        return fields[part].encode_name, fields[part].type
    meant = suggestion(part, fields)
    raise LookupError(f"did you mean {_joined([*before, meant])}?" if meant else "see docs/settings.md for the names")


def _index(items: list[Any], part: str) -> int:
    if part.isascii() and part.isdigit() and int(part[:9]) < len(items):
        return int(part[:9])
    for index, item in enumerate(items):
        if isinstance(item, dict) and isinstance(item.get("name"), str) and _variable(item["name"]) == part:
            return index
    raise LookupError("the file has no entry of this name or position")


def _read(kind: inspect.Type, raw: str) -> Any:
    """Text where text is wanted, else a TOML value; what is neither stays text, and is found to be of a wrong type."""
    if isinstance(unwrapped(kind), inspect.StrType | inspect.CustomType | inspect.LiteralType):
        return raw
    try:
        parsed = tomllib.loads(f"value = {raw}")
    except (ValueError, RecursionError):
        return raw
    return parsed["value"] if parsed.keys() == {"value"} else raw


def _variable(key: str) -> str:
    """How a key is written in a variable's name.

    >>> _variable("crisis-team")
    'CRISIS_TEAM'
    """
    return re.sub(r"[^A-Za-z0-9]", "_", key).upper()


def _joined(parts: Iterable[str]) -> str:
    return PREFIX + "__".join(parts)
