"""What is odd about playbooks and templates: names of nothing, too much for three in the morning, texts that fail."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from alerts.render.catalogue import known
from alerts.render.sandbox import Broken, compiled, rendered
from alerts.render.specimens import specimens
from alerts.render.templates import NAMES, tidy, variables
from streams.messages import sources
from streams.settings.people import PlaybookSettings
from streams.settings.problems import Remark, error, suggestion, warning
from streams.settings.schema import Settings

_MOST_STEPS: Final = 9
_LONGEST_STEP: Final = 200
_LONGEST_STATEMENT: Final = 1_000


def messages(settings: Settings) -> Iterator[Remark]:
    """Everything odd about what alerts would say."""
    yield from _named(settings)
    for name, playbook in settings.playbooks.items():
        yield from _playbook(settings, name, playbook)
    if settings.templates.folder:
        yield from _templates(settings.templates.folder)


def _named(settings: Settings) -> Iterator[Remark]:
    """Whether every name is one of a playbook, and every playbook is named."""
    for brand in settings.brands:
        if brand.playbook and brand.playbook not in settings.playbooks:
            yield error(f"brands[{brand.name}].playbook", *_unknown(settings, brand.playbook))
    used = {brand.playbook for brand in settings.brands}
    for name, playbook in settings.playbooks.items():
        for topic, other in playbook.topics.items():
            key = f"playbooks.{name}.topics.{topic}"
            if not known(f"topic.{topic}"):
                yield warning(key, "there is no such topic, so it never applies", "docs/settings.md lists the topics")
            if other not in settings.playbooks:
                yield error(key, *_unknown(settings, other))
            elif settings.playbooks[other].topics:
                yield warning(key, f'"{other}" has topics of its own, which are not looked at from here')
            used.add(other)
    for name in settings.playbooks.keys() - used:
        yield warning(f"playbooks.{name}", "no brand uses this playbook", f'set playbook = "{name}" for a brand')


def _unknown(settings: Settings, name: str) -> tuple[str, str]:
    meant = suggestion(name, settings.playbooks)
    return f'there is no playbook "{name}"', f"did you mean {meant}?" if meant else f"add [playbooks.{name}]"


def _playbook(settings: Settings, name: str, playbook: PlaybookSettings) -> Iterator[Remark]:
    key = f"playbooks.{name}"
    if not (playbook.steps or playbook.call or playbook.statement_en or playbook.statement_fr):
        yield warning(key, "says nothing of what to do first", "add steps, call or a statement")
    if len(playbook.steps) > _MOST_STEPS or any(len(step) > _LONGEST_STEP for step in playbook.steps):
        remedy = f"at most {_MOST_STEPS} steps of at most {_LONGEST_STEP} characters"
        yield warning(f"{key}.steps", "is more than somebody reads at three in the morning", remedy)
    statements = {"en": playbook.statement_en, "fr": playbook.statement_fr}
    for locale, text in statements.items():
        if len(text) > _LONGEST_STATEMENT:
            yield warning(f"{key}.statement_{locale}", f"is longer than {_LONGEST_STATEMENT} characters")
    read_in = {brand.locale for brand in settings.brands if brand.playbook == name}
    for locale in sorted(read_in):
        if any(statements.values()) and not statements[locale]:
            yield warning(f"{key}.statement_{locale}", "is missing: those who read it get the one in another language")


def _templates(folder: str) -> Iterator[Remark]:
    """Renders each template for one message of each kind, in both languages."""
    if not Path(folder).is_dir():
        yield error("templates.folder", f"there is no folder {folder}")
        return
    read, unreadable = sources(folder)
    for name, reason in unreadable.items():
        yield error(f"templates.{name}", reason)
    for name, source in read.items():
        wrong = _wrong(name, source)
        if wrong:
            remedy = "until it is mended, the built-in text is sent; docs/alerting.md lists what there is"
            yield error(f"templates.{name}", wrong, remedy)
    if not read and not unreadable:
        yield warning("templates.folder", f"{folder} holds no template", f"there are {', '.join(NAMES)}")
    yield from _strangers(folder)


def _wrong(name: str, source: str) -> str:
    try:
        template = compiled(name, source)
        for told, notification, context in specimens():
            tidy(name, rendered(template, variables(name, told, notification, context)))
    except Broken as broken:
        return str(broken)
    return ""


def _strangers(folder: str) -> Iterator[Remark]:
    """Files that look like templates, and are none."""
    for path in sorted(Path(folder).iterdir()):
        if path.is_file() and path.name not in NAMES and path.suffix in (".html", ".txt", ".j2", ".jinja"):
            meant = difflib.get_close_matches(path.name, NAMES, 1)
            remedy = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(NAMES)}"
            yield warning("templates.folder", f"{path.name} is not used", remedy)
