"""What matters of a report, in a few plain sentences."""

from typing import Final

from alerts.handling import Handling
from alerts.render import speech
from alerts.render.catalogue import known
from alerts.render.catalogue import say as words
from alerts.render.safety import clean
from models.position.figures import Change, Position, Standing
from streams.report.say import Say

FEW: Final = 10
"""Of fewer mentions no share is told in a sentence."""
_STORY: Final = 3
"""So many voices make a story worth a sentence."""
_EXCERPT: Final = 140


def summary(say: Say, title: str, position: Position, handling: Handling, *, simulated: bool) -> list[str]:
    """How much, how negative, what about, and what was told; never more than that."""
    if not position.listened:
        return [say("unheard")]
    if not position.now.mentions:
        return [say("nobody", brand=title), *_before_only(say, position)]
    return [
        _mentions(say, position),
        _negative(say, position),
        *_risk(say, position),
        *_story(say, position),
        _incidents(say, handling, simulated=simulated),
    ]


def topic(say: Say, name: str) -> str:
    """A crisis topic in words."""
    return words(say.locale, f"topic.{name}") if known(f"topic.{name}") else clean(name, 60)


def people(say: Say, standing: Standing, *, noun: bool) -> str | None:
    """How many wrote: at most so many where some have no name, and nothing where nobody has."""
    if standing.unnamed >= standing.mentions:
        return None
    counted = say.counted("people", standing.authors) if noun else say.number(standing.authors)
    return say("at-most", n=counted) if standing.unnamed else counted


def _before_only(say: Say, position: Position) -> list[str]:
    before = position.before
    if before is None or not before.mentions:
        return []
    text = say("before", n=say.counted("mentions", before.mentions))
    return [f"{text[:1].upper()}{text[1:]}."]


def _mentions(say: Say, position: Position) -> str:
    now, before = position.now, position.before
    said = say.counted("mentions", now.mentions)
    if (by := people(say, now, noun=True)) is not None:
        said = say("by", mentions=said, people=by)
    if before is None:
        return say("lead.alone", said=said)
    earlier = say.number(before.mentions)
    if position.growth is None:
        return say("lead.beside", said=said, before=earlier)
    if now.mentions == before.mentions:
        return say("lead.same", said=said, before=earlier)
    key = "lead.more" if position.growth > 0 else "lead.fewer"
    return say(key, said=said, growth=say.percent(abs(position.growth)), before=earlier)


def _negative(say: Say, position: Position) -> str:
    negative = position.now.negative
    if negative.share is None or negative.interval is None or position.now.mentions < FEW:
        return say("lead.few", n=say.number(negative.count), whole=say.number(position.now.mentions))
    before = None if position.before is None else position.before.negative
    change = "" if position.change is Change.UNKNOWN else say(f"change.{position.change}", before=say.share(before))
    low, high = (say.percent(end) for end in negative.interval)
    return say("lead.negative", share=say.percent(negative.share), low=low, high=high, change=change)


def _risk(say: Say, position: Position) -> list[str]:
    if not position.topics:
        return []
    mentions = say.counted("mentions", position.now.at_risk.count)
    return [say("lead.risk", mentions=mentions, topic=topic(say, position.topics[0].topic))]


def _story(say: Say, position: Position) -> list[str]:
    if not position.stories or position.stories[0].voices < _STORY:
        return []
    story = position.stories[0]
    excerpt = speech.quoted(clean(story.excerpt, _EXCERPT), say.locale)
    return [say("lead.story", voices=say.counted("voices", story.voices), excerpt=excerpt)]


def _incidents(say: Say, handling: Handling, *, simulated: bool) -> str:
    if not handling.incidents:
        return say("lead.calm-simulated" if simulated else "lead.calm")
    alerts = say.counted("alerts", len(handling.incidents))
    severities = ", ".join(f"{n} {severity}" for severity, n in handling.by_severity.items() if n)
    if simulated:
        return say("lead.simulated", alerts=alerts, severities=severities)
    false = [say.counted("false-alarms", handling.false_alarms)] if handling.false_alarms else []
    if handling.median_answer_s is None:
        return say("lead.unanswered", alerts=alerts, severities=severities)
    wait, answered = say.duration(handling.median_answer_s), say.number(handling.answered)
    told = say("lead.incidents", alerts=alerts, severities=severities, answered=answered, wait=wait)
    return " ".join([told, *false])
