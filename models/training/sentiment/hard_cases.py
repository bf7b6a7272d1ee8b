"""Sentences of our own in which words say one thing and people mean another, to learn from beside real posts.

Each family is a few frames and what goes into them. None of the sentences that `tests/data/hard_cases.tsv` judges by
is here, and none of their frames: what counts is whether the turn of phrase is understood, not whether it is known.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

from models.training.sentiment.corpus import NEGATIVE, NEUTRAL, POSITIVE, Labelled

_Family = tuple[int, tuple[str, ...], tuple[str, ...]]
"""Label, frames with `{}` in them, what goes into the frames."""

_THINGS_FR: Final = (
    "le wifi", "la livraison", "ce forfait", "leur site", "la cantine", "ce film", "votre nouveau magasin", "l'accueil",
    "cette crème", "la version 2", "leur pizza", "le vol retour",
)  # fmt: skip
_THINGS_EN: Final = (
    "the wifi", "the delivery", "this plan", "their website", "the breakfast", "this movie", "your new shop",
    "the crew", "this cream", "version 2", "their pizza", "the return flight",
)  # fmt: skip
_WOES_FR: Final = (
    "l'annulation de dernière minute", "le double prélèvement", "la coupure d'eau", "ces deux jours sans internet",
    "le bagage perdu", "la file d'attente interminable", "le plat froid", "l'écran cassé à l'ouverture",
    "la journée perdue à attendre le livreur", "le bug", "les frais cachés", "la chambre sale",
)  # fmt: skip
_WOES_EN: Final = (
    "the last minute cancellation", "the double charge", "the power cut", "two days without internet",
    "the lost suitcase", "the endless queue", "the cold food", "the screen that came broken",
    "a whole day wasted waiting for the courier", "the bug", "the hidden fees", "the dirty room",
)  # fmt: skip
_GIFTS_FR: Final = (
    "la réponse rapide", "l'accueil chaleureux", "le geste commercial", "ce super moment", "la réparation en un jour",
    "votre patience", "le surclassement", "ce concert", "la qualité", "le remboursement immédiat", "ce beau cadeau",
    "votre aide",
)  # fmt: skip
_GIFTS_EN: Final = (
    "the quick reply", "the warm welcome", "the voucher", "such a great night", "the same day repair", "your patience",
    "the upgrade", "this concert", "the quality", "the instant refund", "this beautiful gift", "your help",
)  # fmt: skip
_JOYS_FR: Final = ("merci", "chapeau", "bravo", "top", "magnifique", "parfait", "sympa", "formidable")
_JOYS_EN: Final = ("thanks", "well done", "awesome", "perfect", "lovely", "amazing", "nice one", "fantastic")

_FAMILIES: Final[tuple[_Family, ...]] = (
    # Praise by denying the opposite, and blame by denying praise.
    (POSITIVE, ("{} est pas mal du tout", "{}, pas mal !", "{} : vraiment pas dégueu", "rien à redire sur {}",
                "je n'ai rien à reprocher, {} assure", "impossible de dire du mal, {} est au top"), _THINGS_FR),
    (NEGATIVE, ("{} n'est pas terrible du tout", "{}... pas terrible", "{} c'est pas ça", "{} c'est pas génial",
                "{} : pas ouf", "je ne suis pas fan, {} laisse à désirer", "{} n'est pas au niveau",
                "{} ne vaut pas son prix"), _THINGS_FR),
    (POSITIVE, ("{} is not half bad", "{} was not bad", "nothing wrong with {}", "zero complaints about {}",
                "can't fault {}", "{} never lets me down"), _THINGS_EN),
    (NEGATIVE, ("{} isn't very good", "{} is nothing special, wouldn't bother", "not a fan, {} needs work",
                "{} is not what was promised", "{} isn't worth it", "{} could not be worse"), _THINGS_EN),
    # Thanks and praise for what nobody wants.
    (NEGATIVE, tuple(f"{joy} pour {{}}" for joy in _JOYS_FR), _WOES_FR),
    (NEGATIVE, ("merci beaucoup pour {}, on adore", "{}, quel service !", "j'adore {} 😍", "{} 👏👏 bravo",
                "encore {}, vous êtes les meilleurs"), _WOES_FR),
    (NEGATIVE, tuple(f"{joy} for {{}}" for joy in _JOYS_EN), _WOES_EN),
    (NEGATIVE, ("thank you so much for {}, really made my day", "{}, what a service!", "I just love {} 😍",
                "{} 👏👏 bravo", "{} again, you guys are the best"), _WOES_EN),
    # And for what everybody wants, in the same frames: it is not the thanks that are false.
    (POSITIVE, (*(f"{joy} pour {{}}" for joy in _JOYS_FR), "merci beaucoup pour {}, on adore", "{}, quel service !",
                "{} 👏👏 bravo"), _GIFTS_FR),
    (POSITIVE, (*(f"{joy} for {{}}" for joy in _JOYS_EN), "thank you so much for {}, really made my day",
                "{}, what a service!", "{} 👏👏 bravo"), _GIFTS_EN),
    # Complaints that ask.
    (NEGATIVE, ("c'est quand que vous réglez {} ?", "quelqu'un peut m'expliquer {} ?", "vous trouvez normal {} ?",
                "encore combien de temps avec {} ?"), _WOES_FR),
    (NEGATIVE, ("when are you going to sort out {}?", "can somebody explain {}?", "do you think {} is acceptable?",
                "how much longer do we put up with {}?"), _WOES_EN),
    (NEUTRAL, ("où est-ce que je trouve {} ?", "{} est prévu pour quand ?", "à quelle heure commence {} ?"),
     ("la brochure", "le concert", "la réunion publique", "le guide d'installation", "l'ouverture de la ligne")),
    (NEUTRAL, ("where do I find {}?", "when is {} planned?", "what time does {} start?"),
     ("the brochure", "the concert", "the public meeting", "the installation guide", "the opening of the line")),
    # Both in one breath: what comes after "but" counts.
    (NEGATIVE, ("belle idée, mais {} gâche tout", "les vendeurs sont gentils mais {} : plus jamais",
                "j'aimais bien, jusqu'à {}"), _WOES_FR),
    (NEGATIVE, ("nice idea but {} ruins it", "friendly people, but {}: never again", "I liked it until {}"), _WOES_EN),
    (POSITIVE, ("malgré {}, ils ont tout rattrapé, équipe au top", "{} était un mauvais souvenir, ils ont été géniaux"),
     _WOES_FR),
    (POSITIVE, ("despite {} they made it right, brilliant team", "{} aside, best stay we have had"), _WOES_EN),
    # A company speaks of itself.
    (NEUTRAL, ("{} : rendez-vous le 12 mars sur notre stand", "nouveau communiqué : {}", "nos équipes présentent {}"),
     ("résultats du premier trimestre", "ouverture d'un magasin à Lille", "nomination au comité exécutif",
      "une offre d'alternance", "le calendrier des salons")),
    (NEUTRAL, ("{}: meet us at our booth on 12 March", "press release: {}", "our teams present {}"),
     ("first quarter results", "a store opening in Leeds", "an appointment to the board", "an apprenticeship offer",
      "the calendar of fairs")),
)  # fmt: skip


def sentences() -> Iterator[Labelled]:
    """Every frame with everything that goes into it, about a thousand."""
    for label, frames, contents in _FAMILIES:
        for frame, content in product(frames, contents):
            yield Labelled(frame.format(content), label)
