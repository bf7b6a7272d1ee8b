"""For whom a page of the console is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from alerts.render.playbook import Playbook
from alerts.render.standing import DRILL
from streams.console.access import Session
from streams.console.speech import Speech


@dataclass(frozen=True, slots=True)
class View:
    """For whom a page is made.

    `titles` are the brands' names for people, `zones` where each tells the time, `playbooks` what to do about each;
    `can_log_in`: there is a token.
    """

    speech: Speech
    now: datetime
    titles: Mapping[str, str]
    session: Session | None = None
    can_log_in: bool = False
    caught_up: bool = True
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)

    def of(self, brand: str) -> "View":
        """The same, with the brand's time zone; in an exercise that of the brand it is about."""
        return replace(self, speech=Speech(self.speech.locale, self.zones.get(brand.removeprefix(DRILL), UTC)))

    def name(self, brand: str) -> str:
        """What people call a brand."""
        return self.titles.get(brand.removeprefix(DRILL), brand.removeprefix(DRILL))

    def title(self, brand: str) -> str:
        """Its name, marked where it is an exercise: nobody may take that for the real thing."""
        return self.speech("exercise", brand=self.name(brand)) if brand.startswith(DRILL) else self.name(brand)

    def playbook(self, brand: str) -> Playbook | None:
        """The brand's own; in an exercise that of the brand it is about."""
        return self.playbooks.get(brand.removeprefix(DRILL))
