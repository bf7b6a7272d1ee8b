"""The risk signal's words for French on harm to people: injuries, products, data, discrimination, misconduct."""

from typing import Final

from models.risk.rule import Rule
from models.risk.words.fr_company import DATA, FIRM, FOOD, GOODS, PEOPLE, STAFF

RULES: Final = (
    # injury
    Rule(
        "injury",
        0.85,
        cue="""
            salmonelle* | salmonellose* | listeria | listeriose | e coli | legionelle* | botulisme | norovirus |
            intoxication alimentaire | intoxications alimentaires | toxi infection
        """,
    ),
    Rule(
        "injury",
        0.6,
        cue="monoxyde de carbone",
        unless="detecteur* | alarme",
    ),
    Rule(
        "injury",
        0.75,
        cue="""
            hospitalis* | blesse | blesses | blessee | blessees | intoxique* | intoxication* | empoisonne* |
            electrocute* | etat grave | urgence absolue | soins intensifs | en reanimation | pronostic vital |
            amput* | paralyse* | ebouillante* | brules | brulee | brulees | choc anaphylactique | perdu connaissance
            | etouffe avec | s est etouffe | defigure*
        """,
        beside=PEOPLE,
        unless="blesse dans mon orgueil",
    ),
    Rule(
        "injury",
        0.75,
        cue="""
            a l hopital | a l hosto | aux urgences | aux urgence | les pompiers | le samu | en ambulance |
            lavage d estomac
        """,
        beside="""
            apres | mange | manger | bu | boisson | votre | vos | leur | leurs | a cause | brule* | brulure* |
            utilise* | produit | fini a | finit a | fini | tombe* | explosion | usine | incendie | chute
        """,
        unless="accouche | ne a l hopital | sauve",
    ),
    Rule(
        "injury",
        0.75,
        cue="""
            mort | morte | morts | mortes | decede* | deces | meurt | meurent | tue | tues | tuee | mortel |
            mortelle | mortels | perdu la vie | a peri | noye* | drame
        """,
        beside="""
            usine | explosion | accident* | entrepot | vol | chantier | ouvrier* | nourrisson* | bebe* | passager* |
            legiste | police | victime* | apres avoir mange | apres avoir pris | effets secondaires | grand huit |
            manege | attraction | camion | incendie | effondrement | patients | autopsie | cycliste* | gaz |
            percute* | ecrase* | livreur* | origine de la | lien avec | parquet | chute | interimaire*
        """,
        unless="""
            mort de rire | morte de rire | mort de fatigue | morte de fatigue | mort de faim | morte de faim |
            tue le game | ca tue | batterie est morte | batterie morte | poissons morts | grand pere | point mort |
            temps mort | mort subite biere | telephone est mort | mortel ce | trop mortel | coup mortel | saut
        """,
    ),
    Rule(
        "injury",
        0.55,
        cue="""
            un mort | deux morts | trois morts | quatre morts | N morts | plusieurs morts | a tue _ personnes |
            fait _ blesses | fait _ morts | est decede
        """,
        unless="film | serie | batterie | grand pere | poissons",
    ),
    Rule(
        "injury",
        0.8,
        cue="""
            troisieme degre | second degre | deuxieme degre | perdu ~ doigt* | doigt* sectionne* | perdu un oeil |
            casse une dent | dents cassees | brulures
        """,
        unless="humour | au second degre | brulures d estomac",
    ),
    Rule(
        "injury",
        0.6,
        cue="""
            brule | brulee | brules | ecrase | ecrasee | coupe | entaille | fracture | fracture* | coince | happe |
            cassee | arrache
        """,
        beside="""
            ma main | la main | mon visage | ma peau | ma jambe | mon bras | doigt* | visage | la peau |
            tapis roulant | machine | poignet | cuir chevelu | presse | sa main | ouvrier | crane | levres
        """,
        unless="ski | calories | gueule",
    ),
    Rule(
        "injury",
        0.65,
        cue="""
            malade | malades | vomi | vomir | vomis | vomit | gastro | reaction allergique | crampes |
            maux de ventre | malade comme
        """,
        beside=PEOPLE + " | " + FOOD,
        unless="malade mental | de malade | arret maladie | malade de",
    ),
    # safety-recall
    Rule(
        "safety-recall",
        0.9,
        cue="""
            rappel produit | rappel de produit* | rappels de produits | rappel conso | rappelconso | rappel massif |
            rappelle ~ produit* | rappelle ~ lots | rappelle ~ vehicules | rappelle N | rappelle des | rappel de N |
            rappel de vehicules | retire* de la vente | retire* du marche | retirees de la vente |
            retiree de la vente | retire* des rayons | retrait rappel | retrait des rayons | campagne de rappel |
            ne pas consommer | ne plus consommer | ne les consommez pas | lot contamine | lots contamines |
            impropre* a la consommation | avis de rappel | lots concernes | n utilisez plus | ne plus utiliser |
            ne pas utiliser | rapporter en magasin
        """,
        unless="rappelle des souvenirs | rappelle des choses | rappelle des bons | rappelle des trucs",
    ),
    Rule(
        "safety-recall",
        0.7,
        cue="rappel | rappels | rappelle | rappeles | rappelees | rappelee | rapatrie",
        beside="""
            lot | lots | vehicule* | defaut* | defectueu* | airbag* | frein* | incendie | contamin* | risque* |
            danger* | batterie* | chargeur* | bacterie* | corps etranger | allergene*
        """,
        unless="""
            piqure de rappel | dose de rappel | petit rappel | dernier rappel | je rappelle que | pour rappel |
            on rappelle que | vous rappelle que | rappelle pas | me rappelle | rappelle moi | te rappelle | rappeler
        """,
    ),
    Rule(
        "safety-recall",
        0.75,
        cue="""
            pris feu | prend feu | prennent feu | explose | explosent | exploser | explosion | explosions |
            s enflamme* | enflamme | surchauffe* | embrase* | s est embrase | en feu | crame | cramer | a fume |
            de la fumee | fondre | fondu | etincelles | court circuit | lance flammes | en flammes | brule tout seul
            | decharge electrique | electrocut* | gonflee | gonfle
        """,
        beside=GOODS,
        unless="""
            explose les ventes | ventes explosent | explosent au | mort de rire | explosion de saveurs | record |
            concurrence | defense de fumer | le feu au | explose mon forfait | fondre de plaisir | coeur | fondu de
            | explose les prix | crame mon | invendus | explose de joie | feu vert | feu rouge
        """,
    ),
    Rule(
        "safety-recall",
        0.6,
        cue="""
            explose dans ma | explose dans les mains | explose a la figure | pris feu | a fait fondre | prend feu |
            crame tout seul
        """,
        unless="barbecue | foret",
    ),
    Rule(
        "safety-recall",
        0.6,
        cue="pompiers | incendie de | a brule",
        beside=GOODS,
        unless="calendrier",
    ),
    Rule(
        "safety-recall",
        0.75,
        cue="""
            trouve | trouver | retrouve* | decouvert | decouverte | decouvre | il y avait | y avait | y a | presence
            | plein de | contient | contiennent | traces | bout de | bouts de | morceau* | fragment*
        """,
        beside="""
            verre | metal | metallique* | asticot* | vers | moisi* | moisissure* | cafard* | un rat | souris |
            aiguille* | plastique dans | une vis | plomb | arsenic | mercure | amiante | cadmium | benzene |
            pesticide* | insecte* | lame | rongeur* | mouche | larve* | caoutchouc | mort aux rats
        """,
        also=FOOD + " | " + "produit* | jouets | creme | shampoing | talc | bijoux",
        unless="verre de | un verre | photo est truquee | canicule",
    ),
    Rule(
        "safety-recall",
        0.85,
        cue="""
            non declare* | risque d etouffement | risque d incendie | risque d explosion | risque de brulure |
            risque de blessure | danger pour les enfants | airbags defectueux | freins defectueux | se declencher |
            ne roulez plus | peut se fissurer | peuvent se fissurer | corps etranger | corps etrangers |
            produit dangereux | produits dangereux | pas aux normes | freins lachent
        """,
        unless="alarme | travail non declare",
    ),
    Rule(
        "safety-recall",
        0.65,
        cue="""
            freins | frein | airbag* | roue* | direction | ceinture* | accelerateur | boite de vitesse* |
            pilote automatique
        """,
        beside="""
            lache | lachent | defaillan* | defectueu* | detache* | bloque | bloques | ne marchent | ne repond |
            casse | ne pas se | panne
        """,
        unless="prise de tete",
    ),
    # data-leak
    Rule(
        "data-leak",
        0.9,
        cue="""
            fuite de donnees | fuites de donnees | fuitededonnees | fuite massive | vol de donnees | donnees volees
            | donnees piratees | donnees personnelles volees | rancongiciel* | ransomware | ranconneur* |
            cyberattaque* | cyber attaque* | attaque informatique | base de donnees exposee | mots de passe voles |
            donnees exposees | violation de donnees | donnees en vente | donnees dans la nature | donnees ont fuite
            | faille de securite | serveur mal protege | piratage massif | intrusion informatique |
            donnees compromises | donnees derobees
        """,
        unless="au vol de donnees",
    ),
    Rule(
        "data-leak",
        0.7,
        cue="""
            pirate | pirates | piratee | pirater | piratage | hacke | hackes | hacker | hackers | hackee | fuite |
            fuites | fuite* | derobe* | voles | volees | vole | exposees | expose | compromis | compromise |
            compromises | dark web | darknet | en vente | en ligne | intrusion | dans la nature | dehors | siphonne*
            | aspire*
        """,
        beside=DATA,
        unless="""
            fuite d eau | hackathon | fuite de gaz | compte en ligne | compte pirate des | en ligne en |
            banque en ligne | ouvrir un compte
        """,
    ),
    Rule(
        "data-leak",
        0.65,
        cue="""
            fait hacker | fait pirater | fait piratee | ete pirate* | ete hacke* | s est fait hack* |
            se faire pirater | se faire hacker | piratage | confirme une intrusion | revendiquent l attaque
        """,
        beside="""
            banque | compte* | paiement* | donnees | client* | carte | vous | mails | appli | serveur* | sous | mdp
            | ou quoi | encore | bleus | site | publier
        """,
        unless="quiz | streaming",
    ),
    Rule(
        "data-leak",
        0.75,
        cue="""
            d un autre client | d autres clients | quelqu un d autre | d un inconnu | des inconnus |
            d autres personnes | partage mon | partage mes | publie mon | publie mes | envoye mes | n importe qui |
            tout internet | tout le monde peut | retrouve en ligne | retrouvent ~ en ligne | accessibles a tous |
            en libre acces | laissait lire | laissent lire | retrouve sur internet
        """,
        beside="""
            compte | commande* | adresse | passeport | coordonnees | connecte | donnees | releve* | carte | messages
            | medical | factures | images | cameras | photos | numero | documents | profil
        """,
        unless="ouvrir un compte",
    ),
    Rule(
        "data-leak",
        0.5,
        cue="""
            paiements que je n ai jamais | paiement que je n ai jamais | achats que je n ai jamais |
            changez vos mots de passe | changez ~ mot de passe | debits que je n ai
        """,
    ),
    # discrimination
    Rule(
        "discrimination",
        0.75,
        cue="""
            raciste* | racisme | sexiste* | sexisme | homophob* | transphob* | antisemit* | islamophob* | discrimin*
            | delit de facies | controle au facies | facies | grossophob* | validis* | misogyn* | negrophob* |
            xenophob* | blackface | handiphob*
        """,
        beside=FIRM
        + " | "
        + STAFF
        + " | "
        + """
            pub | publicite | pubs | campagne | embauche | entretien | refus* | service | accueil | restaurant |
            resto | hotel | magasin | boutique | client* | propos | remarque* | jugee | excuses | denonce* | banque
            | compagnie | vol | appli | algorithme | logo | affiche* | collection | boycott* | candidat* | slogan |
            produit | spot | videur
        """,
        unless="""
            contre le racisme | contre les discriminations | contre la discrimination | lutte contre | sos racisme |
            anti racisme | antiraciste*
        """,
    ),
    Rule(
        "discrimination",
        0.7,
        cue="""
            refuse | refuses | refusee | refusent | refusait | refoule* | vire | virer | virent | mis dehors |
            sur le trottoir | debarque | debarquee | debarques | laissee sur | laisse sur | suivi | suivie |
            fouille* | jetait les cv | jetes | ecarte* | correspondait pas | interdit* d entree | payees moins |
            gagnent | chasse | expulse* | recale* | ignore | ignores | sortir
        """,
        beside="""
            noir | noire | noirs | noires | arabe | arabes | voile | voilee | voilees | fauteuil roulant | handicap*
            | gay | gays | lesbienne* | trans | asiatique* | musulman* | juif | juive | juifs | enceinte |
            couleur de peau | couleur de ma peau | noms etrangers | nom etranger | maghrebin* | rom | roms |
            chien guide | autiste | aveugle | sourd | parce que je suis | parce qu on parlait | parce que femme |
            kippa | couple homo | deux hommes | accent | africain* | deux femmes
        """,
        unless="vendredi noir | cafe noir | humour noir | robe noire | black friday | marche noir",
    ),
    Rule(
        "discrimination",
        0.6,
        cue="""
            une femme ne sait | les femmes ne savent | revenez avec votre mari | avec votre mari |
            femmes ~ N de moins | de moins que les hommes | moins que les hommes | noms etrangers |
            parce que je suis noir* | parce que je suis arabe | parce que je suis une femme |
            a cause de mon fauteuil | a cause de mon handicap | couple gay | se tient la main | peaux noires |
            peau noire | peaux foncees | ecart de salaire | ecarts de salaire | image de la marque |
            parce qu enceinte | a cause de mon nom | a cause de mon voile | parlait arabe | place des femmes |
            trop vieux pour | trop vieille pour
        """,
        unless="fond de teint | creme solaire",
    ),
    # misconduct
    Rule(
        "misconduct",
        0.8,
        cue="""
            harcelement sexuel | agression sexuelle | agressions sexuelles | violences sexuelles | violence sexuelle
            | metoo | balancetonporc | comportement* inapproprie* | attouchement* | pedophil* | abus sexuels |
            propos sexistes | management toxique | ambiance toxique | harcelement moral | main sur la cuisse |
            main aux fesses | predateur sexuel | regne par la peur | climat de peur
        """,
    ),
    Rule(
        "misconduct",
        0.65,
        cue="""
            harcelement | harcele* | agresse* | agression* | viol | viols | viole | violee* | frappe | frappee |
            frappes | gifle* | tabass* | roue de coups | coups de poing | insulte* | insultant | insulter | hurle* |
            humilie* | humiliation* | menace | menaces | menacee | brutalis* | violent* | bouscule* | crache* |
            tripot* | pelote* | peloter | touche les | main sur | intimidation* | ivre | bourre |
            verrouille les portes | maltrait* | espionn*
        """,
        beside=FIRM + " | " + STAFF,
        unless="""
            frappe aerienne | frappes aeriennes | syrie | armee | rechauffement | contre le harcelement |
            bouscule les codes | frappe les esprits | menace de pluie | menaces cyber | harcelement scolaire |
            coup de foudre | animal* | animaux | telephonique
        """,
    ),
    Rule(
        "misconduct",
        0.7,
        cue="""
            demissionne* | demission | demis de ses | ecarte | limoge* | en retrait | mis a pied | arrete | suspendu
            | interpelle* | garde a vue | filme | surpris | accuse | accuses | accusations | vise par | porc |
            pervers | degueulasse | viree
        """,
        beside="""
            liaison | harcel* | agress* | scandale | insult* | mineure* | violences | comportement | relation cachee
            | raciste* | ivre | cocaine | conjugal* | nazi | dm | subordonnee | propos | viol | note de frais |
            notes de frais | video
        """,
        also=FIRM + " | " + STAFF,
    ),
    Rule(
        "misconduct",
        0.55,
        cue="""
            avec des mineures | avec une mineure | violences conjugales | frappe sa femme | gros porc | un pervers |
            cocaine | escort*
        """,
        beside=FIRM,
    ),
    # Rarer words.
    Rule(
        "injury",
        0.6,
        cue="""
            ensevelis | perdu la vue | perd la vue | foie lache | dans le coma | brulure chimique | plaques |
            evanoui* | sous perfusion | renverse et tue | tombent malades | mauvais medicament | fuite d ammoniac |
            se tuent | failli en avaler | quitte la route | pris de vomissements | perd une phalange |
            s effondre sur
        """,
        unless="mort de rire",
    ),
    Rule(
        "safety-recall",
        0.65,
        cue="""
            se detach* | s ouvrent sous | debrancher | a saute | eclate | etincelles | ouverture intempestive |
            hamecon
        """,
        beside="""
            siege* | choc | cocotte* | couvercle | couverture* | pneu* | batonnet | main | parents | lisseur |
            proprietaires | plafond | chauffantes
        """,
    ),
    Rule(
        "safety-recall",
        0.65,
        cue="""
            services d hygiene | cafard* | souris | crottes de rat | alerte sanitaire | renvoyer tous |
            bouts de metal | eviter d en manger | evitez d en manger | taux de plomb
        """,
        beside="""
            fermee | ferme | boulangerie | restaurant | vitrine | fours | lots | magasins | moules | gateaux |
            houmous | vu | cuisine
        """,
        unless="mon chat",
    ),
    Rule(
        "data-leak",
        0.65,
        cue="""
            telecharger les factures | circulent sur internet | laisse trainer | des intrus | connexion depuis |
            enregistraient les conversations | ecoutaient | position de | carte publique | codes ~ pas demandes |
            dans mon compte | avec mon compte | vole dans une voiture
        """,
        beside="""
            noms | adresses | notes | reservations | compte | conversations | militaires | dossiers | codes |
            factures | clients | commande | quelqu un
        """,
    ),
    Rule(
        "misconduct",
        0.6,
        cue="""
            achete le silence | crise d ivresse | attacher une | attrape les seins | regardait du porno |
            lance une chaise | entre chez moi | par le col | en train de rire des | bruler les apprentis |
            profiteurs | mis en conge
        """,
        beside="""
            fondateur | patron | pdg | chauffeur | agent | agents | directeur | personnel | aide soignante | chef |
            boss | mascotte | assistantes | stagiaire
        """,
    ),
    Rule(
        "discrimination",
        0.6,
        cue="""
            trisomique* | nom etranger | clients iraniens | les gens comme vous | zero femme |
            ne promeut que des hommes | deuxieme enfant | cheveux crepus | ni rampe | se moque des grosses |
            s appellent mohamed | bateau negrier | ne veut pas des handicapes
        """,
    ),
)
