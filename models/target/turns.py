"""Turns of phrase, French and English, for a flat line in which the brand is marked: places, rescues, culprits …

One character of the brand's mark is enough at the edge of a pattern; `_B` is the whole name.
"""

import re
from typing import Final

from models.target.deeds import DOES
from models.target.line import BRAND

_B: Final = rf"{BRAND}+"
_A: Final = r"(?:an? |the |my |our |la |le |l'|les |ma |mon |mes |un |une |notre )?"
"""An article or possessive that may stand before a name."""
_TO_B: Final = rf"{_A}{BRAND}"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


UNLIKE: Final = _any(
    rf"\b(?:unlike|contrairement a|a la difference de|a l'inverse de) {_A}{_B}"
    r"(?: (?!qui|who|which|that|ou )\w+)?(?:[,.!]|$)"
)
"""Nothing else is said of the brand than that it is the contrary."""
OUTDONE: Final = _any(
    rf"\b(?:better|faster|cheaper|nicer|kinder|more \w+) than {_TO_B}",
    rf"\b(?:mieux|meilleure?s?|plus (?:rapide|fiable|honnete)s?) que {_TO_B}",
)
UNMATCHED: Final = re.compile(
    r"\b(?:nothing|nobody|no one|none|no|rien|personne|aucune?|pas)\b[^.!?]{0,25} (?:than|que) "
    rf"{_TO_B}"
)
"""Nothing is better."""
BLAMED: Final = _any(
    rf"\b(?:dump(?:ed|ing)|ditch(?:ed|ing)|good riddance|done with|sick of|fed up with|boycott|avoid) {_TO_B}",
    rf"\b(?:ras le bol|marre) (?:de |d'){_TO_B}",
    rf"\b(?:adieu|j'ai quitte|je quitte|boycott(?:ez|ons)?|fuyez|evitez) {_TO_B}",
    rf"\b(?:wouldn't|would not|won't|cannot|can't|don't|never) (?:recommend|trust|use|buy|fly|shop at) {_TO_B}",
    r"\bne (?:conseille|recommande|conseillerai|recommanderai)(?: (?:vraiment|surtout|certainement|pas|plus))* "
    rf"{_TO_B}",
)
_RESCUES: Final = (
    rf"{BRAND}(?: \w+){{0,3}} (?:saved|saves|saving|rescued|came to the rescue|came through|to the rescue)\b",
    rf"{BRAND}(?: \w+){{0,2}} (?:m'|nous |l'|t')(?:a|ont)(?: vraiment| bien| tous)? (?:sauve|depann|tire|secour|sorti)",
    rf"{BRAND} (?:me|nous) (?:sauve|depanne|tire d'affaire)",
    rf"{BRAND}(?: \w+){{0,3}},? (?:heroes|life ?savers?|absolute angels|real mvps?)\b",
    rf"\b(?:saved|rescued|helped out) by {_TO_B}",
    rf"\b(?:sauvee?s?|depannee?s?|tiree?s? d'affaire) par {_TO_B}",
    r"\b(?:thank (?:god|goodness|heavens?)|grateful|blessed|thankful|hurray|hooray|hats off|kudos|props"
    rf"|three cheers)(?: for| to| that)? {_TO_B}",
    rf"\b(?:grace a|vive|chapeau(?: a)?|heureusement qu'il y a|heureusement que j'ai) {_TO_B}",
    rf"\b(?:sans|without) {_A}{_B},? (?:j'aurais|je serais|on aurait|on serait|i would|i'd|we would|we'd)\b",
    rf"\b(?:owe (?:my life|everything|it all|one)|hats off|all thanks) to {_TO_B}",
    rf"{BRAND}(?: \w+){{0,2}} (?:(?:has|have) )?never (?:let|lets|disappoint\w*)\b",
    rf"{BRAND}(?: \w+){{0,2}} (?:ne )?(?:m'a|nous a) jamais (?:decue?|lachee?|laissee? tomber)",
    rf"\bc'est {_A}{_B} qui (?:m'a|m'ont|nous a|nous ont)\b",
)
_CLEARED: Final = (
    r"\b(?:never|not|haven't) (?:once )?had (?:a |an |any )?(?:single )?"
    rf"(?:problem|issue|complaint|trouble|worries|bad \w+)s?(?: \w+)? (?:with|about|from|at) {_TO_B}",
    r"(?:^|[.!,] ?)(?:no|zero|not a single|not one)(?: \w+)? (?:problem|issue|complaint|trouble|worrie|worry)s? "
    rf"(?:at all )?(?:with|about|from|at) {_TO_B}",
    rf"\b(?:can't|cannot|couldn't) (?:fault|complain about|say enough good about|praise) {_TO_B}",
    r"\b(?:aucune?|pas un|pas le moindre|jamais (?:eu )?(?:de |d'|un |le moindre |aucun ))(?: seul)?"
    rf" ?(?:souci|probleme|ennui|reproche|galere)s?(?: a faire)? (?:avec |chez |a ){_TO_B}",
    rf"\bpas (?:du tout )?(?:decue?s?|mecontente?s?)(?: du tout)? (?:par |de |d'|avec |chez ){_TO_B}",
    rf"\b(?:don't|do not|never) regret(?: \w+){{0,6}} {_TO_B}",
    rf"\b(?:they|people|everyone|everybody|he|she) (?:said|say|told me|warned me)\b.{{0,30}}{_B}.{{0,60}}\bwrong\b",
    r"\b(?:on|ils?|elles?|tout le monde) (?:m'avait|m'avaient|me|m'a) (?:dit|disait|disaient)\b"
    rf".{{0,30}}{_B}.{{0,60}}\b(?:tort|faux|betise|trompe)",
)
PRAISED: Final = _any(*_RESCUES, *_CLEARED)
"""It comes to the rescue, or its faults are denied."""
TAKEN_BACK: Final = re.compile(r"\b(?:until|till|jusqu|regret\w*|never again|plus jamais)\b")
"""What undoes a praise that stands before it."""
PREFERRED: Final = _any(
    r"\b(?:switch(?:ed|ing)?|mov(?:e|ed|ing)|(?:go|going|went|gone) back|upgrad(?:e|ed|ing)|stick(?:ing)?"
    rf"|stay(?:ing)?|stuck) (?:over )?(?:to|with) {_A}{_B}",
    r"\b(?:passee?|revenue?|retournee?|je (?:passe|retourne|reviens|reste)|j'ai choisi) (?:chez |a |sur )?"
    rf"{_A}{_B}",
    rf"{BRAND} (?:is|are|was|were|works?) (?:so |way |much |far |a lot )*better\b",
    rf"{BRAND} (?:est|sont|c'est|marche|fait) (?:bien |beaucoup |tellement |nettement )*(?:mieux|meilleure?s?)\b",
    rf"\b(?:i|much|really|still|we) prefer {_A}{_B}|\b(?:je|on) (?:lui |leur )?prefere(?: encore| de loin)? {_A}{_B}",
    rf"{BRAND} (?:would|does|do|did)(?: never|n't do that|n't treat)\b",
    rf"\b(?:glad|happy|relieved|content|contente|ravie?|soulagee?) (?:to be |i'm |i am |we're |d'etre |que je sois )?"
    rf"(?:with|chez|a|on) {_A}{_B}",
    rf"\b(?:finally|just|and|enfin) (?:bought|got|bought myself|achete|pris|commande) {_A}(?:\w+ )?{_B}",
    rf"{BRAND} (?:all the way|for the win|ftw|any day|every time|forever)\b",
)
DENIED: Final = re.compile(r"(?:\b(?:not|never|pas|jamais|hardly)|n't)\b[^.!?]{0,12}$")
"""What stands before a preference that is none."""
PLACE: Final = _any(
    r"\b(?:outside|in front of|near|next to|behind|above|across from|opposite|round the corner from|(?<=road )by"
    rf"|(?<=street )by) (?:of )?{_A}(?:local )?{BRAND}",
    rf"{BRAND}(?:'s)? (?:parking|car ?park|(?:lot|arena|stadium|park|ring|center|centre|dome|open|cup|velodrome)\b)",
    rf"{BRAND} (?:ligue|tour|league|\w+ league)\b",
    r"\b(?:devant|derriere|pres|a cote|en face|au-dessus|au dessus|en bas|a deux pas|non loin) (?:de |du |d'|des )?"
    rf"{_A}(?:station |magasin )?{BRAND}",
    rf"\b(?:parking|station|arret(?: de bus)?|rond-point|quartier|rue) (?:de |du |d'){_TO_B}|\bstation {BRAND}",
    rf"\b(?:stade|arena|ligue 1|ligue 2|top 14|trophee|coureur|equipe|circuit|open|coupe|grand prix) {BRAND}",
    r"\b(?:match|game|concert|gig|conference|festival|derby|show|race|referee|defending|performance|defeat|defence)\b"
    rf"[^.!?]{{0,50}} (?:at|in|of) (?:the )?{BRAND}",
    rf"\b(?:match|concert|spectacle|meeting|derby|defaite|finale)\b[^.!?]{{0,50}} (?:au |a la |a l'|du ){BRAND}",
    rf"\b(?:sponsored|presented|brought to you) by {_TO_B}|\b(?:sponsorise|parraine|presente)e?s? par {_TO_B}",
    r"\b(?:stabb\w+|shot|shooting|mugged|attacked|assault\w*|robbery|murder\w*|tabass\w+|agress\w+|poignard\w+|braquage)\b"
    rf"[^.!?]{{0,50}} (?:at|in|near|devant|au|a|dans) {_TO_B}",
    r"\b(?:match|game|defeat|episode|film|movie|show|team|defaite|equipe|finale|emission|serie)\b[^.!?]{0,30}"
    rf" (?:on|sur) {BRAND}|\b(?:defeat|defaite|match|film|episode) (?:ce soir |tonight |hier )?(?:on|sur) {BRAND}",
    rf"\b(?:creeps?|weirdos?|strangers?|trolls?|racists?|haters?|bullies|dumped|fired|laid off|bad news|harcel\w*"
    rf"|insult\w*|largue\w*|vire\w*)\b.{{0,60}} (?:on|over|via|through|sur|par) {BRAND}",
    rf"\b(?:while|when) (?:i|we) (?:was|were) (?:shopping |sitting )?(?:in|at) {_TO_B}",
    rf"\b(?:pendant|alors|quand) qu(?:e |')?(?:j'etais|on etait|nous etions) (?:chez |a |au |dans ){_TO_B}",
    rf"\b(?:got|been|was|getting) dumped\b.{{0,40}} (?:at|in|outside) {_TO_B}",
    rf"\b(?:my|mon) ex\b(?! (?:at|chez|de)).{{0,40}} (?:at|in|into|au|a|dans) {_TO_B}",
)
JOB: Final = _any(
    rf"{BRAND} (?:is|are) (?:now )?(?:hiring|recruiting|looking for an?)\b",
    rf"\b(?:now hiring|hiring|vacancy|wanted|job opening|we're hiring)\b.{{0,60}}\b(?:at|with|for) {_TO_B}",
    rf"{BRAND} (?:recrute|recherche une?|cherche une?|embauche)\b",
    rf"\b(?:offre d'emploi|poste a pourvoir|cdi|cdd|recrutement)\b.{{0,80}}{BRAND}",
)
BYSTANDER: Final = _any(
    rf"\b(?:stolen|snatched|burgled|mugged|robbed|stole)\b.{{0,60}}\b(?:my|an?|with) {BRAND}",
    rf"\bmy {_B}(?: \w+)?(?: was| got| has been)? (?:stolen|snatched)\b",
    rf"\b(?:vol a l'arrache|m'a vole|m'ont vole|cambriol\w*)\b.{{0,60}}\b(?:mon|ma|mes|un|une) {BRAND}",
    rf"\b(?:dropped|lost|forgot|broke|reading on|watching) my {BRAND}",
    rf"\b(?:stepped on|tripped over|marche sur|trebuche sur) {_TO_B}|\b(?:head to toe|dressed in|wearing) {_TO_B}",
    r"\b(?:pretending to be|claiming to be|posing as|impersonat\w+|se (?:fait|font|faisant|faisait) passer pour)"
    rf" {_TO_B}",
    r"\b(?:fake|scam|phishing|faux|fausses?|arnaque) (?:\w+ )?"
    r"(?:e?mails?|sms|texts?|messages?|calls?|appels?|sites?|websites?)"
    rf" (?:from |de |d')?{_TO_B}",
    rf"\bj'ai (?:fait tomber|perdu|oublie|casse) m(?:on|a|es) {BRAND}",
    r"\b(?:guys?|m[ae]n|wom[ae]n|idiots?|drivers?|kids?|teenagers?|lad|dude|someone)(?: \w+)?"
    rf" (?:in|wearing|driving|with) (?:an? |the |her |his )?{BRAND}",
    r"\b(?:types?|mecs?|hommes?|femmes?|gars|chauffards?|conducteurs?|abrutis?|jeunes?|elle|il)(?: \w+)?"
    rf" (?:en|avec|portait|au volant)(?: (?:un|une|son|sa|d'un|d'une))?(?: \w+)? {BRAND}",
)
"""Its product is stolen, worn or driven by somebody, or broken by its owner."""
ASKS: Final = _any(
    r"\b(?:can|could|would) (?:you|someone|somebody|anyone|anybody) (?:please )?(?:help|tell|advise)",
    r"\bhow (?:do|can|should) (?:i|we)\b|\b(?:who|where|what) (?:can|do|should) (?:i|we)\b|\bis there (?:a|any) way\b",
    r"\b(?:does|do) (?:anyone|anybody|someone|you) know\b|\b(?:quelqu'un|qqn) (?:sait|connait)\b",
    r"\bque (?:faire|dois-je|puis-je)\b|\b(?:comment|ou|qui) (?:faut-il|faire|dois-je|puis-je|peut-on|les? |la )",
    r"\b(?:pouvez|pourriez)[- ]vous\b|\bvous avez un (?:formulaire|numero|contact)",
)
THIRD_PARTY: Final = _any(
    r"\b(?:scammers?|scumbags?|thie(?:f|ves)|hackers?|con ?m[ae]n|fraudsters?|mugged|robbed|burgled"
    r"|someone (?:stole|hacked|got into))\b",
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
    r"\b(?:your|you guys|you have|you've|you are|you're|votre|vos|vous avez|vous etes)\b(?! (?:un formulaire|nom))",
    r"\b(?:staff|customer service|service client|sav|refund\w*|rembours\w*|(?:over)?charged|my order|ma commande)\b",
    r"\b(?:rude|on hold|no one (?:answers|replies)|refus\w*|raccroche\w*|no (?:apology|response|reply|answer))\b",
    r"\b(?:queue[ds]?|queuing|caisse|checkout|cashier|caissi\w+|vigile|security guard|employee?s?|manager)\b",
    r"\b(?:delivered|livraison|buffering|pixel\w*|lagg?ing|subscription|abonnement|reported|signale)\b",
)
"""Words of complaints about a service: with them, a brand that looks like a place or a bystander may be to blame."""
CULPRIT: Final = _any(
    # Weather, traffic, public trouble.
    r"\b(?:weather|rain\w*|storm\w*|snow\w*|hail|heatwave|freezing|flood\w*|fire|traffic|accident|strikes?|protest\w*)\b",
    r"\b(?:pluie|pleut|neige|verglas|tempete|orage|meteo|gele|grele|canicule|inondation|incendie|bouchons?|greves?"
    r"|manifs?|metro|vol annule|train supprime|bus (?:en panne|annule|supprime)|taxis?)\b",
    r"\b(?:security|tsa|noise|noisy|construction|travaux|bruit|prices? (?:are|is)|inflation|power cut|broke down)\b",
    # Other people.
    r"\b(?:ex|boss|husband|wife|landlord|neighbou?rs?|roommate|friends?|cousin|thie(?:f|ves)|scammers?|scammed|lowlife"
    r"|drunk|referee|someone|somebody|some (?:idiot|guy|jerk))\b",
    r"\b(?:chef|patron|proprio|voisine?s?|belle-mere|coloc|voleurs?|escrocs?|un (?:fou|type|abruti|mec)|plombier|pote"
    r"|mari|medecin|quelqu'un)\b",
    # Health, loss, bad days.
    r"\b(?:died|dead dog|funeral|cancer|sick|flu|fever|migraine|hospital|surgery|agony|hangover|crying|tears)\b",
    r"\b(?:exams?|divorce|break-?up|dumped|fired|laid off|mondays?|nightmare|stranded|homesick|passport|wedding)\b",
    r"\b(?:awful|bad|horrible|terrible|rough|rubbish|worst|shit|crap|hell) (?:day|week|month|year)\b",
    r"\b(?:journee|semaine|annee) (?:\w+ )?(?:pourrie|horrible|de merde|affreuse|infernale|difficile|catastroph\w+)",
    r"\b(?:mort|deces|enterrement|malade|grippe|fievre|rhume|operee?|urgences?|hopital|trouille|larmes|examens?|rupture"
    r"|chomage|demenagement|panique|galere)\b",
    # Theft, damage, one's own mistakes.
    r"\b(?:stolen|mugged|robbed|burgled|cloned|cambriol\w*|agress\w*|crashed|smashed|broke my|lost my|missed my)\b",
    r"\b(?:lost|missed) (?:passport|flight|train|wallet|keys)\b|\b(?:flat ty?re|crevee?|pneu|pare-brise|ouf)\b",
    r"\b(?:my own|j'ai (?:rate|casse|perdu|oublie)|rate|vole)\b",
    r"\b(?:oven|fridge|boiler|laptop|phone|car|dishwasher|heating|bus|frigo|four|chaudiere|voiture|telephone|ordi|bus)"
    r"(?: just| finally)? (?:died|exploded|broke|gave up|packed up|lache|explose|en panne|tombe)",
)
SUSPECT: Final = re.compile(r"\b(?:they|their|them|ils|elles|leur|leurs)\b")
"""Pronouns that may well stand for the brand."""
SARCASM: Final = _any(
    r"\b(?:thanks?|thank you|thx|(?:great|good|nice) job|well done|way to go|congrat\w*|bravo|love how|genius|merci)\b",
    r"\b(?:felicitations|no shame|aucune honte)\b|[👏🙄]",
)
GOOD: Final = re.compile(rf"{BRAND}{DOES}")
SPOILT: Final = _any(
    r"\b(?:wrong|late|broken|damaged|nothing|nobody|no one|never|not|only|finally|again|twice|useless|worse|fake)\b",
    r"n't\b|\b(?:refus\w*|casse\w*|abime\w*|mauvaise?|retard|rien|personne|jamais|pas|plus|encore|seulement|enfin)\b",
    r"\b(?:after|apres|hold|down|collections|runaround|poison\w*|waiting|attitude|sick|malade|fired|packing|away)\b",
    r"\b(?:empty|vide|faux|fausse|pire|deux fois|troue|fees?|bills?|fine|invoice|facture|amende|voucher|bon d'achat)\b",
)
"""What makes a deed a bad one."""
