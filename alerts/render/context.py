"""What a message must know beside the notification: whose language, whose clock, and where the console is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

Locale = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class RenderContext:
    """`title` is the brand as people call it; `console_url` is empty without a console; `timezone` is IANA's.

    `names`: what recipients (`person:NAME`) are called by others, where that is not their name in the settings.
    """

    title: str
    locale: Locale = "en"
    console_url: str = ""
    timezone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def zone(self) -> tzinfo:
        return UTC if self.timezone == "UTC" else ZoneInfo(self.timezone)  # UTC needs no time zone data

    def incident_url(self, incident: str) -> str:
        """Where the console shows an incident; empty without a console.

        >>> RenderContext("Acme", console_url="https://bell.example/").incident_url("i1")
        'https://bell.example/incidents/i1'
        """
        return f"{self.console_url.rstrip('/')}/incidents/{incident}" if self.console_url else ""


Contexts = Callable[[str], RenderContext]
"""The context of a brand, by its name."""
