"""The risk signal's words for French on affairs: fraud, labour, environment, law, boycotts, outages, rumours."""

from typing import Final

from models.risk.rule import Rule
from models.risk.words.fr_company import FIRM

RULES: Final = (
    # fraud
    Rule(
        "fraud",
        0.75,
        cue="""
            fraude | fraudes | frauduleu* | frauduleuse* | pot de vin | pots de vin | dessous de table | blanchiment
            | blanchit | blanchir | blanchi | detournement de fonds | detourne des | abus de biens sociaux |
            escroquerie* | escroc* | evasion fiscale | fraude fiscale | delit d initie | entente sur les prix |
            comptes truques | comptes falsifies | tests truques | truque ses | truque les | truquait | falsifi* |
            scandale financier | fausse signature | faux comptes | abus de faiblesse | comptabilite |
            chiffre d affaires invente | pyramide de ponzi | tromperie sur | contrefac* | usurpation | favoritisme |
            surfactur* | chantage
        """,
        unless="""
            service fraude | lutte contre la fraude | anti fraude | controle fraude | analyste fraude |
            repression des fraudes | photo est truquee | polar | dents | comptabilite facile | cours de |
            logiciel de
        """,
    ),
    Rule(
        "fraud",
        0.6,
        cue="corruption | corrompu* | arrose",
        beside=FIRM
        + " | "
        + """
            contrat* | elu | elus | accus* | scandale | enquete | ministere | soupconne* | avocat | marche*
        """,
        unless="fichier corrompu | ancien ministre",
    ),
    Rule(
        "fraud",
        0.6,
        cue="""
            arnaque | arnaques | arnaqueur* | arnaque* | voleurs | des escrocs | phishing | hameconnage | fait avoir
            | fait arnaquer | se faire avoir | des bandits
        """,
        beside="""
            argent | paye | payer | payes | compte | remboursement | rembourse | allez pas | prennent | prend | pris
            | faux | fausse | sms | mail | cliquez | client | lien | bloquent | bloque | attention | fuyez | carte |
            jamais | commande | site | appel | appels | tune | thune | preleve* | euros | alerte
        """,
        unless="c est pas une arnaque",
    ),
    Rule(
        "fraud",
        0.65,
        cue="""
            faux sms | faux mail | faux mails | faux site | faux conseiller* | fausses factures | faux avis |
            faux livreur | du cheval | viande de cheval | vendu pour du | vendu comme | assurance bidon
        """,
    ),
    Rule(
        "fraud",
        0.6,
        cue="""
            jamais signe | personne n a demande* | jamais demande | sans mon accord | sans mon consentement |
            sans autorisation | jamais accepte | jamais commande | jamais souscrit | n existe pas | preleve sans |
            argent a disparu | fait signer | sans me demander
        """,
        beside="""
            preleve* | preleve | contrat* | compte* | frais | signature | argent | assurance | pret | reservation |
            banque | paye | payes | encaisse* | abonnement | mutuelle | grand mere
        """,
    ),
    # labour
    Rule(
        "labour",
        0.75,
        cue="""
            en greve | greve | greves | greviste* | preavis de greve | debraya* | debrayage | licenciement* |
            licencie | licencies | licenciee* | licencier | plan social | plan de sauvegarde |
            suppression* de postes | suppression d emplois | suppressions d emplois | supprime ~ postes |
            supprime ~ emplois | supprimer ~ postes | supprimer ~ emplois | conditions de travail |
            travail des enfants | enfants exploites | travail force | esclavage moderne | esclavage | esclaves |
            burn out | salaires impayes | pas payes depuis | prud hommes | prudhommes | fermeture d usine |
            fermeture de l usine | ferme son usine | heures sup non payees | heures non payees | travail au noir |
            travail dissimule | salaires de misere | entrave syndicale | repression syndicale | exploites |
            passeports confisques | mouvement social | piquet de greve | sous payes
        """,
        unless="""
            place de greve | greve des agriculteurs | greve des eboueurs | greve sncf | greve generale |
            greve de la faim | improve
        """,
    ),
    Rule(
        "labour",
        0.65,
        cue="""
            vire | vires | viree | virees | virer | degage | degager | degages | licencie | remercies |
            mis a la porte | foutus dehors | ejectes
        """,
        beside="""
            salaries | equipe | employes | N personnes | par mail | par sms | en visio | avant noel | enceinte |
            moitie de | conge maternite | arret maladie | benefices | mon frere | ma soeur | mon mari | ma femme |
            syndiqu* | collegues | syndicat*
        """,
        unless="faut virer | virer la pub",
    ),
    Rule(
        "labour",
        0.6,
        cue="""
            sans pause | aucune pause | pas de pause | pisse dans | pissent dans | bosse N heures |
            travaille N heures | N heures par jour | N heures a l entrepot | N heures sans | heures sup |
            heures supplementaires | au smic | cadences | chaleur dans | dans des conteneurs | dans des containers |
            sous pression | crise de nerfs | dortoir* | pas payees | non payees | non paye | pas ete paye | impayes
            | sous effectif | passeports | epuise* | surmenage | quotas | interimaires
        """,
        beside="""
            entrepot | bosse | bossent | travaille | travaillent | ouvriers | ouvrieres | manager | employes |
            salaries | equipe* | usine | salaire* | paye | payees | chef | saisonniers | livreurs | chantier |
            logent | loge | caissieres | stagiaires | soignants | atelier*
        """,
        unless="au telephone | retard | batterie | ouvert",
    ),
    Rule(
        "labour",
        0.75,
        cue="enfants | gamins | mineurs | gosses",
        beside="""
            cousent | coudre | mines de | dans les mines | cobalt | usines | ateliers clandestins | exploit* |
            fournisseur* | sous traitant*
        """,
        unless="mineurs de fond",
    ),
    # environment
    Rule(
        "environment",
        0.8,
        cue="""
            maree noire | marees noires | greenwashing | ecoblanchiment | rejets toxiques | rejets polluants |
            rejet de produits chimiques | polluants eternels | pollueur* | maltraitance animale | cruaute animale |
            maltraitance des animaux | eau contaminee | pfas | dieselgate | deverse* dans | deversement* |
            fuite chimique | nappe phreatique | nappes phreatiques | dans la riviere | fumees toxiques |
            decharge sauvage | boues toxiques | dechets dans | microplastique* | nuage toxique | amiante |
            gaz toxique* | hydrocarbures | forets rasees | foret rasee | brule ~ invendus | crame ~ invendus |
            detruit ~ invendus | experimentation animale | teste* sur les animaux | catastrophe ecologique |
            desastre ecologique | desastre environnemental
        """,
        unless="""
            ne pollue pas | pollue moins | zero deforestation | sans pollution | pollution sonore | non teste* sur |
            pas teste* sur | moins polluant* | voiture propre
        """,
    ),
    Rule(
        "environment",
        0.6,
        cue="pollu* | dechets toxiques | eaux usees | deforestation",
        beside="""
            usine* | site | riviere | fleuve | plage* | nappe* | eau potable | groupe | riverains | accus* |
            responsable* | entreprise* | marque* | scandale | vos | votre | fioul | cargo | rejets | sols | sol |
            condamn* | fournisseur*
        """,
        unless="""
            ne pollue pas | pollue moins | sans pollution | pollution sonore | moins polluant* | voiture propre |
            chinois | chine | reutilisation
        """,
    ),
    Rule(
        "environment",
        0.6,
        cue="poissons morts | ecocide",
        beside="rivage | riviere | lac | usine | plage | partout | etang | responsable* | site | groupe",
    ),
    Rule(
        "environment",
        0.7,
        cue="""
            rejette | rejets | rejet | deverse | fuite | fioul | fuel | petrolier | fumee noire | fumees | puanteur
            | odeur | odeurs | boues | fuit | vidange | goudronne | petrole
        """,
        beside="""
            riviere | plage* | mer | large | ocean | rivage | cote | arbres | usine | lac | vaches | poissons |
            champs | village | bretagne | riverains | fleuve | oiseaux | littoral | rhone | seine | loire |
            produits chimiques
        """,
        unless="donnees | neymar | vacances | parfum | bord de mer | fuite d eau",
    ),
    Rule(
        "environment",
        0.7,
        cue="""
            frappe* | battu* | torture* | en cage | cages | abattoir* | cruaute | maltrait* | camera cachee |
            ecorche* | teste sur | testes sur | entasse* | gaze | broye* | massacr*
        """,
        beside="""
            porcs | cochon* | poules | poule | vaches | veaux | animaux | chien* | singes | lapins | oies | moutons
            | fournisseur | eleveur | elevage* | poussins | canards | poulets | abeilles | dauphins | visons |
            beagles
        """,
        unless="non teste | pas teste",
    ),
    Rule(
        "environment",
        0.65,
        cue="""
            abattu | abattus | abattre | rase | rasees | rases | coupe | coupes | huile de palme | bulldozer* |
            defriche* | betonn* | arrache
        """,
        beside="""
            arbre* | chene* | foret* | orang outan* | sans autorisation | bois | amazonie | zone humide | hectares |
            haies
        """,
    ),
    Rule(
        "environment",
        0.55,
        cue="""
            couches de plastique | suremballage | emballage plastique | emballages plastiques | plastique inutile |
            tout ce plastique | notre plage | notre riviere
        """,
        beside="eco | osez | ecologi* | honte | pourquoi | trois | merci | verte | ruine | serieux",
    ),
    # legal
    Rule(
        "legal",
        0.75,
        cue="""
            plainte deposee | porte plainte | portent plainte | porter plainte | depot de plainte | depose plainte |
            depose une plainte | deposent plainte | plainte contre | plaintes contre | action collective |
            action de groupe | class action | assigne* en justice | poursuivi* en justice | poursuit en justice |
            attaque* ~ en justice | attaquent ~ en justice | en justice | mise en examen | mis en examen |
            mises en examen | condamne a N | condamnee a N | condamne a une | condamnee a une | condamne a payer |
            condamnee a payer | condamne a verser | condamnee a verser | condamne a indemniser |
            condamnee a indemniser | condamne a rembourser | condamnee a rembourser | condamne pour | condamnee pour
            | condamne par | condamnation de | amende de | amende record | d amende | perquisition* |
            enquete ouverte | ouvre une enquete | ouverture d une enquete | une enquete | enquete sur |
            information judiciaire | parquet national financier | dgccrf | sanctionne par | sanctionnee par | cnil |
            garde a vue | au tribunal | devant le tribunal | devant les tribunaux | tribunal demain | mon avocat |
            nos avocats | mise en demeure | prud hommes | chez le juge | devant le juge | le proces de |
            proces contre | en correctionnelle | comparution | requisitoire | interdit* de vente |
            interdit* a la vente | recours collectif | dommages et interets | saisi la justice | gel des avoirs
        """,
        unless="""
            ancien ministre | enquete de satisfaction | enquete sur vos | amende honorable | polar | une enquete de
            | participez a | repondez a | experience des proces | relaxe
        """,
    ),
    Rule(
        "legal",
        0.7,
        cue="amende | amendes | sanction | sanctions | inflige | astreinte",
        beside="""
            bruxelles | millions | N | commission | autorite | tribunal | concurrence | milliard* | cnil | dgccrf |
            euros
        """,
        unless="pv | stationnement | retard de livre | payer l amende du bus",
    ),
    Rule(
        "legal",
        0.65,
        cue="""
            police | keufs | flics | gendarmes | enqueteurs | douane* | fisc | justice | juge | parquet |
            inspecteurs
        """,
        beside="perquisition* | saisi* | enquete* | siege de | locaux | debarque* | convoc* | convoque*",
        unless="police d assurance",
    ),
    Rule(
        "legal",
        0.55,
        cue="poursuit | poursuites | assigne | attaque | traine | accuse de plagiat | plagiat",
        beside="justice | tribunal | tribunaux | avocat* | plagiat | juge | contrefacon",
        unless="velo | col",
    ),
    # boycott
    Rule(
        "boycott",
        0.85,
        cue="""
            boycot* | n achetez plus | n achetez pas | n achetons plus | desabonnez vous | supprimez l appli |
            supprimez l application | desinstallez | fermez vos comptes | fermez votre compte | votez avec votre |
            votons avec notre | plus un centime | plus un euro | plus jamais un centime | n allez plus |
            allez voir ailleurs | ne donnez plus | arretez d acheter | arretons d acheter | changez de banque |
            tourner le dos a
        """,
        unless="boycott du scrutin | boycott des elections | fin du boycott",
    ),
    Rule(
        "boycott",
        0.75,
        cue="# boycott | # supprimez | # delete | # desabonnez",
    ),
    Rule(
        "boycott",
        0.6,
        cue="""
            arretez de | arretons de | resilie mon | resiliez | plus une | plus un | plus rien |
            plus jamais les pieds | remettra plus | remettez plus | ne va plus | n irai plus | ne vont plus | eviter
            | evitez | rompre avec | quittez | rendent leurs | lacher | fuyez
        """,
        beside="""
            thune | fric | argent | rejoignez | qui me suit | tant qu ils | tant que | faire pareil | faites pareil
            | en faire autant | faites comme moi | clowns | protestation | sponsor* | appellent a | appelle a |
            demandent | partenariat | consommateurs | fans | partagez | tous ensemble | invite a | vous invite
        """,
        unless="eviter les bouchons | eviter les files | vol | commande | arretez de stresser",
    ),
    # outage
    Rule(
        "outage",
        0.8,
        cue="""
            panne generale | panne geante | panne nationale | panne majeure | panne reseau | panne de reseau |
            panne mondiale | grosse panne | enorme panne | panne internet | panne informatique | bug informatique |
            bug geant | bug general | en panne partout | en panne dans | service* indisponible* | site hors service
            | reseau hs | serveurs hs | serveur hs | serveur en panne | serveurs en panne | appli en panne |
            application en panne | plus de reseau | plus d internet | plus aucun reseau | plus aucun signal |
            plus de signal | aucun signal | aucun reseau | site inaccessible | coupure generale | coupure nationale
            | coupure reseau | coupure internet | coupure de courant | serveurs plantes | serveur plante |
            serveurs down | est down | sont down | c est down | down pour | erreur N | cloue* ~ au sol |
            cloues au sol | plus de telephone | ne repondent plus | ne repond plus | interruption de service |
            perturbation* chez | hors ligne | paiements echouent | encore hs | completement hs | tout est hs |
            impossible de se connecter | impossible de payer
        """,
        unless="voiture en panne | mot de passe oublie | ascenseur | chaudiere",
    ),
    Rule(
        "outage",
        0.75,
        cue="# _ down | # _ hs | # panne | # _ panne | # _ isdown",
    ),
    Rule(
        "outage",
        0.6,
        cue="""
            en panne | hs | plante | plantent | plantes | bug | bugue | buggue | coupe | coupes | coupure* | bloque
            | bloques | echouent | indisponible* | inaccessible* | ne marche plus | ne fonctionne plus |
            fonctionnent plus | marchent plus | marche pas | refusee | perturbation* | disparu | panne | mort
        """,
        beside="""
            appli | application | site | reseau | internet | box | serveur* | service* | paiement* | 4g | 5g | fibre
            | terminal | terminaux | billetterie | tout le monde | partout | toute la france | tout le pays |
            tout le village | depuis hier | depuis ce matin | clients | cloud | distributeurs | chez vous |
            pour vous aussi | connecte | connexion | systeme | caisses | avions | guilde | virements
        """,
        unless="""
            voiture en panne | ascenseur | machine a laver | si _ tombe | tombe en panne un jour | batterie |
            mort de | coupe du | coupe de | panne d idees | panne d inspiration | coup de
        """,
    ),
    # rumour
    Rule(
        "rumour",
        0.45,
        cue="""
            rumeur* | il parait | parait que | parait qu | non confirme* | a confirmer | on dit que | on dit qu |
            selon des sources | selon nos sources | selon certaines sources | d apres des sources | bruit qui court
            | bruits de couloir | entendu dire | m a dit | me dit que | un ami qui | vu passer | rien d officiel |
            info ou intox | c est vrai que | c est vrai qu | speculation* | serait | seraient | aurait | auraient |
            tout le monde le sait | jure que | personne ne confirme | au conditionnel | l histoire des | cachez |
            le cachez | arreterait | fermerait | quelqu un peut confirmer | il se dit | dit que
        """,
        unless="""
            existera | ouvre un | date de sortie | sortira | ce serait bien | ca serait | serait top | aurait pu |
            aurait du | serait bien | serait cool
        """,
    ),
    Rule(
        "rumour",
        0.4,
        cue="""
            faillite | redressement judiciaire | liquidation | fermeture* | ferme ses | ferme tous | ferme toutes |
            fermer tous | va fermer | fermerait | rachat | rachete* | demission* | contamine* | empoisonne* |
            etouffe* | etouffer | cache la verite | cacher | le cachez | cachez | depot de bilan | depose le bilan |
            deposer le bilan | bord du | insolvab* | panique bancaire | mal conserve* | illegaux | illegal | vers |
            aiguille* | coulent | coule | vente de | fuite du patron | avec la caisse | a l etranger avec |
            arret du support | arreterait | au bord | plus de tresorerie | dans le rouge | licenci* | incendies de |
            substance* | interdit*
        """,
        unless="liquidation totale | vente de noel | vente de bienfaisance | soldes | ete rachete l an",
    ),
    Rule(
        "rumour",
        0.6,
        cue="""
            depot de bilan | deposer le bilan | depose le bilan | en faillite | faillite imminente |
            panique bancaire | insolvable | cessation de paiement* | redressement judiciaire |
            liquidation judiciaire
        """,
        unless="je suis en faillite | ma faillite",
    ),
    # Rarer words.
    Rule(
        "fraud",
        0.6,
        cue="""
            facture deux fois | facture ~ deux fois | cache un abonnement | societe ecran | cachait ses pertes |
            avis ~ achetes | faux conseillers | codes bancaires | vendu leurs actions | est une copie |
            fabriquee en france | facturait a la secu | qui en pesent
        """,
    ),
    Rule(
        "labour",
        0.65,
        cue="""
            cessent le travail | postes supprimes | sur le carreau | pas eu un jour de repos |
            remplacee par une machine | syndicats accusent | syndicats promettent | negociations rompues |
            sans papiers | ni gants ni masques | suicide chez | la cagette | ne prendront pas le volant
        """,
    ),
    Rule(
        "environment",
        0.6,
        cue="""
            bouchent les egouts | decharge de | vide ses eaux | vident la baie | dernier marais |
            fermer les fenetres | sent l essence | tannerie | broyes vivants | enchaines | javel sur les invendus |
            coule du beton | dites biodegradables
        """,
    ),
    Rule(
        "legal",
        0.65,
        cue="""
            perd en appel | renvoyes devant la justice | se penche sur | perd son agrement | devra verser |
            doit rembourser | menotte | descente du fisc | mise en demeure | mediateur | decident les jures |
            atteinte a la vie privee | juge en
        """,
    ),
    Rule(
        "boycott",
        0.6,
        cue="""
            faites le aussi | allez ailleurs | partie du probleme | jeter la marque | laissez ~ en rayon |
            pas un euro chez | ne commandera plus | dites le a vos | a vous de jouer | retirent ~ de la carte |
            tant que la lumiere
        """,
        unless="euro de plus",
    ),
    Rule(
        "boycott",
        0.6,
        cue="# adieu | # pas mon | # pas ma",
    ),
    Rule(
        "outage",
        0.65,
        cue="""
            ne prennent plus aucune carte | rendu l ame | solde a zero | moitie d internet | ne s ouvre chez aucun |
            a l arret depuis | ne synchronise plus | page blanche | muettes dans le monde | sans eau chaude
        """,
    ),
    Rule(
        "rumour",
        0.6,
        cue="""
            negocierait en secret | payer les salaires | veut recuperer son argent | quitte le pays |
            disparaitre du marche | une source | aucun communique | aucune idee si c est vrai | y a un truc |
            vide les bureaux | quelqu un peut confirmer
        """,
    ),
)
