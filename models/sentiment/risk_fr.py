"""The rules of the risk signal for French: what must be said, in what company, and what makes it harmless."""

from typing import Final

from models.sentiment.risk_rules import PLAY, Rule

_PEOPLE: Final = """
    client* | enfant* | personne* | gens | utilisateur* | utilisatrice* | passager* | voyageur* | salarie* |
    employe* | bebe* | patient* | homme | femme | ouvrier* | conducteur* | habitant* | fille | fils |
    nourrisson*
"""
_FIRM: Final = """
    entreprise | marque | pdg | patron* | dirigeant* | direction | manager* | employeur | magasin* | banque |
    compagnie | usine | groupe | societe | directeur | directrice | enseigne | operateur | cadre*
"""

RULES: Final = (
    Rule(
        topic="injury",
        language="fr",
        score=0.85,
        cue="""
            hospitalis* | blesse* | intoxique* | intoxication* | empoisonne* | mort | morte | morts | decede* |
            deces | tue | tues | brulures | brule vif | electrocute*
        """,
        beside=_PEOPLE,
        unless=PLAY
        + """
            | pas mort d homme | y a pas mort | mort de rire | morte de rire | mort de fatigue
            | mort de faim | morte de faim | tue le game | ca tue
            | j en peux plus
        """,
    ),
    Rule(
        topic="injury",
        language="fr",
        score=0.85,
        cue="""
            salmonelle* | salmonellose | listeria | listeriose | e coli | legionelle* | botulisme | monoxyde de
            carbone
        """,
    ),
    Rule(
        topic="safety-recall",
        language="fr",
        score=0.9,
        cue="""
            rappel produit | rappel de produit* | rappels de produits | rappel conso | rappelconso | rappel
            massif | rappelle _ produit* | rappelle _ lots | rappelle _ vehicules | rappelle des | retire de la
            vente | retires de la vente | retirees de la vente | retiree de la vente | ne pas consommer | ne
            plus consommer | ne les consommez pas | lot contamine | lots contamines
        """,
    ),
    Rule(
        topic="safety-recall",
        language="fr",
        score=0.8,
        cue="""
            rappel | rappels | rappelle | rappeles | rappelees
        """,
        beside="""
            lot | lots | vehicule* | modele* | defaut | defectueu* | airbag* | frein* | incendie | contamin* |
            risque* | danger* | batterie* | chargeur*
        """,
        unless=PLAY
        + """
            | piqure de rappel | dose de rappel | petit rappel | je rappelle que | pour rappel | on rappelle que
        """,
    ),
    Rule(
        topic="safety-recall",
        language="fr",
        score=0.8,
        cue="""
            pris feu | prend feu | prennent feu | explose* | exploser | explosion | s enflamme* | surchauffe*
        """,
        beside="""
            telephone* | batterie* | chargeur* | voiture* | trottinette* | ordinateur* | appareil* | produit* |
            grille pain | four | vehicule* | velo* | lave linge | seche linge | dans ma main | dans ma poche
        """,
        unless=PLAY
        + """
            | explose les ventes | ventes explosent | mort de rire
        """,
    ),
    Rule(
        topic="data-leak",
        language="fr",
        score=0.9,
        cue="""
            fuite de donnees | fuites de donnees | fuite massive | vol de donnees | donnees volees | donnees
            piratees | donnees personnelles volees | rancongiciel | ransomware | cyberattaque* | cyber attaque*
            | base de donnees exposee | mots de passe voles
        """,
    ),
    Rule(
        topic="data-leak",
        language="fr",
        score=0.75,
        cue="""
            pirate* | piratage | hacke* | hackers | fuite* | derobe* | voles | volees | exposees
        """,
        beside="""
            donnees | mots de passe | mot de passe | carte bancaire | cartes bancaires | iban | rib |
            coordonnees bancaires | comptes clients | base de donnees | fichiers clients
        """,
        unless=PLAY
        + """
            | fuite d eau
        """,
    ),
    Rule(
        topic="fraud",
        language="fr",
        score=0.8,
        cue="""
            fraude | fraudes | pot de vin | pots de vin | corruption | blanchiment | detournement de fonds |
            abus de biens sociaux | escroquerie | evasion fiscale | fraude fiscale | delit d initie | entente
            sur les prix | comptes truques | falsifie* | scandale financier
        """,
        unless=PLAY
        + """
            | service fraude | lutte contre la fraude | anti fraude | controle fraude
        """,
    ),
    Rule(
        topic="discrimination",
        language="fr",
        score=0.8,
        cue="""
            raciste* | racisme | sexiste* | sexisme | homophobe* | homophobie | transphobe* | transphobie |
            antisemite* | antisemitisme | islamophob* | discrimin* | delit de facies | grossophob* | validiste
        """,
        beside=_FIRM
        + """
            | pub | publicite | campagne | embauche | entretien | refuse* | vendeu* | chauffeur* | service |
            accueil | agent* | restaurant | hotel
        """,
        unless=PLAY
        + """
            | contre le racisme | contre les discriminations | lutte contre
        """,
    ),
    Rule(
        topic="misconduct",
        language="fr",
        score=0.8,
        cue="""
            harcelement | harcele* | agression sexuelle | agressions sexuelles | agresse* | viol | violee* |
            attouchements | violences sexuelles | metoo | balancetonporc | comportement* inapproprie*
        """,
        beside=_FIRM
        + """
            | salarie* | employe* | collegue* | chauffeur* | vigile* | travail | accuse* | plainte* | temoigne*
        """,
        unless=PLAY
        + """
            | contre le harcelement
        """,
    ),
    Rule(
        topic="labour",
        language="fr",
        score=0.75,
        cue="""
            en greve | greve | greves | preavis de greve | debrayage | licenciement* | licencie* | plan social |
            suppression* de postes | suppression d emplois | suppressions d emplois | supprime _ postes |
            supprime _ emplois | conditions de travail | travail des enfants | travail force | esclavage moderne
            | burn out | salaires impayes | prud hommes | fermeture d usine | fermeture de l usine
        """,
    ),
    Rule(
        topic="environment",
        language="fr",
        score=0.8,
        cue="""
            maree noire | dechets toxiques | greenwashing | ecoblanchiment | rejets toxiques | rejets polluants
            | rejet de produits chimiques | pollue | polluent | pollution de la riviere | pollution de l eau |
            deforestation | maltraitance animale | cruaute animale | eau contaminee | pfas | polluants eternels
            | dieselgate | deverse* dans la riviere | fuite chimique
        """,
        unless="""
            ne pollue pas | pollue moins | zero deforestation
        """,
    ),
    Rule(
        topic="legal",
        language="fr",
        score=0.75,
        cue="""
            plainte deposee | porte plainte | portent plainte | depot de plainte | depose plainte | action
            collective | class action | assigne en justice | poursuivi* en justice | attaque* en justice | mise
            en examen | mis en examen | condamne* a payer | condamne* a verser |
            condamne* a une | condamne* a _ millions | condamne* pour | amende de | amende record | perquisition* |
            enquete ouverte | ouvre une enquete | ouverture d une enquete | parquet national financier | dgccrf
            | cnil sanctionne | garde a vue
        """,
    ),
    Rule(
        topic="boycott",
        language="fr",
        score=0.85,
        cue="""
            boycott* | boycottons | boycottez | n achetez plus | n achetez pas | n achetons plus | desabonnez
            vous | supprimez l appli | supprimez l application
        """,
        unless=PLAY
        + """
            | boycott du scrutin
        """,
    ),
    Rule(
        topic="outage",
        language="fr",
        score=0.75,
        cue="""
            panne generale | panne geante | panne nationale | panne majeure | panne reseau | panne de reseau |
            panne internet | panne informatique | en panne partout | service* indisponible* | site hors service
            | reseau hs | serveurs hs | serveur en panne | serveurs en panne | appli en panne | application en
            panne | plus de reseau | plus d internet | plus aucun reseau | site inaccessible | coupure generale
            | coupure nationale
        """,
    ),
    Rule(
        topic="outage",
        language="fr",
        score=0.65,
        cue="""
            en panne | est down | sont down
        """,
        beside="""
            appli | application | site | reseau | internet | box | serveur* | service* | paiement* | 4g | 5g |
            fibre | terminal | billetterie
        """,
        unless="""
            voiture en panne | ascenseur | machine a laver
        """,
    ),
    Rule(
        topic="rumour",
        language="fr",
        score=0.6,
        cue="""
            rumeur* | il parait que | parait que | non confirme* | on dit que | selon des sources | selon
            certaines sources | d apres des sources | bruit qui court | j ai entendu dire
        """,
        beside="""
            faillite | redressement judiciaire | liquidation | fermeture* | ferme* ses | va fermer | rachat |
            rachete* | demission* | contamine* | empoisonne* | etouffe* l affaire | cache* la verite | depot de
            bilan
        """,
        unless=PLAY
        + """
            | date de sortie
        """,
    ),
)
