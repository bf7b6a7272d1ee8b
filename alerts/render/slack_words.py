"""What only Slack's messages say, in English and French: buttons, what they ask, refusals."""

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

    >>> say("en", "button.ack")
    'Acknowledge'
    """
    return _CATALOGUES[locale][key].format(**words)
