"""What a message must know beside the notification: whose language and clock, what people are called, the playbook."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from alerts.render.playbook import Playbook
    from alerts.render.templates import Templates

Locale = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class RenderContext:
    """`title` is the brand as people call it; `console_url` is empty without a console; `timezone` is IANA's.

    `names`: what recipients (`person:NAME`) and brands (`brand:NAME`) are called by people, where that is not their
    name in the settings. `templates`: what the operator says in place of our own words, where there is such.
    """

    title: str
    locale: Locale = "en"
    console_url: str = ""
    timezone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    playbook: "Playbook | None" = field(default=None, hash=False)
    templates: "Templates | None" = field(default=None, hash=False)

    @property
    def zone(self) -> tzinfo:
        return UTC if self.timezone == "UTC" else ZoneInfo(self.timezone)  # UTC needs no time zone data

    def incident_url(self, incident: str) -> str:
        """Where the console shows an incident; empty without a console.

        >>> RenderContext("Acme", console_url="https://bell.example/").incident_url("i1")
        'https://bell.example/incidents/i1'
        """
        return f"{self.console_url.rstrip('/')}/incidents/{incident}" if self.console_url else ""


def for_reader(context: RenderContext, locale: Locale | None, timezone: str | None = None) -> RenderContext:
    """The same for somebody with a language or a clock of their own; None: the brand's.

    >>> for_reader(RenderContext("Acme", "en"), "fr").locale
    'fr'
    """
    return replace(context, locale=locale or context.locale, timezone=timezone or context.timezone)


Contexts = Callable[[str], RenderContext]
"""The context of a brand, by its name."""
