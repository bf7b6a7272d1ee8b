"""A notification as a title and a few plain lines, for services that show nothing else (chats, SMS, push)."""

from typing import Final

from alerts.render.catalogue import say
from alerts.render.context import RenderContext
from alerts.render.facts import facts
from alerts.render.safety import defang
from alerts.render.speech import labelled
from models.records import Notification

_INERT: Final = str.maketrans({"<": "‹", ">": "›", "`": "'"})
"""Signs by which chat services find mentions, links and code."""


def short(notification: Notification, context: RenderContext, limit: int = 1_500) -> tuple[str, str]:
    """Title and body, together at most `limit` characters (200 or more): what there is no room for is left out.

    The link to the incident always stays; nothing of what the public wrote is a link, or calls anybody.
    """
    told = facts(notification, context)
    url = told.link or (context.incident_url(notification.incident.id) if notification.also else "")
    link = labelled(told.link_label or say(context.locale, "link.incident-closed"), url, context.locale) if url else ""
    title = inert(told.subject)[: max(40, limit - len(link) - 1)]
    room = limit - len(title) - len(link) - 1
    lines = [
        *filter(None, (told.call, told.lead, told.next)),
        *(labelled(fact.label, fact.text, context.locale) for fact in told.details),
    ]
    lines += [f"“{quote.text}” ({quote.by})" for quote in told.drivers]
    kept = []
    for line in [*map(inert, lines), inert(told.why)]:
        if len(line) + 1 > room:
            continue
        kept.append(line)
        room -= len(line) + 1
    return title, "\n".join([*kept, link] if link else kept)


def inert(text: str) -> str:
    """Text that no service takes for a link, a mention or markup.

    >>> inert("<!channel> see http://evil.example")
    '‹!channel› see hxxp://evil[.]example'
    """
    return defang(text).translate(_INERT)
