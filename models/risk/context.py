"""What makes bad news harmless wherever it stands in a post: it is denied, over, long ago, a film, a job, an advert.

A context makes all that the post says less certain, by its factor; the surest evidence survives one, never two. French
and English stand together: a post in one language hardly ever holds the phrases of the other by chance.
"""

import re
from dataclasses import dataclass
from typing import Final

from models.risk.rule import pattern


@dataclass(frozen=True, slots=True)
class Context:
    """`factor`: what is left of a score where one of the phrases stands; `spares`: topics that it says nothing of."""

    name: str
    factor: float
    phrases: str
    spares: frozenset[str] = frozenset()


CONTEXTS: Final = (
    Context(
        "denied",
        0.4,
        """
            is a hoax | a hoax | hoax | fact check | factcheck | fake news | is fake | are fake | picture is fake |
            false | debunked | not true | untrue | is satire | misleading claim | est une intox | une intox |
            fausse rumeur | fausses rumeurs | info verifiee | c est faux | faux la | faux le | faux les | faux non |
            canular | desintox | est truquee | fake de | rien de vrai | dementi officiel | fausse information |
            fausse alerte | false alarm | intoxication mediatique
        """,
    ),
    Context(
        "over",
        0.4,
        """
            correction our | correction we | correction | rectificatif | erratum | called off | dismisses |
            dismissed all | charges dropped | drops lawsuit | case dropped | cleared of | acquitted | overturned |
            relaxe | relaxee | relaxes | non lieu | est levee | levee | fixed the | has been fixed | is fixed |
            now fixed | back online | is back up | back up and running | all good again | back to normal |
            working again | restored | resolved | retabli | retablie | retablis | est revenu | c est revenu |
            remarche | refonctionne | fonctionne a nouveau | a repare | repare en | resolu | contrairement a ce que
            | tout est rentre dans l ordre | grevistes reprennent | strike averted | averted | strike ends |
            fin de la greve | plainte classee | blanchi par | classee sans suite | est termine
        """,
    ),
    Context(
        "fiction",
        0.5,
        """
            movie | movies | film | films | episode | episodes | new series | tv series | crime drama | drama series
            | season finale | thriller | novel | documentary | docuseries | horror | trailer | plot twist | spoiler*
            | audiobook | true crime | podcast on | cinema | nouvelle serie | la serie | feuilleton | polar | roman
            | documentaire | film d horreur | bande annonce | saison N | season N | bd | manga | anime | scenario |
            acteur | actrice | escape game | netflix | halloween | fantome* | zombie*
        """,
        frozenset({"outage", "boycott", "safety-recall"}),
    ),
    Context(
        "game",
        0.5,
        """
            game | games | gameplay | gamer* | gaming | boss fight | level | map | sniper | respawn | loot | quest |
            speedrun | fortress | raid boss | fortnite | minecraft | players | jeu | jeux | joueurs | niveau |
            forteresse | partie classee | raid | dungeon | donjon | pvp | mod | xp
        """,
        frozenset(
            {
                "outage",
                "boycott",
                "data-leak",
                "fraud",
                "misconduct",
                "labour",
                "discrimination",
                "legal",
                "safety-recall",
            }
        ),
    ),
    Context(
        "sport",
        0.5,
        """
            striker | goal | goals | half time | first half | second half | the club | fc | match | league | cup |
            championship | team wins | pole position | lap | grand prix | season opener | playoffs | quarterback |
            touchdown | pitcher | inning* | batter up | he s out | coach said | transfer | defender | goalkeeper |
            marathon | peloton | etape | maillot | buteur | but de | mi temps | premiere periode | deuxieme periode
            | ligue N | ligue des champions | championnat | coupe de france | coupe du monde | concurrence pole |
            pole et | meilleur tour | le club | attaquant | defenseur | gardien de but | tournoi | nba | nfl | ufc |
            world series | park tonight | home run | tour de france | dans le col | N 0 un | 5 0 | 3 0 | N a N
        """,
        frozenset({"outage", "boycott", "data-leak", "fraud", "legal", "safety-recall", "discrimination"}),
    ),
    Context(
        "advert",
        0.5,
        """
            promo | promos | promotion | N off | discount | half price | sale ends | shop now | shop the | order now
            | free shipping | first month free | use code | coupon | giveaway | black friday | cyber monday |
            prices crash | code promo | soldes | moitie prix | premier mois offert | offert | livraison gratuite |
            le code | profitez | cette semaine seulement | bon plan | jeu concours | reduction | remise |
            prix s effondrent | win a | a gagner | in stock | en stock | protect your | protegez | say no to |
            dites non
        """,
        frozenset({"boycott", "labour", "outage", "misconduct", "discrimination"}),
    ),
    Context(
        "past",
        0.4,
        """
            Y | on this day | years ago | decades ago | a century ago | N years ago | il y a N ans | il y a _ ans |
            il y a un siecle | siecle | ce jour la | anniversary of | anniversaire de | remember the great |
            do you remember | remember when | vous vous souvenez | souvenez vous | tu te souviens | back in 19 |
            museum | musee | history | histoire de | histoire de france | throwback | tbt | in the eighties |
            in the nineties | dans les annees | century | my dad still talks | en parle encore | archives |
            commemor* | history lesson | retro
        """,
    ),
    Context(
        "job",
        0.3,
        """
            we re hiring | we are hiring | now hiring | is hiring | hiring for | join us as | job offer |
            job opening | vacancy | apply by | apply now | apply here | open position | wanted at | remote possible
            | m f d | h f | f h | recrute | recrutons | recrutement d | poste a pourvoir | offre d emploi | cdi |
            cdd | alternance | rejoignez nos equipes | cherche un | cherche une | stage de | experience a plus |
            salary range | postulez
        """,
    ),
    Context(
        "corporate",
        0.4,
        """
            webinar | webinaire | proud of our | proud to | fiers de | fiere de | publishes its report |
            annual report | we fight | fight against | fights | fighting | how we | to prevent | prevents |
            preventing | prevention | awareness | raise awareness | supports the | supports a | stands against |
            against bullying | donates | committed to | commitment to | pledges | free training | e learning |
            white paper | our tips | tips to | best practices | lutte contre | la lutte | publie son rapport |
            prevenir | previent | pour eviter les | sensibilis* | soutient la | s engage | engagement pour |
            formation | livre blanc | nos conseils | conseils pour | bonnes pratiques | donne _ millions | mecenat |
            partenaire de | sans accident | without a workplace | without an accident | jours sans | days without |
            contre le harcelement | journee mondiale | world day | quiz | help* you | aide les | helps small |
            insurance | fondation
        """,
        frozenset({"outage", "boycott"}),
    ),
    Context(
        "supposed",
        0.45,
        """
            if ~ ever | imagine if | imagine | what if | what would you do | would you do if | in case of |
            que feriez vous | et si | si _ tombe en panne un jour | si jamais | au cas ou | un jour il faudra |
            hypothetically | i would kill | je tuerais | wouldn t it be | supposons
        """,
    ),
    Context(
        "others",
        0.5,
        """
            former minister | prime minister | minister | ministers | senator | president trump | election |
            elections | congress | farmers strike | train strike | teachers strike | world news | on the news |
            ancien ministre | ministre | ministres | premier ministre | senateur | depute | guerre | agriculteurs |
            des camionneurs | eboueurs | gilets jaunes | president turc | gouvernement | armee | army | air strike*
            | airstrike* | frappe aerienne | etats unis | syrie | syria | jihadistes | palestin* | le pen |
            mariage pour tous | manif pour tous | manifpourtous | climate change | rechauffement climatique | obama
            | aux infos | attentat* | terror* | isis | gaza | ukraine | my uncle died | mon grand pere |
            est mort la semaine | heart attack | cancer | crise cardiaque | grand mere est morte
        """,
    ),
    Context(
        "delight",
        0.6,
        """
            love this | in love | best ever | so good | amazing | delicious | hooked | gorgeous | lol love |
            obsessed | can t wait | haha | ten out of ten | heroes | hero | saved | lifesaver | safest | five stars
            | thank god for | great service | delicieux | une tuerie | je suis accro | magnifique | trop bon |
            vivement | dix sur dix | heros | sauve la vie | a sauve | sublime | ravie | ravi | heureusement il y a |
            cinq etoiles | impressionnee | top service
        """,
        frozenset({"boycott"}),
    ),
)

_NEGATED: Final = (
    " no data",
    " no product",
    " no new",
    " no major",
    " no such",
    " not a",
    " not any",
    " aucune nouvelle",
    " aucun nouveau",
    " no",
    " not",
    " without",
    " zero",
    " never",
    " neither",
    " nor",
    " pas de",
    " pas d",
    " pas ete",
    " aucun",
    " aucune",
    " sans",
    " ni",
    " jamais de",
    " jamais eu",
    " nobody was",
    " no one was",
    " personne n a ete",
    " personne n est",
    " sans faire de",
    " pas eu de",
    " ne contient pas",
    " n t",
    " without a",
    " without any",
    " no more",
    " n est pas",
    " isn t",
    " not been",
    " wasn t",
)


@dataclass(frozen=True, slots=True)
class Compiled:
    context: Context
    phrases: re.Pattern[str]


COMPILED: Final = tuple(Compiled(each, found) for each in CONTEXTS if (found := pattern(each.phrases)) is not None)


def negated(before: str) -> bool:
    """Whether what stands right before a cue takes it back: `no outage`, `sans accident`.

    >>> negated(" there was no"), negated(" no refund but an")
    (True, False)
    """
    return before.rstrip().endswith(_NEGATED)


def left(line: str, topic: str) -> float:
    """The part of a score on `topic` that the contexts of the line leave."""
    part = 1.0
    for each in COMPILED:
        if topic not in each.context.spares and each.phrases.search(line) is not None:
            part *= each.context.factor
    return part
