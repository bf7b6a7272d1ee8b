"""A digest for Slack: a short list of what could wait, each incident on a line of its own."""

from typing import Final

from alerts.render import speech
from alerts.render.catalogue import say as say_headline
from alerts.render.context import Contexts, RenderContext
from alerts.render.facts import onset
from alerts.render.safety import clean
from alerts.render.slack import HEADER_LIMIT, escape
from alerts.render.slack_status import Block, moment
from alerts.render.slack_words import say
from alerts.severity import principal
from models.records import Incident, Notification, Phase

_SHOWN: Final = 20
"""Lines of a digest; the rest is counted."""
_PER_SECTION: Final = 5


def digest(notification: Notification, contexts: Contexts) -> tuple[str, list[Block]]:
    """The fallback text and the blocks, in the language of the first incident's brand."""
    incidents = (notification.incident, *notification.also)
    context = contexts(notification.incident.brand)
    form = "one" if speech.is_one(len(incidents), context.locale) else "other"
    title = say(context.locale, f"digest.title.{form}", n=speech.number(len(incidents), context.locale))
    lines = [_line(each, contexts(each.brand), context, notification) for each in incidents[:_SHOWN]]
    sections = [lines[at : at + _PER_SECTION] for at in range(0, len(lines), _PER_SECTION)]
    if len(incidents) > _SHOWN:
        sections.append([escape(say(context.locale, "digest.more", n=str(len(incidents) - _SHOWN)))])
    header = {"type": "header", "text": {"type": "plain_text", "text": title[:HEADER_LIMIT], "emoji": True}}
    return escape(title), [header, *(_section(section) for section in sections)]


def _line(incident: Incident, brand: RenderContext, context: RenderContext, notification: Notification) -> str:
    """`P3` headline, since when, how it stands, and a link."""
    locale, now = context.locale, notification.at
    signal = principal(incident)
    name = clean(brand.title, 60)
    headline = name if signal is None else say_headline(locale, f"headline.{signal.kind.value}", brand=name)
    since = say(locale, "digest.since", time=moment(onset(incident), context, now))
    parts = [escape(headline), escape(since), escape(_phase(incident, context, notification))]
    url = brand.incident_url(incident.id)
    if url:
        parts.append(f"<{url}|{say(locale, 'digest.open')}>")
    return f"*{incident.severity.value}*  " + "  ·  ".join(parts)


def _phase(incident: Incident, context: RenderContext, notification: Notification) -> str:
    until = incident.snoozed_until or incident.updated_at
    phase = incident.phase
    if phase is Phase.ACKNOWLEDGED and not incident.acknowledged_by:
        phase = Phase.OPEN
    return say(
        context.locale,
        f"phase.{phase.value}",
        who=clean(incident.acknowledged_by or "", 60),
        time=moment(until, context, notification.at),
    )


def _section(lines: list[str]) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(lines), "verbatim": True}}
