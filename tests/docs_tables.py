"""Makes the tables of `docs/` from the code: `python -m tests.docs_tables` writes them, `test_docs.py` compares.

The words for each setting are the comments of `deploy/settings.example.toml`, where a line that begins with `# ` is
prose, and a line that begins with `#` alone is a setting that is switched off.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import NODEFAULT, inspect

from streams.settings.file import parse
from streams.settings.kinds import Secret
from streams.settings.problems import SettingsError
from streams.settings.schema import Settings
from streams.settings.spared import spared_by
from streams.settings.types import described, structs, unwrapped

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLE: Final = ROOT / "deploy" / "settings.example.toml"
_HEADER: Final = re.compile(r"\[+([.\w]+)\]+")
_KEY: Final = re.compile(r"(\w+) = ")
_TYPE: Final = re.compile(r'type = "([\w-]+)"')

Key = tuple[str, str, str]
"""Table, type (or nothing) and key."""


def uncommented(text: str) -> str:
    """The example with every switched-off setting switched on."""
    return re.sub(r"^#(?=[^# \n])", "", text, flags=re.MULTILINE)


def asked_for(text: str, *agents: str) -> set[str]:
    """The variables that these agents ask for where settings are read and none is set."""
    try:
        parse(text, "settings", {}, spared_by(agents))
    except SettingsError as error:
        return set(re.findall(r"needs the variable (\w+)", str(error)))
    return set()


def example_words(text: str) -> dict[Key, str]:
    """The prose above each key of the example."""
    words: dict[Key, str] = {}
    prose: list[str] = []
    table = kind = ""
    nested = {name for (name, _, _), _ in setting_keys() if "." in name}
    for line in uncommented(text).splitlines():
        if line.startswith("#"):
            prose.append(line.removeprefix("#").strip())
            continue
        if header := _HEADER.match(line):
            names = header[1].split(".")
            deep = f"{names[0]}.{names[-1]}"
            table, kind = deep if deep in nested else names[0], ""
        elif key := _KEY.match(line):
            named = _TYPE.match(line)
            kind = named[1] if named and table in ("channels", "sources") else kind
            words[(table, kind, key[1])] = " ".join(prose)
        prose = []
    return words


def setting_keys() -> Iterator[tuple[Key, inspect.Field | None]]:
    """Every key that the types know; the field is None for a `type`."""
    root = inspect.type_info(Settings)
    assert isinstance(root, inspect.StructType)
    for field in root.fields:
        inner = unwrapped(field.type)
        item = getattr(inner, "item_type", None) or getattr(inner, "value_type", None) or inner
        members = structs(item)
        if not members:
            yield ("", "", field.name), field
        for member in members:
            tag = str(member.tag or "")
            if tag:
                yield (field.name, tag, "type"), None
            for each in member.fields:
                rows = structs(getattr(unwrapped(each.type), "item_type", each.type))
                if not rows:
                    yield (field.name, tag, each.name), each
                for row in rows:
                    yield from (((f"{field.name}.{each.name}", "", deep.name), deep) for deep in row.fields)


def settings_table() -> str:
    """All settings, in the order of the types."""
    words = example_words(EXAMPLE.read_text(encoding="utf-8"))
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for (table, kind, name), field in setting_keys():
        key = _shown(table, kind, name)
        meaning = words[(table, kind, name)].replace(" No default.", "")
        if field is None:
            lines.append(f'| `{key}` | `"{kind}"` | required | {meaning} |')
        else:
            lines.append(f"| `{key}` | {_type(field.type)} | {_default(field)} | {_cell(meaning)} |")
    return "\n".join(lines)


def _shown(table: str, kind: str, name: str) -> str:
    if table == "brands":
        return f"[[brands]] {name}"
    if table == "sources":
        return f"[[sources]] {kind}: {name}"
    if table == "channels":
        return f"[channels.…] {kind}: {name}"
    if "." in table:
        return f"[[{table.replace('.', '.….', 1)}]] {name}"
    return f"[{table}] {name}" if table else name


def _type(kind: inspect.Type) -> str:
    inner = unwrapped(kind)
    if isinstance(inner, inspect.CustomType):
        return "secret text"
    words = described(kind)
    if isinstance(inner, inspect.IntType | inspect.FloatType):
        low, high = inner.ge, inner.le
        if low is not None and high is not None:
            words += f", {low} to {high}"
        elif low is not None:
            words += f", at least {low}"
        elif inner.gt is not None:
            words += f", more than {inner.gt}"
    return words


def _default(field: inspect.Field) -> str:
    if field.required:
        return "required"
    value: Any = field.default if field.default is not NODEFAULT else field.default_factory()
    if value is None or isinstance(value, Secret) or value in ("", ()):
        return "none"
    if isinstance(value, str):
        return f'`"{value}"`'
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def metrics_table() -> str:
    """Every metric of `streams/metrics.py`, in its order."""
    lines = ["| metric | type | labels | meaning |", "|---|---|---|---|"]
    for name, kind, labels, meaning in metrics():
        shown = ", ".join(f"`{label}`" for label in labels) or "none"
        lines.append(f"| `{name}` | {kind} | {shown} | {_cell(meaning)} |")
    return "\n".join(lines)


def metrics() -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Name as Prometheus sees it, type, labels, help."""
    from prometheus_client.metrics import MetricWrapperBase

    from streams import metrics as module

    for metric in vars(module).values():
        if isinstance(metric, MetricWrapperBase):
            family = metric.describe()[0]
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield name, family.type, tuple(metric._labelnames), family.documentation


def between(text: str, name: str) -> str:
    """What stands between the two marks of a table."""
    return _parts(text, name)[1]


def _parts(text: str, name: str) -> tuple[str, str, str]:
    begin, end = f"<!-- {name}: made by tests/docs_tables.py -->\n", f"\n<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    table, _, after = rest.partition(end)
    return before + begin, table, end + after


TABLES: Final = {"settings": settings_table, "metrics": metrics_table}


def main() -> None:
    for name, table in TABLES.items():
        page = ROOT / "docs" / f"{name}.md"
        text = page.read_text(encoding="utf-8")
        before, _, after = _parts(text, name)
        page.write_text(before + table() + after, encoding="utf-8")


if __name__ == "__main__":
    main()
