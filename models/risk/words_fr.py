"""The risk signal's words for French: what is said of each topic, in what company, and what makes it harmless."""

from typing import Final

from models.risk.rule import Rule

_PEOPLE: Final = """
    client* | enfant* | ecolier* | eleve* | personne | personnes | gens | utilisateur* | utilisatrice* | passager* | passagere* | voyageur* |
    salarie* | employe* | bebe* | patient* | homme | femme | hommes | femmes | ouvrier* | ouvriere* | conducteur* | habitant* | fille | fils |
    nourrisson* | cycliste* | pieton* | ado | ados | collegue* | cousin* | frere | soeur | voisin* | mamie | grand mere | pere | mere | livreur* |
    livreuse* | gamin* | gosse* | mec | copine | copain | pote | interimaire* | visiteur* | etudiant* | soignant* | famille* | bambin*
"""
_FIRM: Final = """
    entreprise | marque | pdg | patron* | dirigeant* | direction | manager* | employeur | chef | cheffe | boss | groupe | societe | directeur* |
    directrice* | enseigne | cadre* | fondateur* | fondatrice* | president* | responsable* | rh | drh | commandant | actionnaire* | superieur*
"""
_STAFF: Final = """
    chauffeur* | vigile* | employe* | vendeur* | vendeuse* | serveur | serveuse | agent | agents | livreur* | caissier* | caissiere* | hotesse* |
    steward* | conseiller* | conseillere* | technicien* | commandant | pilote* | securite | controleur* | salarie* | collegue* | personnel | guichetier*
"""
_GOODS: Final = """
    telephone* | tel | portable* | batterie* | chargeur* | voiture* | trottinette* | ordinateur* | ordi | appareil* | produit* | grille pain | four |
    vehicule* | velo* | lave linge | seche linge | lave vaisselle | frigo | vapoteuse | casque* | ecouteur* | tablette | montre* | poussette* | lit |
    jouet* | radiateur* | chauffage | bouillotte | couverture | bouilloire | mixeur* | mixer | friteuse | airfryer | tondeuse | console | cable | prise |
    caisse | bagnole | smartphone* | enceinte | powerbank | televiseur | tele | camion* | babyphone* | siege auto | lampe | micro ondes | fer a | multiprise |
    cigarette electronique | machine | moteur* | adaptateur
"""
_FOOD: Final = """
    yaourt* | aliment* | repas | fromage* | lait | laits | salade* | burger* | pizza* | soupe | pain | chocolat* | cereales | granola | epinards | viande | poulet |
    boeuf | jambon | saucisse* | saucisson | bocal | bocaux | canette* | bouteille* | boisson* | fraise* | glace* | sandwich* | sauce | thon | poisson* | saumon |
    huitre* | oeuf* | riz | pates | eau | jus | petit pot | petits pots | chips | frites | cantine | resto* | restaurant* | menu | paquet | nuggets | cafe | mange |
    manger | bu | boire | biscuit* | gateau* | biere | compote* | barre* | steak* | conserve* | lardons | legumes | plat
"""
_DATA: Final = """
    donnees | mots de passe | mot de passe | mdp | carte bancaire | cartes bancaires | iban | rib | coordonnees | comptes clients | base de donnees | fichier* |
    numero de carte | adresse | adresses | messages prives | passeport* | dossier medical | dossiers | photos | infos perso | informations personnelles |
    numero de secu | securite sociale | identite | mails | compte | comptes | fiches de paie
"""

RULES: Final = (
    # ── blessures ──
    Rule("injury", 0.85, "salmonelle* | salmonellose* | listeria | listeriose | e coli | legionelle* | botulisme | norovirus | intoxication alimentaire | intoxications alimentaires | toxi infection"),
    Rule("injury", 0.6, "monoxyde de carbone", unless="detecteur* | alarme"),
    Rule(
        "injury", 0.75,
        """hospitalis* | blesse | blesses | blessee | blessees | intoxique* | intoxication* | empoisonne* | electrocute* | etat grave | urgence absolue | soins intensifs | en reanimation | pronostic vital
        | amput* | paralyse* | ebouillante* | brules | brulee | brulees | choc anaphylactique | perdu connaissance | etouffe avec | s est etouffe | defigure*""",
        beside=_PEOPLE, unless="blesse dans mon orgueil",
    ),
    Rule(
        "injury", 0.75, "a l hopital | a l hosto | aux urgences | aux urgence | les pompiers | le samu | en ambulance | lavage d estomac",
        beside="""apres | mange | manger | bu | boisson | votre | vos | leur | leurs | a cause | brule* | brulure* | utilise* | produit | fini a | finit a | fini | tombe* | explosion | usine | incendie | chute""",
        unless="accouche | ne a l hopital | sauve",
    ),
    Rule(
        "injury", 0.75, "mort | morte | morts | mortes | decede* | deces | meurt | meurent | tue | tues | tuee | mortel | mortelle | mortels | perdu la vie | a peri | noye* | drame",
        beside="""usine | explosion | accident* | entrepot | vol | chantier | ouvrier* | nourrisson* | bebe* | passager* | legiste | police | victime* | apres avoir mange | apres avoir pris | effets secondaires |
        grand huit | manege | attraction | camion | incendie | effondrement | patients | autopsie | cycliste* | gaz | percute* | ecrase* | livreur* | origine de la | lien avec | parquet | chute | interimaire*""",
        unless="""mort de rire | morte de rire | mort de fatigue | morte de fatigue | mort de faim | morte de faim | tue le game | ca tue | batterie est morte | batterie morte | poissons morts | grand pere | point mort | temps mort | mort
        subite biere | telephone est mort | mortel ce | trop mortel | coup mortel | saut""",
    ),
    Rule("injury", 0.55, "un mort | deux morts | trois morts | quatre morts | N morts | plusieurs morts | a tue _ personnes | fait _ blesses | fait _ morts | est decede", unless="film | serie | batterie | grand pere | poissons"),
    Rule("injury", 0.8, "troisieme degre | second degre | deuxieme degre | perdu ~ doigt* | doigt* sectionne* | perdu un oeil | casse une dent | dents cassees | brulures",
         unless="humour | au second degre | brulures d estomac"),
    Rule(
        "injury", 0.6, "brule | brulee | brules | ecrase | ecrasee | coupe | entaille | fracture | fracture* | coince | happe | cassee | arrache",
        beside="ma main | la main | mon visage | ma peau | ma jambe | mon bras | doigt* | visage | la peau | tapis roulant | machine | poignet | cuir chevelu | presse | sa main | ouvrier | crane | levres",
        unless="ski | calories | gueule",
    ),
    Rule("injury", 0.65, "malade | malades | vomi | vomir | vomis | vomit | gastro | reaction allergique | crampes | maux de ventre | malade comme", beside=_FOOD + " | " + _PEOPLE, unless="malade mental | de malade | arret maladie | malade de"),
    # ── sécurité, rappel ──
    Rule(
        "safety-recall", 0.9,
        """rappel produit | rappel de produit* | rappels de produits | rappel conso | rappelconso | rappel massif | rappelle ~ produit* | rappelle ~ lots | rappelle ~ vehicules | rappelle N | rappelle des | rappel de N | rappel de vehicules |
        retire* de la vente | retire* du marche | retirees de la vente | retiree de la vente | retire* des rayons | retrait rappel | retrait des rayons | campagne de rappel | ne pas consommer | ne plus consommer | ne les consommez pas | lot contamine | lots contamines |
        impropre* a la consommation | avis de rappel | lots concernes | n utilisez plus | ne plus utiliser | ne pas utiliser | rapporter en magasin""",
        unless="rappelle des souvenirs | rappelle des choses | rappelle des bons | rappelle des trucs",
    ),
    Rule(
        "safety-recall", 0.7, "rappel | rappels | rappelle | rappeles | rappelees | rappelee | rapatrie",
        beside="lot | lots | vehicule* | defaut* | defectueu* | airbag* | frein* | incendie | contamin* | risque* | danger* | batterie* | chargeur* | bacterie* | corps etranger | allergene*",
        unless="piqure de rappel | dose de rappel | petit rappel | dernier rappel | je rappelle que | pour rappel | on rappelle que | vous rappelle que | rappelle pas | me rappelle | rappelle moi | te rappelle | rappeler",
    ),
    Rule(
        "safety-recall", 0.75,
        "pris feu | prend feu | prennent feu | explose | explosent | exploser | explosion | explosions | s enflamme* | enflamme | surchauffe* | embrase* | s est embrase | en feu | crame | cramer | a fume | de la fumee | fondre | fondu | etincelles | court circuit | lance flammes | en flammes | brule tout seul | decharge electrique | electrocut* | gonflee | gonfle",
        beside=_GOODS,
        unless="explose les ventes | ventes explosent | explosent au | mort de rire | explosion de saveurs | record | concurrence | defense de fumer | le feu au | explose mon forfait | fondre de plaisir | coeur | fondu de | explose les prix | crame mon | invendus | explose de joie | feu vert | feu rouge",
    ),
    Rule("safety-recall", 0.6, "explose dans ma | explose dans les mains | explose a la figure | pris feu | a fait fondre | prend feu | crame tout seul", unless="barbecue | foret"),
    Rule("safety-recall", 0.6, "pompiers | incendie de | a brule", beside=_GOODS, unless="calendrier"),
    Rule(
        "safety-recall", 0.75,
        "trouve | trouver | retrouve* | decouvert | decouverte | decouvre | il y avait | y avait | y a | presence | plein de | contient | contiennent | traces | bout de | bouts de | morceau* | fragment*",
        beside="verre | metal | metallique* | asticot* | vers | moisi* | moisissure* | cafard* | un rat | souris | aiguille* | plastique dans | une vis | plomb | arsenic | mercure | amiante | cadmium | benzene | pesticide* | insecte* | lame | rongeur* | mouche | larve* | caoutchouc | mort aux rats",
        also=_FOOD + " | produit* | jouets | creme | shampoing | talc | bijoux",
        unless="verre de | un verre | photo est truquee | canicule",
    ),
    Rule(
        "safety-recall", 0.85,
        "non declare* | risque d etouffement | risque d incendie | risque d explosion | risque de brulure | risque de blessure | danger pour les enfants | airbags defectueux | freins defectueux | se declencher | ne roulez plus | peut se fissurer | peuvent se fissurer | corps etranger | corps etrangers | produit dangereux | produits dangereux | pas aux normes | freins lachent",
        unless="alarme | travail non declare",
    ),
    Rule("safety-recall", 0.65, "freins | frein | airbag* | roue* | direction | ceinture* | accelerateur | boite de vitesse* | pilote automatique", beside="lache | lachent | defaillan* | defectueu* | detache* | bloque | bloques | ne marchent | ne repond | casse | ne pas se | panne", unless="prise de tete"),
    # ── fuite de données ──
    Rule(
        "data-leak", 0.9,
        "fuite de donnees | fuites de donnees | fuitededonnees | fuite massive | vol de donnees | donnees volees | donnees piratees | donnees personnelles volees | rancongiciel* | ransomware | ranconneur* | cyberattaque* | cyber attaque* | attaque informatique | base de donnees exposee | mots de passe voles | donnees exposees | violation de donnees | donnees en vente | donnees dans la nature | donnees ont fuite | faille de securite | serveur mal protege | piratage massif | intrusion informatique | donnees compromises | donnees derobees",
        unless="au vol de donnees",
    ),
    Rule(
        "data-leak", 0.7,
        "pirate | pirates | piratee | pirater | piratage | hacke | hackes | hacker | hackers | hackee | fuite | fuites | fuite* | derobe* | voles | volees | vole | exposees | expose | compromis | compromise | compromises | compromis | dark web | darknet | en vente | en ligne | intrusion | dans la nature | dehors | siphonne* | aspire*",
        beside=_DATA, unless="fuite d eau | hackathon | fuite de gaz | compte en ligne | compte pirate des | en ligne en | banque en ligne | ouvrir un compte",
    ),
    Rule("data-leak", 0.65, "fait hacker | fait pirater | fait piratee | ete pirate* | ete hacke* | s est fait hack* | se faire pirater | se faire hacker | piratage | confirme une intrusion | revendiquent l attaque", beside="banque | compte* | paiement* | donnees | client* | carte | vous | mails | appli | serveur* | sous | mdp | ou quoi | encore | bleus | site | publier",
         unless="quiz | streaming"),
    Rule(
        "data-leak", 0.75,
        "d un autre client | d autres clients | quelqu un d autre | d un inconnu | des inconnus | d autres personnes | partage mon | partage mes | publie mon | publie mes | envoye mes | n importe qui | tout internet | tout le monde peut | retrouve en ligne | retrouvent ~ en ligne | accessibles a tous | en libre acces | laissait lire | laissent lire | retrouve sur internet",
        beside="compte | commande* | adresse | passeport | coordonnees | connecte | donnees | releve* | carte | messages | medical | factures | images | cameras | photos | numero | documents | profil",
        unless="ouvrir un compte",
    ),
    Rule("data-leak", 0.5, "paiements que je n ai jamais | paiement que je n ai jamais | achats que je n ai jamais | changez vos mots de passe | changez ~ mot de passe | debits que je n ai"),
    # ── fraude ──
    Rule(
        "fraud", 0.75,
        "fraude | fraudes | frauduleu* | frauduleuse* | pot de vin | pots de vin | dessous de table | blanchiment | blanchit | blanchir | blanchi | detournement de fonds | detourne des | abus de biens sociaux | escroquerie* | escroc* | evasion fiscale | fraude fiscale | delit d initie | entente sur les prix | comptes truques | comptes falsifies | tests truques | truque ses | truque les | comptes truques | truquait | falsifi* | scandale financier | fausse signature | faux comptes | abus de faiblesse | comptabilite | chiffre d affaires invente | pyramide de ponzi | tromperie sur | contrefac* | usurpation | favoritisme | surfactur* | chantage",
        unless="service fraude | lutte contre la fraude | anti fraude | controle fraude | analyste fraude | repression des fraudes | photo est truquee | polar | dents | comptabilite facile | cours de | logiciel de",
    ),
    Rule("fraud", 0.6, "corruption | corrompu* | arrose", beside=_FIRM + " | contrat* | elu | elus | accus* | scandale | enquete | ministere | soupconne* | avocat | marche*", unless="fichier corrompu | ancien ministre"),
    Rule("fraud", 0.6, "arnaque | arnaques | arnaqueur* | arnaque* | voleurs | des escrocs | phishing | hameconnage | fait avoir | fait arnaquer | se faire avoir | des bandits",
         beside="argent | paye | payer | payes | compte | remboursement | rembourse | allez pas | prennent | prend | pris | faux | fausse | sms | mail | cliquez | client | lien | bloquent | bloque | attention | fuyez | carte | jamais | commande | site | appel | appels | tune | thune | preleve* | euros | alerte",
         unless="c est pas une arnaque"),
    Rule("fraud", 0.65, "faux sms | faux mail | faux mails | faux site | faux conseiller* | fausses factures | faux avis | faux livreur | du cheval | viande de cheval | vendu pour du | vendu comme | assurance bidon"),
    Rule("fraud", 0.6, "jamais signe | personne n a demande* | jamais demande | sans mon accord | sans mon consentement | sans autorisation | jamais accepte | jamais commande | jamais souscrit | n existe pas | preleve sans | argent a disparu | fait signer | sans me demander",
         beside="preleve* | preleve | contrat* | compte* | frais | signature | argent | assurance | pret | reservation | banque | paye | payes | encaisse* | abonnement | mutuelle | grand mere"),
    # ── discrimination ──
    Rule(
        "discrimination", 0.65,
        "raciste* | racisme | sexiste* | sexisme | homophob* | transphob* | antisemit* | islamophob* | discrimin* | delit de facies | controle au facies | facies | grossophob* | validis* | misogyn* | negrophob* | xenophob* | blackface | handiphob*",
        beside=_FIRM + " | " + _STAFF + """ | pub | publicite | pubs | campagne | embauche | entretien | refus* | service | accueil | restaurant | resto | hotel | magasin | boutique | client* | propos | remarque* | jugee |
        excuses | denonce* | banque | compagnie | vol | appli | algorithme | logo | affiche* | collection | boycott* | candidat* | slogan | produit | spot | videur""",
        unless="contre le racisme | contre les discriminations | contre la discrimination | lutte contre | sos racisme | anti racisme | antiraciste*",
    ),
    Rule(
        "discrimination", 0.7,
        "refuse | refuses | refusee | refusent | refusait | refoule* | vire | virer | virent | mis dehors | sur le trottoir | debarque | debarquee | debarques | laissee sur | laisse sur | suivi | suivie | fouille* | jetait les cv | jetes | ecarte* | correspondait pas | interdit* d entree | payees moins | gagnent | chasse | expulse* | recale* | ignore | ignores | sortir",
        beside="noir | noire | noirs | noires | arabe | arabes | voile | voilee | voilees | fauteuil roulant | handicap* | gay | gays | lesbienne* | trans | asiatique* | musulman* | juif | juive | juifs | enceinte | couleur de peau | couleur de ma peau | noms etrangers | nom etranger | maghrebin* | rom | roms | chien guide | autiste | aveugle | sourd | parce que je suis | parce qu on parlait | parce que femme | kippa | couple homo | deux hommes | accent | africain* | deux femmes",
        unless="vendredi noir | cafe noir | humour noir | robe noire | black friday | marche noir",
    ),
    Rule(
        "discrimination", 0.6,
        "une femme ne sait | les femmes ne savent | revenez avec votre mari | avec votre mari | femmes ~ N de moins | de moins que les hommes | moins que les hommes | noms etrangers | parce que je suis noir* | parce que je suis arabe | parce que je suis une femme | a cause de mon fauteuil | a cause de mon handicap | couple gay | se tient la main | peaux noires | peau noire | peaux foncees | ecart de salaire | ecarts de salaire | image de la marque | parce qu enceinte | a cause de mon nom | a cause de mon voile | parlait arabe | place des femmes | trop vieux pour | trop vieille pour",
        unless="fond de teint | creme solaire",
    ),
    # ── comportement ──
    Rule(
        "misconduct", 0.8,
        "harcelement sexuel | agression sexuelle | agressions sexuelles | violences sexuelles | violence sexuelle | metoo | balancetonporc | comportement* inapproprie* | attouchement* | pedophil* | abus sexuels | propos sexistes | management toxique | ambiance toxique | harcelement moral | main sur la cuisse | main aux fesses | predateur sexuel | regne par la peur | climat de peur",
    ),
    Rule(
        "misconduct", 0.65,
        "harcelement | harcele* | agresse* | agression* | viol | viols | viole | violee* | frappe | frappee | frappes | gifle* | tabass* | roue de coups | coups de poing | insulte* | insultant | insulter | hurle* | humilie* | humiliation* | menace | menaces | menacee | brutalis* | violent* | bouscule* | crache* | tripot* | pelote* | peloter | touche les | main sur | intimidation* | ivre | bourre | verrouille les portes | maltrait* | espionn*",
        beside=_FIRM + " | " + _STAFF,
        unless="frappe aerienne | frappes aeriennes | syrie | armee | rechauffement | contre le harcelement | bouscule les codes | frappe les esprits | menace de pluie | menaces cyber | harcelement scolaire | coup de foudre | animal* | animaux | telephonique",
    ),
    Rule(
        "misconduct", 0.7,
        "demissionne* | demission | demis de ses | ecarte | limoge* | en retrait | mis a pied | arrete | suspendu | interpelle* | garde a vue | filme | surpris | accuse | accuses | accusations | vise par | porc | pervers | degueulasse | viree",
        beside="liaison | harcel* | agress* | scandale | insult* | mineure* | violences | comportement | relation cachee | raciste* | ivre | cocaine | conjugal* | nazi | dm | subordonnee | propos | viol | note de frais | notes de frais | video",
        also=_FIRM + " | " + _STAFF,
    ),
    Rule("misconduct", 0.55, "avec des mineures | avec une mineure | violences conjugales | frappe sa femme | gros porc | un pervers | cocaine | escort*", beside=_FIRM),
    # ── travail ──
    Rule(
        "labour", 0.75,
        "en greve | greve | greves | greviste* | preavis de greve | debraya* | debrayage | licenciement* | licencie | licencies | licenciee* | licencier | plan social | plan de sauvegarde | suppression* de postes | suppression d emplois | suppressions d emplois | supprime ~ postes | supprime ~ emplois | supprimer ~ postes | supprimer ~ emplois | conditions de travail | travail des enfants | enfants exploites | travail force | esclavage moderne | esclavage | esclaves | burn out | salaires impayes | pas payes depuis | prud hommes | prudhommes | fermeture d usine | fermeture de l usine | ferme son usine | heures sup non payees | heures non payees | travail au noir | travail dissimule | salaires de misere | entrave syndicale | repression syndicale | exploites | passeports confisques | mouvement social | piquet de greve | sous payes",
        unless="place de greve | greve des agriculteurs | greve des eboueurs | greve sncf | greve generale | greve de la faim | improve",
    ),
    Rule("labour", 0.65, "vire | vires | viree | virees | virer | degage | degager | degages | licencie | remercies | mis a la porte | foutus dehors | ejectes", beside="salaries | equipe | employes | N personnes | par mail | par sms | en visio | avant noel | enceinte | moitie de | conge maternite | arret maladie | benefices | mon frere | ma soeur | mon mari | ma femme | syndiqu* | collegues | syndicat*",
         unless="faut virer | virer la pub"),
    Rule(
        "labour", 0.6, "sans pause | aucune pause | pas de pause | pisse dans | pissent dans | bosse N heures | travaille N heures | N heures par jour | N heures a l entrepot | N heures sans | heures sup | heures supplementaires | au smic | cadences | chaleur dans | dans des conteneurs | dans des containers | sous pression | crise de nerfs | dortoir* | pas payees | non payees | non paye | pas ete paye | impayes | sous effectif | passeports | epuise* | surmenage | quotas | interimaires",
        beside="entrepot | bosse | bossent | travaille | travaillent | ouvriers | ouvrieres | manager | employes | salaries | equipe* | usine | salaire* | paye | payees | chef | saisonniers | livreurs | chantier | logent | loge | caissieres | stagiaires | soignants | atelier*",
        unless="au telephone | retard | batterie | ouvert",
    ),
    Rule("labour", 0.75, "enfants | gamins | mineurs | gosses", beside="cousent | coudre | mines de | dans les mines | cobalt | usines | ateliers clandestins | exploit* | fournisseur* | sous traitant*", unless="mineurs de fond"),
    # ── environnement ──
    Rule(
        "environment", 0.8,
        "maree noire | marees noires | greenwashing | ecoblanchiment | rejets toxiques | rejets polluants | rejet de produits chimiques | polluants eternels | pollueur* | maltraitance animale | cruaute animale | maltraitance des animaux | eau contaminee | pfas | dieselgate | deverse* dans | deversement* | fuite chimique | nappe phreatique | nappes phreatiques | dans la riviere | fumees toxiques | decharge sauvage | boues toxiques | dechets dans | microplastique* | nuage toxique | amiante | gaz toxique* | hydrocarbures | forets rasees | foret rasee | brule ~ invendus | crame ~ invendus | detruit ~ invendus | experimentation animale | teste* sur les animaux | catastrophe ecologique | desastre ecologique | desastre environnemental",
        unless="ne pollue pas | pollue moins | zero deforestation | sans pollution | pollution sonore | non teste* sur | pas teste* sur | moins polluant* | voiture propre",
    ),
    Rule("environment", 0.6, "pollu* | dechets toxiques | eaux usees | deforestation", beside="usine* | site | riviere | fleuve | plage* | nappe* | eau potable | groupe | riverains | accus* | responsable* | entreprise* | marque* | scandale | vos | votre | fioul | cargo | rejets | sols | sol | condamn* | fournisseur*",
         unless="ne pollue pas | pollue moins | sans pollution | pollution sonore | moins polluant* | voiture propre | chinois | chine | reutilisation"),
    Rule("environment", 0.6, "poissons morts | ecocide", beside="rivage | riviere | lac | usine | plage | partout | etang | responsable* | site | groupe"),
    Rule("environment", 0.7, "rejette | rejets | rejet | deverse | fuite | fioul | fuel | petrolier | fumee noire | fumees | puanteur | odeur | odeurs | boues | fuit | vidange | goudronne | petrole",
         beside="riviere | plage* | mer | large | ocean | rivage | cote | arbres | usine | lac | vaches | poissons | champs | village | bretagne | riverains | fleuve | oiseaux | littoral | rhone | seine | loire | produits chimiques", unless="donnees | neymar | vacances | parfum | bord de mer | fuite d eau"),
    Rule("environment", 0.7, "frappe* | battu* | torture* | en cage | cages | abattoir* | cruaute | maltrait* | camera cachee | ecorche* | teste sur | testes sur | entasse* | gaze | broye* | massacr*",
         beside="porcs | cochon* | poules | poule | vaches | veaux | animaux | chien* | singes | lapins | oies | moutons | fournisseur | eleveur | elevage* | poussins | canards | poulets | abeilles | dauphins | visons | beagles", unless="non teste | pas teste"),
    Rule("environment", 0.65, "abattu | abattus | abattre | rase | rasees | rases | coupe | coupes | huile de palme | bulldozer* | defriche* | betonn* | arrache", beside="arbre* | chene* | foret* | orang outan* | sans autorisation | bois | amazonie | zone humide | hectares | haies"),
    Rule("environment", 0.55, "couches de plastique | suremballage | emballage plastique | emballages plastiques | plastique inutile | tout ce plastique | notre plage | notre riviere", beside="eco | osez | ecologi* | honte | pourquoi | trois | merci | verte | ruine | serieux"),
    # ── justice ──
    Rule(
        "legal", 0.75,
        "plainte deposee | porte plainte | portent plainte | porter plainte | depot de plainte | depose plainte | depose une plainte | deposent plainte | plainte contre | plaintes contre | action collective | action de groupe | class action | assigne* en justice | poursuivi* en justice | poursuit en justice | attaque* ~ en justice | attaquent ~ en justice | en justice | mise en examen | mis en examen | mises en examen | condamne a N | condamnee a N | condamne a une | condamnee a une | condamne a payer | condamnee a payer | condamne a verser | condamnee a verser | condamne a indemniser | condamnee a indemniser | condamne a rembourser | condamnee a rembourser | condamne pour | condamnee pour | condamne par | condamnation de | amende de | amende record | d amende | perquisition* | enquete ouverte | ouvre une enquete | ouverture d une enquete | une enquete | enquete sur | information judiciaire | parquet national financier | dgccrf | sanctionne par | sanctionnee par | cnil | garde a vue | au tribunal | devant le tribunal | devant les tribunaux | tribunal demain | mon avocat | nos avocats | mise en demeure | prud hommes | chez le juge | devant le juge | le proces de | proces contre | en correctionnelle | comparution | requisitoire | interdit* de vente | interdit* a la vente | recours collectif | dommages et interets | saisi la justice | gel des avoirs",
        unless="ancien ministre | enquete de satisfaction | enquete sur vos | amende honorable | polar | une enquete de | participez a | repondez a | experience des proces | relaxe",
    ),
    Rule("legal", 0.7, "amende | amendes | sanction | sanctions | inflige | astreinte", beside="bruxelles | millions | N | commission | autorite | tribunal | concurrence | milliard* | cnil | dgccrf | euros", unless="pv | stationnement | retard de livre | payer l amende du bus"),
    Rule("legal", 0.65, "police | keufs | flics | gendarmes | enqueteurs | douane* | fisc | justice | juge | parquet | inspecteurs", beside="perquisition* | saisi* | enquete* | siege de | locaux | debarque* | convoc* | convoque*", unless="police d assurance"),
    Rule("legal", 0.55, "poursuit | poursuites | assigne | attaque | traine | accuse de plagiat | plagiat", beside="justice | tribunal | tribunaux | avocat* | plagiat | juge | contrefacon", unless="velo | col"),
    # ── boycott ──
    Rule("boycott", 0.85, "boycot* | n achetez plus | n achetez pas | n achetons plus | desabonnez vous | supprimez l appli | supprimez l application | desinstallez | fermez vos comptes | fermez votre compte | votez avec votre | votons avec notre | plus un centime | plus un euro | plus jamais un centime | n allez plus | allez voir ailleurs | ne donnez plus | arretez d acheter | arretons d acheter | changez de banque | tourner le dos a",
         unless="boycott du scrutin | boycott des elections | fin du boycott"),
    Rule("boycott", 0.75, "# boycott | # supprimez | # delete | # desabonnez"),
    Rule("boycott", 0.6, "arretez de | arretons de | resilie mon | resiliez | plus une | plus un | plus rien | plus jamais les pieds | remettra plus | remettez plus | ne va plus | n irai plus | ne vont plus | eviter | evitez | rompre avec | quittez | rendent leurs | lacher | fuyez",
         beside="thune | fric | argent | rejoignez | qui me suit | tant qu ils | tant que | faire pareil | faites pareil | en faire autant | faites comme moi | clowns | protestation | sponsor* | appellent a | appelle a | demandent | partenariat | consommateurs | fans | partagez | tous ensemble | invite a | vous invite",
         unless="eviter les bouchons | eviter les files | vol | commande | arretez de stresser"),
    # ── panne ──
    Rule(
        "outage", 0.8,
        "panne generale | panne geante | panne nationale | panne majeure | panne reseau | panne de reseau | panne mondiale | grosse panne | enorme panne | panne internet | panne informatique | bug informatique | bug geant | bug general | en panne partout | en panne dans | service* indisponible* | site hors service | reseau hs | serveurs hs | serveur hs | serveur en panne | serveurs en panne | appli en panne | application en panne | plus de reseau | plus d internet | plus aucun reseau | plus aucun signal | plus de signal | aucun signal | aucun reseau | site inaccessible | coupure generale | coupure nationale | coupure reseau | coupure internet | coupure de courant | serveurs plantes | serveur plante | serveurs down | est down | sont down | c est down | down pour | erreur N | cloue* ~ au sol | cloues au sol | plus de telephone | ne repondent plus | ne repond plus | interruption de service | perturbation* chez | hors ligne | paiements echouent | encore hs | completement hs | tout est hs | impossible de se connecter | impossible de payer",
        unless="voiture en panne | mot de passe oublie | ascenseur | chaudiere",
    ),
    Rule("outage", 0.75, "# _ down | # _ hs | # panne | # _ panne | # _ isdown"),
    Rule(
        "outage", 0.6, "en panne | hs | plante | plantent | plantes | bug | bugue | buggue | coupe | coupes | coupure* | bloque | bloques | echouent | indisponible* | inaccessible* | ne marche plus | ne fonctionne plus | fonctionnent plus | marchent plus | marche pas | refusee | perturbation* | disparu | panne | mort",
        beside="appli | application | site | reseau | internet | box | serveur* | service* | paiement* | 4g | 5g | fibre | terminal | terminaux | billetterie | tout le monde | partout | toute la france | tout le pays | tout le village | depuis hier | depuis ce matin | clients | cloud | distributeurs | chez vous | pour vous aussi | connecte | connexion | systeme | caisses | avions | guilde | virements",
        unless="voiture en panne | ascenseur | machine a laver | si _ tombe | tombe en panne un jour | batterie | mort de | coupe du | coupe de | panne d idees | panne d inspiration | coup de",
    ),
    # ── rumeur ──
    Rule(
        "rumour", 0.45,
        "rumeur* | il parait | parait que | parait qu | non confirme* | a confirmer | on dit que | on dit qu | selon des sources | selon nos sources | selon certaines sources | d apres des sources | bruit qui court | bruits de couloir | entendu dire | m a dit | me dit que | un ami qui | vu passer | rien d officiel | info ou intox | c est vrai que | c est vrai qu | speculation* | serait | seraient | aurait | auraient | tout le monde le sait | jure que | personne ne confirme | au conditionnel | l histoire des | cachez | le cachez | arreterait | fermerait | quelqu un peut confirmer | il se dit | dit que",
        unless="existera | ouvre un | date de sortie | sortira | ce serait bien | ca serait | serait top | aurait pu | aurait du | serait bien | serait cool",
    ),
    Rule(
        "rumour", 0.4,
        "faillite | redressement judiciaire | liquidation | fermeture* | ferme ses | ferme tous | ferme toutes | fermer tous | va fermer | fermerait | rachat | rachete* | demission* | contamine* | empoisonne* | etouffe* | etouffer | cache la verite | cacher | le cachez | cachez | depot de bilan | depose le bilan | deposer le bilan | bord du | insolvab* | panique bancaire | mal conserve* | illegaux | illegal | vers | aiguille* | coulent | coule | vente de | fuite du patron | avec la caisse | a l etranger avec | arret du support | arreterait | au bord | plus de tresorerie | dans le rouge | licenci* | incendies de | substance* | interdit*",
        unless="liquidation totale | vente de noel | vente de bienfaisance | soldes | ete rachete l an",
    ),
    Rule("rumour", 0.6, "depot de bilan | deposer le bilan | depose le bilan | en faillite | faillite imminente | panique bancaire | insolvable | cessation de paiement* | redressement judiciaire | liquidation judiciaire", unless="je suis en faillite | ma faillite"),
)
