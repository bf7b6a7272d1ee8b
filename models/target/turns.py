"""Turns of phrase, French and English, for a flat line in which the brand is marked: places, rescues, culprits …"""

import re
from typing import Final

from models.target.clauses import DEED
from models.target.line import BRAND

_B: Final = rf"{BRAND}+"
_A: Final = r"(?:an? |the |my |our |la |le |l'|les |ma |mon |mes |un |une |mon |notre )?"
"""An article or possessive that may stand before a name."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


UNLIKE: Final = _any(
    rf"\b(?:unlike|contrairement a|a la difference de|a l'inverse de) {_A}{_B}(?: (?!qui|who|which|that|ou )\w+)?(?:[,.!]|$)",
    rf"\b(?:unlike|contrairement a|a la difference de|a l'inverse de) {_A}{_B}$",
)
BLAMED: Final = _any(
    rf"(?<!nothing )(?<!nobody )(?<!no one )(?<!no )\b(?:better|faster|cheaper|nicer|kinder|more \w+) than {_A}{_B}",
    rf"(?<!rien de )(?<!personne )\b(?:mieux|meilleure?s?|plus (?:rapide|fiable|honnete)s?) que {_A}{_B}",
    rf"\b(?:dump(?:ed|ing)|ditch(?:ed|ing)|good riddance|done with|sick of|fed up with|boycott|avoid) {_A}{_B}",
    rf"\b(?:ras le bol|marre) (?:de |d'){_A}{_B}|\b(?:adieu|j'ai quitte|je quitte|boycott(?:ez|ons)?|fuyez|evitez) {_A}{_B}",
    rf"\b(?:wouldn't|would not|won't|cannot|can't|don't|never) (?:recommend|trust|use|buy|fly|shop at) {_A}{_B}",
    rf"\bne (?:conseille|recommande|conseillerai|recommanderai)(?: (?:vraiment|surtout|certainement|pas|plus))* {_A}{_B}",
)
PRAISED: Final = _any(
    # It came to the rescue.
    rf"{_B}(?: \w+){{0,3}} (?:saved|rescued|came to the rescue|came through|to the rescue)\b",
    rf"{_B}(?: \w+){{0,2}} (?:m'|nous |l'|t')(?:a|ont)(?: vraiment| bien| tous)? (?:sauve|depann|tire|secour|sorti)\w*",
    rf"{_B} (?:me|nous) (?:sauve|depanne|tire d'affaire)",
    rf"\b(?:saved|rescued|helped out) by {_A}{_B}",
    rf"\b(?:sauvee?s?|depannee?s?|tiree?s? d'affaire) par {_A}{_B}",
    r"\b(?:thank (?:god|goodness|heavens?)|grateful|blessed|thankful|hurray|hooray|hats off|kudos|props|three cheers)"
    rf"(?: for| to| that)? {_A}{_B}",
    rf"\b(?:grace a|vive|chapeau(?: a)?|heureusement qu'il y a|heureusement que j'ai) {_A}{_B}",
    rf"\bc'est {_A}{_B} qui (?:m'a|m'ont|nous a|nous ont)\b",
    rf"{_B}(?: \w+){{0,3}},? (?:heroes|life ?savers?|absolute angels|real mvps?)\b",
    # Its faults are denied.
    r"\b(?:never|not|haven't) (?:once )?had (?:a |an |any )?(?:single )?"
    rf"(?:problem|issue|complaint|trouble|worries|bad \w+)s?(?: \w+)? (?:with|about|from|at) {_A}{_B}",
    r"(?:^|[.!,] ?)(?:no|zero|not a single|not one)(?: \w+)? (?:problem|issue|complaint|trouble|worrie|worry)s? "
    rf"(?:at all )?(?:with|about|from|at) {_A}{_B}",
    rf"\b(?:can't|cannot|couldn't) (?:fault|complain about|say enough good about|praise) {_A}{_B}",
    r"\b(?:aucune?|pas un|pas le moindre|jamais (?:eu )?(?:de |d'|un |le moindre |aucun ))(?: seul)?"
    rf" ?(?:souci|probleme|ennui|reproche|galere)s?(?: a faire)? (?:avec |chez |a ){_A}{_B}",
    rf"\bpas (?:du tout )?(?:decue?s?|mecontente?s?)(?: du tout)? (?:par |de |d'|avec |chez ){_A}{_B}",
    rf"\b(?:don't|do not|never) regret(?: \w+){{0,6}} {_A}{_B}",
    rf"\b(?:they|people|everyone|everybody|he|she) (?:said|say|told me|warned me)\b.{{0,30}}{_B}.{{0,60}}\bwrong\b",
    rf"\b(?:on|ils?|elles?|tout le monde) (?:m'avait|m'avaient|me|m'a) (?:dit|disait|disaient)\b.{{0,30}}{_B}.{{0,60}}"
    r"\b(?:tort|faux|betise|trompe)",
)
PREFERRED: Final = _any(
    r"\b(?:switch(?:ed|ing)?|mov(?:e|ed|ing)|(?:go|going|went|gone) back|upgrad(?:e|ed|ing)|stick(?:ing)?|stay(?:ing)?"
    rf"|stuck) (?:over )?(?:to|with) {_A}{_B}",
    rf"\b(?:passee?|revenue?|retournee?|je (?:passe|retourne|reviens|reste)|j'ai choisi) (?:chez |a |sur )?{_A}{_B}",
    rf"{_B} (?:is|are|was|were|works?) (?:so |way |much |far |a lot )*better\b",
    rf"{_B} (?:est|sont|c'est|marche|fait) (?:bien |beaucoup |tellement |nettement )*(?:mieux|meilleure?s?)\b",
    rf"\b(?:i|much|really|still|we) prefer {_A}{_B}|\b(?:je|on) (?:lui |leur )?prefere(?: encore| de loin)? {_A}{_B}",
    rf"{_B} (?:would|does|do|did)(?: never|n't do that|n't treat)\b",
)
PLACE: Final = _any(
    r"\b(?:outside|in front of|near|next to|behind|above|across from|opposite|round the corner from|(?<=road )by"
    rf"|(?<=street )by) (?:of )?{_A}(?:local )?{_B}",
    rf"{_B}(?:'s)? (?:parking|car ?park|lot\b|arena|stadium|park\b|ring\b|cent(?:er|re)\b|dome|open\b|cup\b|(?:\w+ )?league)",
    r"\b(?:devant|derriere|pres|a cote|en face|au-dessus|au dessus|en bas|a deux pas|non loin) (?:de |du |d'|des )?"
    rf"{_A}(?:station |magasin )?{_B}",
    rf"\b(?:parking|station|arret(?: de bus)?|rond-point|quartier|rue) (?:de |du |d'){_A}{_B}|\bstation {_B}",
    rf"\b(?:stade|arena|ligue 1|ligue 2|top 14|trophee|coureur|equipe|circuit|open|coupe|grand prix) {_B}",
    rf"{_B} (?:velodrome|ligue|tour)\b",
    r"\b(?:match|game|concert|gig|conference|festival|derby|show|race|referee|defending|performance|defeat|defence)\b"
    rf"[^.!?]{{0,50}} (?:at|in|of) (?:the )?{_B}",
    rf"\b(?:match|concert|spectacle|meeting|derby|defaite|finale)\b[^.!?]{{0,50}} (?:au |a la |a l'|du ){_B}",
    rf"\b(?:sponsored|presented|brought to you) by {_A}{_B}|\b(?:sponsorise|parraine|presente)e?s? par {_A}{_B}",
)
JOB: Final = _any(
    rf"{_B} (?:is|are) (?:now )?(?:hiring|recruiting|looking for an?)\b",
    rf"\b(?:now hiring|hiring|vacancy|wanted|job opening|we're hiring)\b.{{0,60}}\b(?:at|with|for) {_A}{_B}",
    rf"{_B} (?:recrute|recherche une?|cherche une?|embauche)\b",
    rf"\b(?:offre d'emploi|poste a pourvoir|cdi|cdd|recrutement)\b.{{0,80}}{_B}",
)
BYSTANDER: Final = _any(
    rf"\b(?:stolen|snatched|burgled|mugged|robbed|stole)\b.{{0,60}}\b(?:my|an?|with) {_B}",
    rf"\bmy {_B}(?: \w+)?(?: was| got| has been)? (?:stolen|snatched)\b",
    rf"\b(?:vol a l'arrache|m'a vole|m'ont vole|cambriol\w*)\b.{{0,60}}\b(?:mon|ma|mes|un|une) {_B}",
    rf"\b(?:dropped|lost|forgot|broke|reading on|watching) my {_B}|\bj'ai (?:fait tomber|perdu|oublie|casse) m(?:on|a|es) {_B}",
    r"\b(?:guys?|m[ae]n|wom[ae]n|idiots?|drivers?|kids?|teenagers?|lad|dude|someone)(?: \w+)? (?:in|wearing|driving|with)"
    rf" (?:an? |the |her |his )?{_B}",
    r"\b(?:types?|mecs?|hommes?|femmes?|gars|chauffards?|conducteurs?|abrutis?|jeunes?|elle|il)(?: \w+)?"
    rf" (?:en|avec|portait|au volant)(?: (?:un|une|son|sa|d'un|d'une))?(?: \w+)? {_B}",
    rf"\b(?:while|when) (?:i|we) (?:was|were) (?:shopping |sitting )?(?:in|at) {_A}{_B}",
    rf"\b(?:pendant|alors|quand) qu(?:e |')?(?:j'etais|on etait|nous etions) (?:chez |a |au |dans ){_A}{_B}",
    rf"\b(?:got|been|was|getting) dumped\b.{{0,40}} (?:at|in|outside) {_A}{_B}",
    rf"\b(?:my|mon) ex\b(?! (?:at|chez|de)).{{0,40}} (?:at|in|into|au|a|dans) {_A}{_B}",
)
ASKS: Final = _any(
    r"\b(?:can|could|would) (?:you|someone|anyone) (?:please )?(?:help|tell|advise)",
    r"\bhow (?:do|can|should) (?:i|we)\b|\b(?:who|where|what) (?:can|do|should) (?:i|we)\b|\bis there (?:a|any) way\b",
    r"\b(?:does|do) (?:anyone|anybody|someone|you) know\b|\b(?:quelqu'un|qqn) (?:sait|connait)\b",
    r"\bque (?:faire|dois-je|puis-je)\b|\b(?:comment|ou|qui) (?:faut-il|faire|dois-je|puis-je|peut-on|les? |la )",
    r"\b(?:pouvez|pourriez)[- ]vous\b|\bvous avez un (?:formulaire|numero|contact)",
)
THIRD_PARTY: Final = _any(
    r"\b(?:scammers?|scumbags?|thie(?:f|ves)|hackers?|con ?m[ae]n|fraudsters?|mugged|robbed|burgled|someone (?:stole|hacked))\b",
    r"\b(?:my|our) (?:ex|neighbou?rs?|landlord|boss|roommate|flatmate|grand\w+)\b",
    r"\ban? (?:\w+ )?(?:seller|buyer|guy|man|woman|stranger|user|passenger) ",
    r"\b(?:escrocs?|arnaqueurs?|voleurs?|pirates?|voisine?s?|demarcheurs?|vandalise|cambrioles?)\b",
    r"\b(?:arnaques?|phishing|harcel\w*|haineux|raid|malade comme|malade depuis)\b",
    r"\b(?:fake|scam|phishing|suspicious|weird) (?:e?mails?|sms|texts?|messages?|calls?|sites?|accounts?)\b",
    r"\b(?:faux|fausses?|etranges?|bizarres?) (?:e?mails?|sms|textos?|messages?|appels?|sites?|comptes?)\b",
    r"\bune? (?:voyageur|passager|vendeur|acheteur|type|mec|individu|inconnu|homme|femme|gars)\b",
    r"\b(?:mon|ma) (?:ex|proprio|proprietaire|patron|coloc|grand-mere|grand-pere)\b",
)
SERVICE: Final = _any(
    r"\b(?:your|you guys|you have|you've|you are|you're|votre|vos|vous avez|vous etes)\b(?! un (?:formulaire|numero))",
    r"\b(?:staff|customer service|service client|sav|refund\w*|rembours\w*|(?:over)?charged|my order|ma commande|manager)\b",
    r"\b(?:rude|on hold|no one (?:answers|replies)|refus\w*|raccroche\w*|no (?:apology|response|reply|answer))\b",
    r"\b(?:queued?|queuing|caisse|checkout|cashier|caissi\w+|vigile|security guard|employee\w*|employee?s?|delivered|livraison)\b",
)
"""Words of complaints about a service: with them, a brand that looks like a place or a bystander may be to blame."""
CULPRIT: Final = _any(
    r"\b(?:weather|rain\w*|storm\w*|snow\w*|freezing|flood\w*|fire|traffic|accident|strikes?|protest\w*|security|tsa)\b",
    r"\b(?:pluie|pleut|neige|verglas|tempete|orage|meteo|gele|inondation|incendie|bouchons?|greves?|manifs?)\b",
    r"\b(?:ex|boss|landlord|neighbou?rs?|roommate|friends?|cousin|thie(?:f|ves)|scammers?|drunk|referee)\b",
    r"\b(?:chef|patron|proprio|voisine?s?|belle-mere|coloc|voleurs?|escrocs?|un fou|un type|plombier|pote)\b",
    r"\b(?:died|dead dog|funeral|cancer|sick|flu|fever|migraine|hospital|exams?|divorce|break-?up|dumped|mondays?)\b",
    r"\b(?:awful|bad|horrible|terrible|rough|worst|shit|crap) (?:day|week|month|year)\b|\b(?:journee|semaine) [a-z]+",
    r"\b(?:mort|deces|enterrement|malade|grippe|fievre|rhume|examens?|rupture|metro|vol annule|train supprime|pneu)\b",
    r"\b(?:stolen|mugged|robbed|burgled|cambriol\w*|agress\w*|crevee?|crashed|smashed|broke my|lost my|missed my)\b",
    r"\b(?:my own|j'ai (?:rate|casse|perdu|oublie)|rate|vole)\b",
)
SUSPECT: Final = _any(r"\b(?:they|their|them|ils|elles|leur|leurs)\b")
"""Pronouns that may well stand for the brand."""
SARCASM: Final = _any(
    r"\b(?:thanks?|thank you|thx|(?:great|good|nice) job|well done|way to go|congrat\w*|bravo|love how|genius|merci)\b",
    r"\b(?:felicitations|no shame|aucune honte)\b|[👏🙄]",
)
SPOILT: Final = _any(
    r"\b(?:wrong|late|broken|damaged|nothing|nobody|no one|never|not|only|finally|again|twice|useless|worse|fake|empty)\b",
    r"n't\b|\b(?:refus\w*|casse\w*|abime\w*|mauvaise?|retard|rien|personne|jamais|pas|plus|encore|seulement|enfin)\b",
    r"\b(?:vide|faux|fausse|pire|deux fois|troue|fees?|bills?|fine|invoice|facture|amende|voucher|bon d'achat)\b",
)
TAKEN_BACK: Final = re.compile(r"\b(?:until|till|jusqu|regret\w*|never again|plus jamais)\b")
"""What undoes a praise that stands before it."""
GOOD: Final = re.compile(rf"[{BRAND}]+(?:'s)?(?: [a-z]+)? {DEED}")
