"""Why a human is told, or is not: in a few words, English and French, and as data where there is more to say."""

from datetime import datetime
from typing import Final, Literal

from models.records import Reason, Why

Locale = Literal["en", "fr"]

LONGEST: Final = 300
"""Characters of one argument of a reason: what humans and remote services say has any length."""

TOLD: Final = (
    Why.FIRST,
    Why.WORSE,
    Why.REPEAT_DUE,
    Why.REOPENED,
    Why.ESCALATED,
    Why.UNANSWERED,
    Why.ACKNOWLEDGED,
    Why.SNOOZED,
    Why.ENDED,
    Why.RESOLVED_BY_HUMAN,
    Why.FALSE_ALARM,
    Why.MERGED,
    Why.DIGEST,
    Why.UNDELIVERED,
)
"""The reasons for which a message goes out; all others are reasons to stay silent."""

WORDS: Final[dict[Locale, dict[Why, str]]] = {
    "en": {
        Why.FIRST: "first alert",
        Why.WORSE: "it got worse",
        Why.REPEAT_DUE: "nobody has taken charge yet",
        Why.REOPENED: "it flared up again",
        Why.ACKNOWLEDGED: "somebody has taken charge",
        Why.ENDED: "it is over",
        Why.RESOLVED_BY_HUMAN: "closed by a human",
        Why.FALSE_ALARM: "a human says it was a false alarm",
        Why.MERGED: "it is part of a wave that hits several brands",
        Why.SAME: "no worse than what was told already",
        Why.SNOOZED: "a human asked for quiet",
        Why.ALREADY_ACKNOWLEDGED: "somebody has already taken charge",
        Why.BELOW_SEVERITY: "less severe than this brand wants to hear of",
        Why.NOTHING_OPEN: "no such incident is open",
        Why.DUPLICATE: "told already",
        Why.ESCALATED: "nobody has answered, so the next in line is called",
        Why.UNANSWERED: "nobody on duty has answered",
        Why.DIGEST: "what was not urgent, told together",
        Why.SILENCED: "a silence was set for it",
        Why.INHIBITED: "something more severe on the same brand is being told",
        Why.QUIET_HOURS: "quiet hours; it comes in the digest",
        Why.BUDGET: "enough messages for one night; it comes in the digest",
        Why.MUTED: "you asked not to hear of this incident",
        Why.UNREACHABLE: "nobody could be called",
        Why.UNDELIVERED: "an alert has reached nobody",
    },
    "fr": {
        Why.FIRST: "première alerte",
        Why.WORSE: "la situation s’aggrave",
        Why.REPEAT_DUE: "personne ne s’en est encore chargé",
        Why.REOPENED: "c’est reparti",
        Why.ACKNOWLEDGED: "quelqu’un s’en charge",
        Why.ENDED: "c’est terminé",
        Why.RESOLVED_BY_HUMAN: "clos par un humain",
        Why.FALSE_ALARM: "fausse alerte, selon un humain",
        Why.MERGED: "c’est une partie d’une vague qui touche plusieurs marques",
        Why.SAME: "rien de pire que ce qui a déjà été dit",
        Why.SNOOZED: "un humain a demandé le silence",
        Why.ALREADY_ACKNOWLEDGED: "quelqu’un s’en charge déjà",
        Why.BELOW_SEVERITY: "moins grave que ce que cette marque veut entendre",
        Why.NOTHING_OPEN: "aucun incident de ce nom n’est ouvert",
        Why.DUPLICATE: "déjà dit",
        Why.ESCALATED: "personne n’a répondu\u00a0: on appelle le suivant",
        Why.UNANSWERED: "personne d’astreinte n’a répondu",
        Why.DIGEST: "ce qui n’était pas urgent, dit en une fois",
        Why.SILENCED: "un silence a été posé",
        Why.INHIBITED: "plus grave est déjà annoncé sur la même marque",
        Why.QUIET_HOURS: "heures calmes\u00a0; ce sera dans le récapitulatif",
        Why.BUDGET: "assez de messages pour une nuit\u00a0; ce sera dans le récapitulatif",
        Why.MUTED: "vous avez demandé à ne plus rien savoir de cet incident",
        Why.UNREACHABLE: "personne n’a pu être appelé",
        Why.UNDELIVERED: "une alerte n’est parvenue à personne",
    },
}


def words(why: Why, locale: Locale) -> str:
    """Why, in a few words.

    >>> words(Why.REPEAT_DUE, "en")
    'nobody has taken charge yet'
    """
    return WORDS[locale][why]


def because(key: str, /, **values: str | int | datetime) -> Reason:
    """A reason as data; its sentence is `because.KEY` in the catalogue, with these placeholders (tested).

    >>> because("handled", who="Léa")
    Reason(key='handled', args=(('who', 'Léa'),), times=())
    """
    args = tuple(
        (name, value[:LONGEST] if isinstance(value, str) else value)
        for name, value in values.items()
        if not isinstance(value, datetime)
    )
    times = tuple((name, value) for name, value in values.items() if isinstance(value, datetime))
    return Reason(key=key, args=args, times=times)
