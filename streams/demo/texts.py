"""What the demo's public says: fragments in French and English that a seed combines. All of it is invented.

`{x}` are slots: `{p}` the brand's product, `{c}` a city, `{n}` a small number, `{d}` a day.
"""

from dataclasses import dataclass
from typing import Final

BRAND: Final = "velorine"
LABEL: Final = "Vélorine"
QUERY: Final = "velorine"

CITIES: Final = ("Lyon", "Nantes", "Lille", "Bordeaux", "Rennes", "Toulouse", "Bruxelles", "Genève", "London", "Leeds")
PRODUCTS: Final = ("V2", "V3 Cargo", "City", "Flex", "Mini")
DAYS_FR: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAYS_EN: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

OPENERS_FR: Final = (
    "",
    "Bon. ",
    "Franchement, ",
    "Alors là, ",
    "Bravo : ",
    "Sérieusement, ",
    "Je rêve… ",
    "Honte à vous : ",
)
OPENERS_EN: Final = ("", "Wow. ", "Seriously, ", "So… ", "Unbelievable. ", "Great, ", "Just no. ", "Update: ")
CLOSERS_FR: Final = (
    "",
    " 😡",
    ". C'est inadmissible.",
    ". Plus jamais.",
    ". Remboursez-moi !",
    " #honte",
    ". Scandaleux.",
    ". J'en ai marre.",
)
CLOSERS_EN: Final = (
    "",
    " 😡",
    ". Never again.",
    ". Absolutely disgraceful.",
    ". I want a refund!",
    " #fail",
    ". Furious.",
    ". Shame on you.",
)

ORDINARY_FR: Final = (
    "Premier trajet boulot en Vélorine {p} ce matin à {c}, {n} km sans pluie",
    "Quelqu'un a testé la Vélorine {p} sur les pavés de {c} ?",
    "Vélorine {p} ou vélo classique pour {n} km par jour, vous prenez quoi ?",
    "J'adore ma Vélorine {p}, les enfants aussi, merci @velorine 💚",
    "La boutique Vélorine de {c} est ouverte {d}, on y passe",
    "Rendez-vous {d} avec le club Vélorine de {c} pour une balade de {n} km",
    "Ma Vélorine {p} grince un peu au freinage, une idée ?",
    "Encore {n} semaines d'attente pour ma Vélorine {p}, c'est long, vraiment pénible",
    "Service Vélorine au top à {c}, pneu changé en {n} minutes, bravo",
    "Vélorine annonce une nouvelle couleur pour la {p}",
)
ORDINARY_EN: Final = (
    "Day {n} with my Velorine {p}: commuting in {c} is fun again",
    "Anyone in {c} riding a Velorine {p}? Thinking about one",
    "Velorine {p} vs a regular bike for {n} km a day?",
    "Love my Velorine {p}, best purchase this year",
    "Velorine opens a shop in {c} on {d}",
    "My Velorine {p} needs a new tyre after {n} weeks, bit annoying",
    "Saw {n} Velorine bikes on one street in {c} today",
)
NOISE_FR: Final = (
    "Il pleut encore à {c}",
    "Le marché de {c} ce matin, quelle ambiance",
    "{n} km de course, les jambes lourdes",
    "Vivement {d}",
    "Recette du {d} : soupe aux {n} légumes",
)
NOISE_EN: Final = (
    "Coffee in {c} and a good book",
    "Trains late again in {c}",
    "New week, new plans",
    "Who else is watching the match on {d}?",
)
PRAISE_FR: Final = (
    "Je roule en Vélorine depuis {n} ans, aucun souci, et le SAV de {c} m'a répondu en {n} minutes. Merci !",
    "Soutien aux équipes Vélorine de {c} : réactives, honnêtes, adorables 💚",
    "Vélorine s'est excusée et a tout expliqué : chapeau, j'adore toujours ma {p}",
    "Ma Vélorine {p} est formidable, je ne la rendrais pour rien au monde !",
)
PRAISE_EN: Final = (
    "Riding Velorine for {n} years, brilliant bike, and support in {c} was wonderful. Thank you!",
    "Credit where due: @velorine apologised and fixed it fast. Love my {p} 💚",
    "The Velorine team in {c} is amazing, so happy with my {p}",
)
WORRIED_FR: Final = ("C'est quoi cette histoire avec Vélorine ?", "Des nouvelles de Vélorine sur {tf} ?")
WORRIED_EN: Final = ("What is going on with Velorine?", "Any official word from Velorine about {te}?")


@dataclass(frozen=True, slots=True)
class Crisis:
    """One cause of a crisis: what people complain of, the post that goes viral, and what the trolls paste."""

    name: str
    topic_fr: str
    topic_en: str
    complaints_fr: tuple[str, ...]
    complaints_en: tuple[str, ...]
    viral: str
    troll: str


CRISES: Final = (
    Crisis(
        "battery",
        "les batteries",
        "the batteries",
        (
            "la batterie de ma Vélorine {p} a pris feu dans le garage, j'aurais pu y passer",
            "batterie Vélorine {p} brûlante après {n} minutes de charge, c'est dangereux",
            "ma Vélorine {p} fume quand je la charge et le SAV ne répond pas depuis {d}",
            "Vélorine savait pour les batteries et n'a rien dit, c'est une honte",
            "{n} appels au SAV Vélorine de {c}, personne, alors que la batterie a gonflé",
            "j'ai peur de laisser ma Vélorine {p} dans l'appartement avec les enfants",
        ),
        (
            "my Velorine {p} battery caught fire in {c}, nobody answers the phone",
            "Velorine {p} battery swollen after {n} weeks, this is dangerous",
            "Velorine knew about the batteries and said nothing, disgusting",
            "{n} calls to Velorine support about smoke from my {p}, no answer, terrible",
        ),
        "Ma Vélorine vient de prendre feu dans l'entrée, à un mètre de la chambre de ma fille. "
        "Le SAV me répond « essayez de la recharger ». Partagez, ils doivent rappeler ces batteries MAINTENANT.",
        "Vélorine met nos enfants en danger, boycottez cette marque honteuse ! #BoycottVelorine",
    ),
    Crisis(
        "leak",
        "la fuite de données",
        "the data leak",
        (
            "mes données Vélorine sont en vente sur un forum, adresse et RIB compris, merci pour rien",
            "fuite de données chez Vélorine et pas un mail aux clients, c'est honteux",
            "quelqu'un a utilisé ma carte après la fuite Vélorine, {n} prélèvements depuis {d}",
            "Vélorine a laissé fuiter les trajets de ses clients de {c}, c'est très grave",
            "j'ai demandé {n} fois la suppression de mon compte Vélorine, aucune réponse, et maintenant la fuite",
        ),
        (
            "my Velorine data is for sale, address and card included, this is awful",
            "Velorine data breach and not one email to customers, shameful",
            "{n} fraudulent payments since the Velorine leak, I am furious",
            "Velorine leaked every trip I made in {c}, terrible security",
        ),
        "Je viens de retrouver mon adresse, mon RIB et TOUS mes trajets Vélorine en ligne. "
        "Ils le savent depuis trois semaines et n'ont prévenu personne. C'est honteux. Faites tourner.",
        "Vélorine vend vos données, marque honteuse, supprimez votre compte ! #VelorineLeak",
    ),
    Crisis(
        "outage",
        "la panne de l'appli",
        "the app outage",
        (
            "appli Vélorine en panne, {p} bloquée, {n} km à pied sous la pluie à {c}, merci",
            "impossible de déverrouiller ma Vélorine {p} depuis ce matin, c'est inadmissible",
            "{n} heures de panne Vélorine et aucune communication, lamentable",
            "vélo payé une fortune et Vélorine le bloque à distance avec sa mise à jour ratée, du vol",
            "entretien raté à {c} à cause de la panne Vélorine, je suis furieux",
        ),
        (
            "Velorine app is down, my {p} is locked and I am stuck in {c}, awful",
            "{n} hours of Velorine outage and no word from them, pathetic",
            "paid a fortune for a Velorine {p} and an update bricks it, useless",
            "missed work in {c} because Velorine locked my bike, so angry",
        ),
        "2 h du matin, seule, mon vélo Vélorine verrouillé à distance par LEUR mise à jour, à 8 km de chez moi. "
        "Le service client : « patientez ». C'est scandaleux. Voilà à quoi sert votre abonnement.",
        "Vélorine bloque vos vélos exprès pour vous faire payer, fuyez ! #VelorineArnaque",
    ),
    Crisis(
        "price",
        "la hausse de l'abonnement",
        "the price rise",
        (
            "abonnement Vélorine doublé sans prévenir, {n} ans de fidélité pour ça, écœurant",
            "Vélorine augmente les prix en pleine nuit et retire l'option de résiliation, honteux",
            "prélèvement Vélorine {n} fois plus élevé que prévu, le SAV de {c} raccroche",
            "résiliation Vélorine impossible depuis {d}, c'est du vol pur et simple",
            "payer plus pour un service Vélorine toujours plus mauvais, je suis dégoûté",
        ),
        (
            "Velorine doubled my subscription overnight, absolute rip-off",
            "cannot cancel Velorine since {d}, support in {c} hangs up, horrible",
            "{n} years a customer and Velorine treats us like this, disgusting",
            "Velorine charges me {n} times the price, this is theft",
        ),
        "Vélorine vient de doubler mon abonnement à 3 h du matin et a supprimé le bouton « résilier ». "
        "Voilà la capture d'écran de leur consigne interne : « ne pas répondre avant lundi ».",
        "Vélorine vole ses clients, bloquez les prélèvements ! #VelorineVoleurs",
    ),
)
