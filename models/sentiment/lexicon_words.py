"""The words of the lexicon classifier: folded (no case, no accents), written for this project."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BAD: Final = {
    "fr": _words("""
        mal nul nuls nulle nulles nullissime naze nazes pourri pourris pourrie pourries mauvais mauvaise mauvaises
        pire pires horrible horribles affreux affreuse abominable lamentable lamentables minable minables mediocre
        mediocres deplorable inadmissible inacceptable inacceptables scandaleux scandaleuse scandale honte honteux
        honteuse decu decue decus decues decevant decevante deception decoit arnaque arnaques arnaqueur arnaqueurs
        escroc escrocs escroquerie voleur voleurs vol voles menteur menteurs mensonge mensonges mentent trompeur
        fuyez fuir eviter evitez probleme problemes panne pannes bug bugs bugge plante plantage bloque bloquee lent
        lente lenteur retard retards annule annulee annulation casse cassee defectueux defectueuse defaut defauts
        degoute degoutee degoutant degueulasse immonde infect cher chere exorbitant ruineux abus abuse abusif
        ridicule ridicules incompetent incompetents incompetence incapable incapables injoignable impossible impoli
        impolie mepris meprisant insulte colere enerve enervee enervant agacant agace marre ras merde merdique
        chiant chier emmerde enfer infernal catastrophe catastrophique desastre desastreux cauchemar galere galerer
        peur inquiet inquietant danger dangereux dangereuse triste tristesse malheureux malheureusement dommage
        regrette regret plainte plaintes plains reclamation reclamations rembourser remboursez boycott boycottez
        jamais perdu perdue perte pertes insupportable inutile inutiles scandalise revoltant revolte indigne ignoble
        odieux toxique malade faillite echec echoue tue tuer mort morts harcelement raciste sexiste fraude fraudes
        negligence sale sales bordel foutage foutent
    """),
    "en": _words("""
        bad worse worst awful terrible horrible horrid dreadful pathetic poor poorly lousy crap crappy shit shitty
        bullshit suck sucks sucked sucking hate hated hates hateful disgusting disgusted disgrace disgraceful shame
        shameful ashamed disappointed disappointing disappointment disappoints unacceptable ridiculous absurd stupid
        dumb idiotic idiots useless worthless garbage trash rubbish junk scam scams scammed scammers fraud
        fraudulent liar liars lie lies lied lying cheat cheated cheating steal stealing stole stolen thief thieves
        ripoff overpriced expensive broken broke breaks break breaking bug bugs buggy crash crashes crashed crashing
        fail failed fails failing failure failures faulty defective down outage outages error errors slow slower
        slowest delay delayed delays late cancel cancelled canceled cancels stuck lost lose losing missing missed
        ruined ruin wrong wrongly problem problems issue issues trouble complain complaint complaints complaining
        rude unhelpful unprofessional incompetent incompetence ignored ignoring ignore unreliable nightmare disaster
        hell damn damned wtf angry anger furious mad annoyed annoying frustrated frustrating frustration upset sad
        sadly unhappy sorry tired sick fear afraid scared scary worried danger dangerous unsafe toxic poison kill
        killed killing dead death racist sexist abuse abusive harass harassment lawsuit boycott avoid refund never
        worried unfair greedy greed shady misleading disrespectful insulting gross
    """),
}

GOOD: Final = {
    "fr": _words("""
        bon bons bonne bonnes bien mieux meilleur meilleure meilleurs meilleures super superbe superbes genial
        geniale geniaux excellent excellente excellents excellence parfait parfaite parfaits parfaitement magnifique
        magnifiques merveilleux merveilleuse formidable fantastique extraordinaire exceptionnel exceptionnelle
        incroyable sublime top topissime cool sympa sympas sympathique agreable agreables plaisant plaisir ravi
        ravie ravis content contente contents satisfait satisfaite satisfaits satisfaction heureux heureuse bonheur
        joie joyeux fier fiere fiers fierte bravo felicitations felicite merci mercis remercie remercier
        reconnaissant adore adorer adorent aime aiment aimer kiffe kiff apprecie apprecier recommande recommander
        conseille efficace efficaces efficacite rapide rapides rapidement fiable fiables serieux serieuse
        professionnel professionnels professionnelle professionnalisme aimable gentil gentille gentils accueillant
        attentionne disponible reactif reactive utile utiles pratique pratiques facile simple clair claire propre
        beau belle beaux belles joli jolie jolis delicieux delicieuse savoureux bluffant impressionnant
        impressionnante impeccable nickel chapeau reussi reussie reussite succes gagne gagnant victoire progres
        ameliore amelioration innovant innovation espoir optimiste confiance solidaire genereux utilement avantageux
        gratuit gratuite cadeau offert vive hate sourire magique qualite chouette enchante epate epatant comble
    """),
    "en": _words("""
        good great best better awesome amazing excellent excellence fantastic fabulous wonderful brilliant superb
        perfect perfectly outstanding exceptional incredible impressive impressed magnificent marvelous lovely love
        loved loves loving like liked likes enjoy enjoyed enjoying enjoys nice nicely cool fun funny happy happily
        happiness glad pleased pleasure delighted delightful delight thrilled excited exciting grateful thank thanks
        thankful thx cheers congrats congratulations bravo kudos wow yay win wins winner winning won success
        successful succeed proud pride beautiful beautifully gorgeous pretty cute sweet elegant stylish delicious
        tasty yummy fresh clean comfortable comfy cosy cozy easy easily simple smooth smoothly fast faster fastest
        quick quickly prompt promptly efficient effective reliable helpful friendly kind kindly polite courteous
        professional caring attentive responsive useful handy recommend recommended recommends favorite favourite
        improved improvement improving improves innovative innovation smart clever safe safely trusted trust honest
        fair generous worth affordable bargain free gift hope hopeful optimistic inspiring inspired inspire support
        supportive solid stunning epic rocks rock blessed bliss magic magical smile smiling celebrate welcome warm
        flawless superior stellar solved fixed
    """),
}

BOOST: Final = {
    "fr": _words(
        "tres trop si tellement vraiment hyper super ultra absolument totalement completement grave extremement"
    ),
    "en": _words("very so too really extremely absolutely totally completely utterly super fucking such incredibly"),
}

NEGATE: Final = {
    "fr": _words("ne n pas jamais aucun aucune rien sans ni guere"),
    "en": _words("not no never none nothing without cannot cant dont wont isnt wasnt didnt doesnt hardly neither nor"),
}

NEGATE_AFTER: Final = _words("pas jamais plus rien")

FUNCTION_WORDS: Final = {
    "fr": _words("""
        le la les un une des du de et est sont etait pas ne je tu il elle nous vous ils elles ce cette ces mon ma
        mes ton ta tes son sa ses votre vos leur qui que quoi dont ou pour par sur avec sans dans chez plus tres
        mais donc car si c j l d qu n s m t au aux en y a ai as ont ete suis
    """),
    "en": _words("""
        the a an and or but is are was were be been being am i you he she it we they my your his her its our their
        this that these those of to in on at for with from by as not no do does did have has had will would can
        could should what when who how why just so if than then there here me him them us
    """),
}

SIGNS: Final = {
    **dict.fromkeys("😡🤬😠👎💩🤮😤😭😢😞😔🙄😒😩😫🤦😱💔🤢🖕😖😣", -1.0),
    **dict.fromkeys("😀😃😄😁😊😍🥰😘👍🎉❤💕💖🤩🥳👏💪🙌🔥✨😎🙏💯🤗☺♥", 1.0),
    **dict.fromkeys((":(", ":-(", ":'(", ":/", ":-/", "=("), -1.0),
    **dict.fromkeys((":)", ":-)", ":d", ";)", ";-)", "=)", ":p"), 1.0),
}
