"""Templates of the operator's, in Jinja2's sandbox and within bounds: what posts say stays data, and work stays small.

The sandbox keeps templates from our objects. Bounds keep them from our time and memory without a clock: loops are at
most three deep over short lists, nothing is recursive, and whatever can grow a text is limited. See
https://jinja.palletsprojects.com/en/stable/sandbox/.
"""

from collections.abc import Callable, Mapping, Sized
from functools import wraps
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

SOURCE_LIMIT: Final = 64_000
OUTPUT_LIMIT: Final = 100_000
TEXT_LIMIT: Final = 20_000
"""Of one value within a template."""

NESTED: Final = 3
LOOPS: Final = 40
LONGEST_LOOP: Final = 100
ARGUMENT: Final = 500
"""Characters of what a filter puts between or in place of others."""

# fmt: off
_FILTERS: Final = (
    "abs", "capitalize", "d", "default", "e", "escape", "first", "float", "int", "join", "last", "length", "list",
    "lower", "map", "reject", "rejectattr", "replace", "round", "select", "selectattr", "sort", "string", "title",
    "trim", "truncate", "unique", "upper", "wordcount", "wordwrap",
)
"""Without `safe`, `urlize` and `xmlattr`, by which a post's text would become markup or a link."""
# fmt: on
_METHODS: Final = {"upper", "lower", "title", "capitalize", "strip", "split", "startswith", "endswith"}
_FORBIDDEN: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.AssignBlock: "{% set %} without =",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.ScopedEvalContextModifier: "{% autoescape %}",
}


_LOOPED: Final = "tocsin loop"
"""A filter that no template can name: every loop goes through it."""


class Broken(Exception):
    """A template that cannot be used: one line that says why, with the line number where it is known."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Knows few filters, short ranges, and no way to long texts."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        for each in (left, right):
            if operator != "+" and not isinstance(each, int | float):
                raise SecurityError(f"“{operator}” works on numbers only")
        if operator == "**":
            raise SecurityError("there is no “**”")
        return _bounded(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> None:
        """`str.format` is no safe attribute: `"{:999999999}"` alone would fill the memory."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        allowed = attr in _METHODS if isinstance(obj, str) else True
        return allowed and super().is_safe_attribute(obj, attr, value)


def _bounded(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and len(value) > TEXT_LIMIT:
        raise SecurityError(f"a value grew to more than {TEXT_LIMIT} characters or entries")
    if isinstance(value, int) and value.bit_length() > 128:
        raise SecurityError("a number grew out of all bounds")
    return value


def _filter(plain: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(plain)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        if plain is not FILTERS["default"] and any(
            _is_long(each) for each in (*args[_skipped(plain) :], *kwargs.values())
        ):
            raise SecurityError(f"what a filter is given is at most {ARGUMENT} characters long")
        return _bounded(plain(*args, **kwargs))

    return bounded


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) > ARGUMENT


def _skipped(plain: Callable[..., Any]) -> int:
    """How many arguments are not the template's: the filtered value, and what Jinja2 passes before it."""
    return 2 if hasattr(plain, "jinja_pass_arg") else 1


def _range(*bounds: int) -> Any:
    return _few(range(*bounds))


def _few(entries: Any) -> Any:
    """What a loop may go over: a short list, and no text."""
    if isinstance(entries, str):
        raise SecurityError("a loop goes over a list, not over a text")
    if isinstance(entries, Sized) and len(entries) > LONGEST_LOOP:
        raise SecurityError(f"a loop goes over at most {LONGEST_LOOP} entries")
    return entries


def _environment(*, escapes: bool) -> _Sandbox:
    made = _Sandbox(autoescape=escapes, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters = {name: _filter(FILTERS[name]) for name in _FILTERS}
    made.filters[_LOOPED] = _few
    made.globals = {"range": _range}
    return made


_HTML: Final = _environment(escapes=True)
_TEXT: Final = _environment(escapes=False)


def compiled(name: str, source: str) -> Template:
    """A template that may run. Raises `Broken`."""
    environment = _HTML if name.endswith(".html") else _TEXT
    if len(source) > SOURCE_LIMIT:
        raise Broken(f"is longer than {SOURCE_LIMIT} characters")
    try:
        tree = environment.parse(source)
        _check(tree)
        code = environment.compile(_guarded(tree, environment), name)
        return Template.from_code(environment, code, environment.make_globals(None))
    except TemplateSyntaxError as error:
        raise Broken(f"line {error.lineno}: {error.message}") from error
    except RecursionError as error:
        raise Broken("is nested too deeply") from error


def _check(tree: nodes.Template) -> None:
    for kind, shown in _FORBIDDEN.items():
        for found in tree.find_all(kind):
            raise Broken(f"line {found.lineno}: {shown} cannot be used here")
    for assigned in tree.find_all(nodes.Assign):
        if assigned.find(nodes.Concat) is not None:
            raise Broken(f"line {assigned.lineno}: “~” cannot be used in {{% set %}}")
    _loops(tree, 0)


def _guarded(tree: nodes.Template, environment: _Sandbox) -> nodes.Template:
    """The same with every loop going through `_few`."""
    loops = list(tree.find_all(nodes.For))
    if len(loops) > LOOPS:
        raise Broken(f"has more than {LOOPS} loops")
    for loop in loops:
        loop.iter = nodes.Filter(loop.iter, _LOOPED, [], [], None, None, lineno=loop.lineno)
        loop.iter.set_environment(environment)
    return tree


def _loops(node: nodes.Node, depth: int) -> None:
    for child in node.iter_child_nodes():
        inner = depth
        if isinstance(child, nodes.For):
            inner += 1
            if child.recursive or inner > NESTED:
                raise Broken(f"line {child.lineno}: loops are at most {NESTED} deep, and never recursive")
        _loops(child, inner)


def rendered(template: Template, values: Mapping[str, Any]) -> str:
    """What the template makes of `values`. Raises `Broken`."""
    parts, room = [], OUTPUT_LIMIT
    try:
        for part in template.generate(**values):
            room -= len(part)
            if room < 0:
                raise Broken(f"makes more than {OUTPUT_LIMIT} characters")
            parts.append(part)
    except Broken:
        raise
    except TemplateError as error:  # an unknown variable, something that is not allowed
        raise Broken(_line(error.message or type(error).__name__)) from error
    except Exception as error:  # whatever a template divides, compares or calls: the alert goes out all the same
        raise Broken(_line(f"{type(error).__name__}: {error}")) from error
    return "".join(parts)


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
