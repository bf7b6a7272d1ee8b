"""What only Slack's messages say, in English and French: buttons, who is in charge, what comes next, refusals."""

from typing import Final

from alerts.render.context import Locale

EN: Final = {
    "button.ack": "Acknowledge",
    "button.snooze": "Snooze 1 h",
    "button.false-alarm": "False alarm",
    "button.resolve": "Resolve",
    "confirm.false-alarm.title": "Was it a false alarm?",
    "confirm.false-alarm.text": "The incident is closed, and more of the same story is kept from you for a day "
    "unless it gets worse.",
    "confirm.false-alarm.yes": "False alarm",
    "confirm.resolve.title": "Is it over?",
    "confirm.resolve.text": "The incident is closed, and nobody is called any more unless it starts again.",
    "confirm.resolve.yes": "Resolve",
    "confirm.no": "Go back",
    "charge.nobody": "Nobody has taken charge yet.",
    "charge.somebody": "In charge: {who}, since {time}.",
    "charge.asleep": "Quiet until {time}.",
    "charge.closed": "Closed by {who}.",
    "next.call": "Unless somebody takes charge, {who} will be called at {time}.",
    "next.repeat": "Unless somebody takes charge, the next step follows at {time}.",
    "called.now": "Called now: {who}.",
    "and": "and",
    "digest.title.one": "Digest: 1 incident",
    "digest.title.other": "Digest: {n} incidents",
    "digest.since": "since {time}",
    "digest.more": "… and {n} more.",
    "digest.open": "open",
    "phase.open": "nobody in charge",
    "phase.acknowledged": "in charge: {who}",
    "phase.snoozed": "quiet until {time}",
    "phase.resolved": "over",
    "refused.stranger": "Nothing was done: only people who are named in Tocsin's settings may do that here. "
    "Ask for your Slack user id to be added to them.",
    "refused.foreigner": "Nothing was done: only members of this workspace may do that here. "
    "Ask for your Slack user id to be added to Tocsin's settings.",
    "refused.unavailable": "Nothing was done: Tocsin could not take it down just now. Please try again in a minute, "
    "or act in the console.",
}

_FR: Final = {
    "button.ack": "Je m’en charge",
    "button.snooze": "Silence 1~h",
    "button.false-alarm": "Fausse alerte",
    "button.resolve": "Clore",
    "confirm.false-alarm.title": "Était-ce une fausse alerte~?",
    "confirm.false-alarm.text": "L’incident est clos, et vous n’entendrez plus parler de la même histoire pendant un "
    "jour, sauf aggravation.",
    "confirm.false-alarm.yes": "Fausse alerte",
    "confirm.resolve.title": "Est-ce terminé~?",
    "confirm.resolve.text": "L’incident est clos, et plus personne n’est appelé, sauf reprise.",
    "confirm.resolve.yes": "Clore",
    "confirm.no": "Revenir",
    "charge.nobody": "Personne ne s’en charge encore.",
    "charge.somebody": "Pris en charge par {who} depuis {time}.",
    "charge.asleep": "Silence jusqu’à {time}.",
    "charge.closed": "Clos par {who}.",
    "next.call": "Si personne ne s’en charge, appel à {time}~: {who}.",
    "next.repeat": "Si personne ne s’en charge, étape suivante à {time}.",
    "called.now": "On appelle maintenant~: {who}.",
    "and": "et",
    "digest.title.one": "Récapitulatif~: 1~incident",
    "digest.title.other": "Récapitulatif~: {n}~incidents",
    "digest.since": "depuis {time}",
    "digest.more": "… et {n} de plus.",
    "digest.open": "ouvrir",
    "phase.open": "personne ne s’en charge",
    "phase.acknowledged": "pris en charge par {who}",
    "phase.snoozed": "silence jusqu’à {time}",
    "phase.resolved": "terminé",
    "refused.stranger": "Rien n’a été fait~: ici, seules les personnes nommées dans les réglages de Tocsin peuvent "
    "agir. Demandez que votre identifiant Slack y soit ajouté.",
    "refused.foreigner": "Rien n’a été fait~: ici, seuls les membres de cet espace de travail peuvent agir. "
    "Demandez que votre identifiant Slack soit ajouté aux réglages de Tocsin.",
    "refused.unavailable": "Rien n’a été fait~: Tocsin n’a pas pu l’enregistrer. Réessayez dans une minute, ou agissez "
    "dans la console.",
}

FR: Final = {key: text.replace("~", "\u00a0") for key, text in _FR.items()}

_CATALOGUES: Final[dict[Locale, dict[str, str]]] = {"en": EN, "fr": FR}


def say(locale: Locale, key: str, **words: str) -> str:
    """The sentence `key` with its placeholders filled.

    >>> say("en", "charge.closed", who="Léa")
    'Closed by Léa.'
    """
    return _CATALOGUES[locale][key].format(**words)
