"""Compares plain data with msgspec's description of a type, and finds every flaw, where msgspec stops at the first."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from msgspec import NODEFAULT, inspect

from streams.settings.kinds import Secret
from streams.settings.problems import Flaw, Path, listed, shown_key, suggestion

_SCALARS: Final[dict[type, str]] = {
    inspect.StrType: "text",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.NoneType: "nothing",
    inspect.StructType: "a table",
    inspect.DictType: "a table",
    inspect.CustomType: "text",
}
_VALUES: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "a table"),
    ((datetime, date, time), "a date or time"),
)


def unwrapped(kind: inspect.Type) -> inspect.Type:
    """A type without its annotations, and without the `None` that only says it may be left out."""
    if isinstance(kind, inspect.Metadata):
        return unwrapped(kind.type)
    if isinstance(kind, inspect.UnionType):
        rest = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        if len(rest) == 1:
            return unwrapped(rest[0])
    return kind


def described(kind: inspect.Type) -> str:
    """A type in words: `a whole number`, `a list of text`."""
    kind = unwrapped(kind)
    if isinstance(kind, inspect.LiteralType):
        return listed(sorted(kind.values, key=str))
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        inner = unwrapped(kind.item_type)
        return "a list of tables" if structs(inner) else f"a list of {described(inner)}"
    if structs(kind):
        return "a table"
    if isinstance(kind, inspect.UnionType):
        return " or ".join(described(each) for each in kind.types)
    return _SCALARS.get(type(kind), "a value")


def structs(kind: inspect.Type) -> tuple[inspect.StructType, ...]:
    """The struct, or the tagged structs of a union; empty for anything else."""
    kind = unwrapped(kind)
    if isinstance(kind, inspect.StructType):
        return (kind,)
    if isinstance(kind, inspect.UnionType):
        members = tuple(each for each in kind.types if isinstance(each, inspect.StructType))
        return members if len(members) == len(kind.types) else ()
    return ()


def flaws(kind: inspect.Type, value: object, path: Path = ()) -> Iterator[Flaw]:
    """Every way in which `value` is not a `kind`, in the order of the data."""
    kind = unwrapped(kind)
    if members := structs(kind):
        yield from _struct(members, value, path)
    elif isinstance(kind, inspect.DictType):
        yield from _dict(kind, value, path)
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        yield from _list(kind, value, path)
    elif isinstance(kind, inspect.LiteralType):
        yield from _literal(kind, value, path)
    elif isinstance(kind, inspect.UnionType):
        if not any(next(flaws(each, value, path), None) is None for each in kind.types):
            yield _mismatch(kind, value, path)
    elif not _fits(kind, value):
        yield _mismatch(kind, value, path)
    else:
        yield from _limits(kind, value, path)


def _mismatch(kind: inspect.Type, value: object, path: Path) -> Flaw:
    actual = next((words for types, words in _VALUES if isinstance(value, types)), "something else")
    remedy = ""
    if isinstance(value, float) and isinstance(kind, inspect.IntType):
        actual = "one with a fraction"
    if isinstance(value, str) and isinstance(kind, inspect.IntType | inspect.FloatType | inspect.BoolType):
        remedy = "write it without quotes"
    elif isinstance(kind, inspect.StrType | inspect.CustomType) and isinstance(value, int | float | date | time):
        remedy = "put it in quotes"
    elif isinstance(kind, inspect.VarTupleType) and not isinstance(value, list | dict):
        remedy = "put it in brackets: [ … ]"
    return Flaw(path, f"must be {described(kind)}, not {actual}", remedy)


def _fits(kind: inspect.Type, value: object) -> bool:
    match kind:
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.CustomType() if kind.cls is Secret:
            return isinstance(value, str)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool)
    return False


def _limits(kind: inspect.Type, value: Any, path: Path) -> Iterator[Flaw]:
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        if not _finite(value):
            yield Flaw(path, "must be a finite number of usual size")
        elif wrong := _range(kind, value):
            yield Flaw(path, f"must be {wrong}, not {value}")
    elif isinstance(kind, inspect.StrType):
        if not value.isprintable() and any(0xD800 <= ord(char) <= 0xDFFF for char in value):
            yield Flaw(path, "is not valid UTF-8 text")
        elif kind.pattern is not None and re.search(kind.pattern, value) is None:
            yield Flaw(path, f"has characters that are not allowed here; it must match {kind.pattern}")
        else:
            yield from _length(kind.min_length, kind.max_length, len(value), "characters", path)


def _finite(value: int | float) -> bool:
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 2**63


def _range(kind: inspect.IntType | inspect.FloatType, value: int | float) -> str | None:
    """What the number must be, or None where it is."""
    low, high = kind.ge, kind.le
    if low is not None and high is not None:
        return None if low <= value <= high else f"from {low} to {high}"
    if low is not None and value < low:
        return f"at least {low}"
    if high is not None and value > high:
        return f"at most {high}"
    if kind.gt is not None and value <= kind.gt:
        return f"more than {kind.gt}"
    if kind.lt is not None and value >= kind.lt:
        return f"less than {kind.lt}"
    return None


def _length(least: int | None, most: int | None, length: int, unit: str, path: Path) -> Iterator[Flaw]:
    if least is not None and length < least:
        yield Flaw(path, "is empty" if length == 0 else f"must have at least {least} {unit}")
    elif most is not None and length > most:
        yield Flaw(path, f"must have at most {most} {unit}, not {length}")


def _literal(kind: inspect.LiteralType, value: object, path: Path) -> Iterator[Flaw]:
    if any(value == each and type(value) is type(each) for each in kind.values):
        return
    choices = [str(each) for each in kind.values]
    meant = suggestion(value, choices) if isinstance(value, str) else None
    remedy = f'did you mean "{meant}"?' if meant else ""
    yield Flaw(path, f"must be {described(kind)}", remedy)


def _list(kind: inspect.VarTupleType | inspect.ListType, value: object, path: Path) -> Iterator[Flaw]:
    if not isinstance(value, list):
        remedy = ""
        if structs(kind.item_type) and isinstance(value, dict) and path:
            remedy = f"write [[{path[-1]}]] with two brackets"
        flaw = _mismatch(kind, value, path)
        yield Flaw(path, flaw.message, remedy or flaw.remedy)
        return
    yield from _length(kind.min_length, kind.max_length, len(value), "entries", path)
    for index, item in enumerate(value):
        yield from flaws(kind.item_type, item, (*path, index))


def _dict(kind: inspect.DictType, value: object, path: Path) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield _mismatch(kind, value, path)
        return
    for key, item in value.items():
        yield from flaws(kind.value_type, item, (*path, key))


def _struct(members: tuple[inspect.StructType, ...], value: object, path: Path) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield _mismatch(members[0], value, path)
        return
    if len(members) == 1 and members[0].tag is None:
        yield from _fields(members[0], value, path)
        return
    tag_field = str(members[0].tag_field)
    by_tag = {str(member.tag): member for member in members}
    tag = value.get(tag_field)
    if isinstance(tag, str) and tag in by_tag:
        yield from _fields(by_tag[tag], value, path)
        return
    if tag_field not in value:
        yield Flaw((*path, tag_field), "is missing", f"it must be {listed(by_tag)}")
        return
    meant = suggestion(tag, by_tag) if isinstance(tag, str) else None
    yield Flaw((*path, tag_field), f"must be {listed(by_tag)}", f'did you mean "{meant}"?' if meant else "")


def _fields(kind: inspect.StructType, value: Mapping[str, object], path: Path) -> Iterator[Flaw]:
    fields = {field.encode_name: field for field in kind.fields}
    excused: set[str] = set()
    for key, item in value.items():
        if key in fields:
            yield from _field(fields[key], item, (*path, key))
        elif key != kind.tag_field:
            meant = suggestion(key, [name for name in fields if name not in value] or fields)
            excused.add(meant or "")
            yield Flaw((*path, key), "is not a known key", _instead(meant, fields))
    for name, field in fields.items():
        if field.required and name not in value and name not in excused:
            yield Flaw((*path, name), "is missing", f"it must be {described(field.type)}")


def _field(field: inspect.Field, item: object, path: Path) -> Iterator[Flaw]:
    yield from flaws(field.type, item, path)
    secret = isinstance(unwrapped(field.type), inspect.CustomType)
    if secret and field.required and field.default is NODEFAULT and item == "":
        yield Flaw(path, "is empty")


def _instead(meant: str | None, fields: Mapping[str, inspect.Field]) -> str:
    if meant is not None:
        return f"did you mean {shown_key(meant)}?"
    return f"known here: {', '.join(fields)}"
