"""Good turns that a company or its people do for somebody in trouble, French and English, on a flat, marked line."""

from typing import Final

from models.target.line import BRAND

_SOON: Final = (
    r"(?:at once|immediately|within|in \d|in (?:two|five|ten|no)|tout de suite|dans la|en \d|en (?:deux|dix)|vite)"
)
_DID: Final = (
    "rebooked|replaced|refunded|reimbursed|sent|shipped|overnighted|delivered|lent|gave|offered|found|fixed|sorted"
    "|helped|handled|recovered|retrieved|upgraded|covered|paid|waived|warned|hugged|comforted|reunited|reassured"
    f"|rescued|saved|(?:answered|replied) {_SOON}|called (?:me|us) back|came (?:out|through|round|in|within)"
    "|(?:showed|turned) up"
    "|stepped (?:in|up)|held the|waited for|stayed (?:open|late)|(?:was|were) (?:still )?open|took over|never lets?"
    "|never (?:fails?|failed)(?! to disappoint)|never disappoints?|(?:took|takes) (?:great )?care"
    "|(?:was|were|is|are|has been|have been) (?:so |very |really |super |absolutely |just |always )*"
    "(?:kind|lovely|brilliant|amazing|great|helpful|patient|sweet|wonderful|fantastic|incredible|flawless|perfect)"
    "|(?:took|picked|walked|drove|got|put|let|moved|kept|cheered|bought|brought|carried|made) (?:me|us|my|our)"
    "|(?:got|made|fixed|sorted) (?:it|everything|them)|(?:did|does) (?:it|that|the same) (?:for free|in)"
    "|(?:went|goes) (?:above and beyond|out of (?:their|its|his|her) way)|keeps? (?:me|us) (?:going|sane|warm)"
    "|works? (?:perfectly|fine)"
)
_A_FAIT: Final = (
    "remplace|rembourse|envoye|expedie|livre|prete|donne|offert|trouve|retrouve|repare|regle|resolu|debloque|aide"
    "|pris en charge|pris le relais|attendu|tenu|ramene|replace|reloge|surclasse|couvert|paye|rappele|accueilli|depanne"
    f"|sauve|evite|apporte|assure|gere|console|rassure|prevenu|repondu {_SOON}|indemnise|accepte"
    "|fait (?:un geste|le necessaire)|remonte le moral"
    "|ete (?:super|adorable|top|au top|parfait|genial|reactif|formidable|impeccable|gentil|incroyable)"
)
DEED: Final = (
    rf"(?:(?:(?:just|even|then|actually|still|already|kindly|immediately|really|quickly|gladly) )?(?:{_DID})"
    r"|(?:nous |m'|l'|t'|les |leur |lui )?(?:en )?(?:a|ont) "
    rf"(?:(?:tout|deja|bien|vite|gentiment|immediatement|meme|vraiment) )?(?:{_A_FAIT})e?s?"
    r"|(?:etait|est reste|sont restes|roulait|marchait) (?:ouvert|la\b|a l'heure|quand meme)"
    r"|est venue?s? (?:tout de suite|en|le jour meme|nous|me)|tient (?:bon|le coup)"
    r"|(?:me|nous) (?:sauve|remonte le moral))(?![a-z])"
)
"""What it did, right after its name or its people's."""
DETERMINER: Final = (
    r"(?:an?|the|my|our|this|these|un|une|le|la|les|mon|ma|mes|ce|ces|cette|notre|nos|chez|celles?|celui)"
)
NAME: Final = (
    r"(?:(?:and|et|then|puis|bref|so|alors) )*"
    rf"(?:l'|(?:{DETERMINER} (?:[a-z]+ ){{0,2}}?(?:de |d'|of |at |from |chez )?)?)[{BRAND}]"
)
"""A brand's name, or one of its people, as the subject of a clause: “un employé de …”."""
DOES: Final = rf"(?:'s)?(?: (?!your?\b)[a-z]+){{0,2}}? {DEED}"
"""What follows a brand's name where it, or its people, do somebody good."""
