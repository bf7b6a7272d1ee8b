"""What the settings say about messages: what people are called, playbooks, and templates of the operator's own."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alerts.render.context import Locale
from alerts.render.playbook import Playbook
from alerts.render.templates import NAMES, Templates
from streams import metrics
from streams.settings.people import PlaybookSettings
from streams.settings.schema import Settings

log = logging.getLogger(__name__)

LARGEST: Final = 1_000_000
"""Bytes of a template's file; what may be in it is bounded far below."""


def names(settings: Settings) -> dict[str, str]:
    """What people call a recipient (`person:NAME`) or a brand (`brand:NAME`)."""
    known = {f"person:{name}": person.label or name for name, person in settings.people.items()}
    return known | {f"brand:{brand.name}": brand.title for brand in settings.brands}


def playbook(settings: Settings, name: str) -> Playbook | None:
    """The playbook of that name with those of its topics; None where there is none."""
    found = settings.playbooks.get(name)
    if found is None:
        return None
    named = {topic: settings.playbooks.get(other) for topic, other in found.topics.items()}
    return _playbook(found, {topic: _playbook(other, {}) for topic, other in named.items() if other is not None})


def _playbook(found: PlaybookSettings, topics: Mapping[str, Playbook]) -> Playbook:
    said: dict[Locale, str] = {"en": found.statement_en, "fr": found.statement_fr}
    return Playbook(
        steps=found.steps,
        call=found.call,
        do=found.do,
        dont=found.dont,
        statement={locale: text for locale, text in said.items() if text.strip()},
        topics=topics,
    )


def sources(folder: str) -> tuple[dict[str, str], dict[str, str]]:
    """The templates in a folder by name, and what is wrong with those that cannot be read."""
    read: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    for name in NAMES:
        path = Path(folder) / name
        try:
            if path.stat().st_size > LARGEST:
                unreadable[name] = f"is larger than {LARGEST} bytes"
            else:
                read[name] = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:  # no right to read it, no text
            unreadable[name] = f"cannot be read ({type(error).__name__})"
    return read, unreadable


def templates(settings: Settings) -> Templates | None:
    """The operator's own templates; None where there are none."""
    if not settings.templates.folder:
        return None
    told = Broken()
    read, unreadable = sources(settings.templates.folder)
    for name, reason in unreadable.items():
        told(name, reason)
    return Templates(read, told)


class Broken:
    """Counts each message that had to do without its template; the log hears of each reason once."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        for name in NAMES:
            metrics.TEMPLATES_BROKEN.labels(name)

    def __call__(self, name: str, reason: str) -> None:
        metrics.TEMPLATES_BROKEN.labels(name).inc()
        if name not in self._said:
            self._said.add(name)
            log.error("template %s: %s. The built-in text is sent; `tocsin check` tells more", name, reason)
