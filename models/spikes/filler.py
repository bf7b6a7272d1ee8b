"""Words of French and English that say nothing of what a text is about, and how words are found in a text."""

import re
from typing import Final

_LONGEST: Final = 30
_MOST: Final = 30
_WORD: Final = re.compile(r"(?:https?://|www\.|@)\S+|([^\W\d_][\w'-]{2,30})")
_ELIDED: Final = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu|entr|aujourd)'(?=\w)")
_POSSESSIVE: Final = re.compile(r"'s?$")

_FILLER: Final = """
about above actually after again against ago ai aie aient ailleurs ain't ainsi ait all aller almost alors already also
although always am among amp and another any anybody anymore anyone anything anyway anywhere apparemment après are
aren't around as assez au aucun aucune aujourd'hui auparavant auprès auquel aura aurai aurait aussi autant autour autre
autres aux avaient avais avait avant avec avez aviez avions avoir avons away ayant back be beaucoup became because
become been before behind being below between bien bientôt bon bonjour bonne bonsoir both bref bring but by call came
can can't cannot cant car carrément ceci cela celle celles celui cependant certain certaine certaines certains
ces cet cette ceux chacun chaque chez chose choses ci combien come comes coming comme comment contre could
couldn't coup cours dans davantage day days debout dedans dehors delà demain depuis dernier dernière derrière des
dessous dessus deux devant devoir devrait did didn't didnt dire dis dit dite dites do does doesn't doesnt doing doit
doivent don't donc done donne donner dont down dur durant during déjà désormais each effet either elle elles else
encore enfin enough ensuite entre envers environ est estce etc eue eues euh eux even ever every everybody everyone
everything faire fais faisait fait faites far faut few find first fois font for franchement from full furent gave genre
get gets getting give given gives giving go goes going gone gonna good got gotta grand grande great gros gt guess guy
guys guère had hadn't half happen happened happens hardly has hasn't have haven't having he'd he'll he's hear heard
hein hello her here here's hers herself heure heures hey hier him himself his hors hour hours how however i'd i'll i'm
i've ici idk ils ima indeed instead into is isn't isnt it it'd it'll it's its itself ive jamais jour journée jours
jusque just juste keep keeps kept kind knew know known knows laquelle last later least lequel les lesquelles lesquels
less let let's leur leurs like likely little loin lol long look looking looks lors lorsque lot lots lt là-bas made
maintenant mais make makes making malgré many may maybe mdr mean means merci mes met mettre mieux might mille mine
minute minutes moi moindre moins mois moment mon monde month months more most mot much must my myself même mêmes near
nearly need needs neither never new next nobody none nor not nothing notre nous nouveau nouvelle now nowhere nuit nul
nôtre off often okay old omg once one ones only ont onto other others ouais oui our ours ourselves out outre over own
par parce pareil parfois parler parmi part partie partir partout pas passe passé pendant pense penser people perhaps
personne personnes petit petite peu peut peuvent peux please plein plus plusieurs plutôt plz point pour pourquoi
pourrait pourtant pouvez pouvoir pouvons premier première prend prendre presque pretty propre près ptdr puis puisque
put quand quant quasi que quel quelle quelles quelque quelques quels qui quiconque quite quoi quoique rather really
rend rendre rien right rt said sais sait salut same sans sauf savez savoir saw say saying says see seeing seem seems
seen selon semaine semaines semble sent sera serai serait seront ses seul seule seulement several shall she she'd
she'll she's should shouldn't show si sien since soi soir sois soit some somebody somehow someone something sometimes
somewhere sommes son sont soon sorry sorte sous souvent soyez still stp stuff such suffit suis suite suivant sur sure
surtout svp take taken takes taking tandis tant tard tel tell telle tellement telles tels temps tenir tes than thank
thanks that that'd that'll that's thats the their theirs them themselves then there there's these they they'd they'll
they're they've theyre thing things think thinking this those though thought three through thru thus tiens till time
times today together toi told tomorrow ton tonight too took toujours tous tout toute toutes toward towards tried trois
trop trouve trouver truc trucs try trying très twice two under une unless until upon use used uses using usually vas
venir vers very veulent veut veux via vient vite voici voilà voir vois voit voix vont vos votre voudrait voulait voulez
vouloir vous voyez vrai vraie vraiment vue vôtre wanna want wanted wants was wasn't wasnt way ways we'd we'll we're
we've week weeks well went were weren't what what's whatever when where where's whether which while who who's whole
whom whose why will with within without won't wont would wouldn't wow yeah year years yep yes yesterday yet you you'd
you'll you're you've your youre yours yourself égal également étaient étais était étant été évidemment êtes être
"""
FILLER: Final = frozenset(_FILLER.split())


def words(text: str) -> list[str]:
    """The different words of a text that can carry meaning: no links, handles, numbers, elisions or filler.

    >>> words("@acme My BAG is late, late! http://t.co/x"), words("L’avion n'est pas parti, qu'est-ce que c'est ?")
    (['bag', 'late'], ['avion', 'parti'])
    """
    plain = text.replace("’", "'").lower()
    found = (_bare(match[1]) for match in _WORD.finditer(plain) if match[1])
    telling = (word for word in found if len(word) > 2 and word not in FILLER)
    return list(dict.fromkeys(telling))[:_MOST]


def _bare(word: str) -> str:
    """Without what French elides before it and English hangs on; a word that is filler as a whole stays whole."""
    word = word.strip("-")
    if word in FILLER:
        return word
    word = _POSSESSIVE.sub("", _ELIDED.sub("", word))
    head = word.partition("-")[0]
    return head if head in FILLER or head in {"est", "ce"} else word[:_LONGEST]
