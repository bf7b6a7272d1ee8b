"""A brand's report as it is printed: typed facts, with the public's words made harmless, and a summary in sentences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from alerts.handling import Casebook, Handling
from alerts.render.context import RenderContext
from alerts.render.safety import clean, web_url
from models.position.figures import Person, Place, Position, Story
from models.position.reading import Reading
from streams.report.say import Say
from streams.report.summary import summary
from streams.settings.kinds import Locale
from streams.zones import zone_of

Origin = Literal["topics", "file"]
_NAME = 60


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `tocsin report` prints as JSON. `origin` is `topics` (the running pipeline) or `file` (simulated).

    `titles` are the names by which people know the brands. `summary` is in the report's `locale`.
    """

    brand: str
    title: str
    origin: Origin
    locale: Locale
    timezone: str
    made_at: datetime
    summary: tuple[str, ...]
    position: Position
    handling: Handling
    titles: Mapping[str, str]


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Of what a report is, and for whom."""

    brand: str
    titles: Mapping[str, str]
    origin: Origin
    locale: Locale
    timezone: str
    console_url: str = ""

    @property
    def title(self) -> str:
        return clean(self.titles.get(self.brand, self.brand), _NAME)


def reported(about: About, reading: Reading, casebook: Casebook, made_at: datetime) -> Report:
    """The report of what was read."""
    position = _harmless(reading.position())
    period = position.period
    before = None if position.before is None else period.before.since
    handling = _linked(casebook.handling(period.since, period.until, before=before), about)
    say = Say(about.locale, zone_of(about.timezone))
    return Report(
        brand=about.brand,
        title=about.title,
        origin=about.origin,
        locale=about.locale,
        timezone=about.timezone,
        made_at=made_at,
        summary=tuple(summary(say, about.title, position, handling, simulated=about.origin == "file")),
        position=position,
        handling=handling,
        titles={clean(name, _NAME): clean(title, _NAME) for name, title in about.titles.items()},
    )


def _linked(handling: Handling, about: About) -> Handling:
    context = RenderContext(about.title, console_url=about.console_url if about.origin == "topics" else "")
    incidents = tuple(
        msgspec.structs.replace(
            each,
            url=context.incident_url(each.id) or None,
            answered_by=None if each.answered_by is None else clean(each.answered_by, _NAME),
        )
        for each in handling.incidents
    )
    return msgspec.structs.replace(handling, incidents=incidents)


def _harmless(position: Position) -> Position:
    """Whatever the public wrote, on one line, without control characters, and with the web's addresses only."""
    return msgspec.structs.replace(
        position,
        stories=tuple(_story(each) for each in position.stories),
        critics=_people(position.critics),
        advocates=_people(position.advocates),
        networks=_places(position.networks),
        languages=_places(position.languages),
        rivals=tuple(msgspec.structs.replace(each, brand=clean(each.brand, _NAME)) for each in position.rivals),
    )


def _story(story: Story) -> Story:
    return msgspec.structs.replace(
        story,
        excerpt=clean(story.excerpt),
        author=clean(story.author, _NAME),
        network=clean(story.network, _NAME),
        url=web_url(story.url),
    )


def _people(people: Sequence[Person]) -> tuple[Person, ...]:
    return tuple(
        msgspec.structs.replace(each, author=clean(each.author, _NAME), network=clean(each.network, _NAME))
        for each in people
    )


def _places(places: Sequence[Place]) -> tuple[Place, ...]:
    return tuple(msgspec.structs.replace(each, name=clean(each.name, _NAME)) for each in places)
