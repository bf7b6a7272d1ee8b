"""Why somebody was not told, in the reader's language. Records tell it in English, once, for whoever audits them.

In the French, `~` stands for the space that must not break.
"""

import re
from typing import Final

from alerts.why import words
from models.records import Why
from streams.settings.kinds import Locale

_FRENCH: Final = (
    (r"(?P<a>.+) has already taken charge", "{a} s’en charge déjà"),
    (r"a human asked for quiet until (?P<a>.+)", "un humain a demandé le silence jusqu’au {a}"),
    (
        r"(?P<a>P\d) is less severe than (?P<b>P\d), the least that (?P<c>.+) is told of",
        "{a} est moins grave que {b}, le minimum signalé pour {c}",
    ),
    (
        r"silence by (?P<a>.*) until (?P<b>\S+ \S+ UTC): no reason given",
        "silence de {a} jusqu’au {b}, sans raison donnée",
    ),
    (r"silence by (?P<a>.*) until (?P<b>\S+ \S+ UTC): (?P<c>.+)", "silence de {a} jusqu’au {b}~: {c}"),
    (r"silence until (?P<a>\S+ \S+ UTC): no reason given", "silence jusqu’au {a}, sans raison donnée"),
    (r"silence until (?P<a>\S+ \S+ UTC): (?P<b>.+)", "silence jusqu’au {a}~: {b}"),
    (
        r"a P1 on (?P<a>.+) is open and being told: incident (?P<b>\S+)",
        "une alerte P1 sur {a} est ouverte et déjà annoncée~: incident {b}",
    ),
    (r"quiet hours until (?P<a>.+)", "heures calmes jusqu’au {a}"),
    (
        r"no more than (?P<a>\d+) messages below P1 a night are wanted, and this one lasts until (?P<b>.+)",
        "pas plus de {a} messages sous P1 par nuit, et cette nuit dure jusqu’au {b}",
    ),
    (
        r"asked not to hear of this incident until (?P<a>.+), unless it gets more severe",
        "a demandé à ne rien savoir de cet incident jusqu’au {a}, sauf s’il s’aggrave",
    ),
    (r"less severe than the brand wants to hear of", "moins grave que ce que la marque veut entendre"),
    (r"nobody was told that it began", "personne n’avait été prévenu du début"),
    (r"is told of this incident only in the digest", "n’est informé de cet incident que dans le récapitulatif"),
    (
        r"step (?P<a>\d+) of (?P<b>.+), round (?P<c>\d+), found nobody who can be called: (?P<d>.+)",
        "l’étape {a} de {b}, tour {c}, n’a trouvé personne à appeler~: {d}",
    ),
    (r"the fallback of (?P<a>.+) reaches nobody: (?P<b>.+)", "le dernier recours de {a} ne joint personne~: {b}"),
    (
        r"there is no way to reach (?P<a>.+): add channels to (?P<b>.+) in the settings",
        "aucun moyen de joindre {a}~: ajouter channels à {b} dans les réglages",
    ),
)
_FORMS: Final = tuple((re.compile(form, re.DOTALL), said.replace("~", "\u00a0")) for form, said in _FRENCH)
_DIGEST: Final = re.compile(r"(?P<first>.+); it comes in the digest at (?P<at>.+)", re.DOTALL)


def reason(why: Why, said: str, locale: Locale) -> str:
    """What a record gives as its reason; in French where it is one of Tocsin's own, else as it stands.

    >>> reason(Why.ALREADY_ACKNOWLEDGED, "Léa has already taken charge", "fr")
    'Léa s’en charge déjà'
    """
    if locale == "en":
        return said
    if said == words(why, "en"):
        return words(why, locale)
    later = _DIGEST.fullmatch(said)
    if later is not None:
        return f"{_french(later['first'])}\u00a0; à lire dans le récapitulatif du {later['at']}"
    return _french(said)


def _french(said: str) -> str:
    for form, french in _FORMS:
        if (found := form.fullmatch(said)) is not None:
            return french.format(**found.groupdict())
    return said
