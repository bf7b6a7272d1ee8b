"""Whom and what the French rules of the risk signal ask for beside their cues."""

from typing import Final

PEOPLE: Final = """
    client* | enfant* | ecolier* | eleve* | personne | personnes | gens | utilisateur* | utilisatrice* | passager* |
    passagere* | voyageur* | salarie* | employe* | bebe* | patient* | homme | femme | hommes | femmes | ouvrier* |
    ouvriere* | conducteur* | habitant* | fille | fils | nourrisson* | cycliste* | pieton* | ado | ados | collegue*
    | cousin* | frere | soeur | voisin* | mamie | grand mere | pere | mere | livreur* | livreuse* | gamin* | gosse*
    | mec | copine | copain | pote | interimaire* | visiteur* | etudiant* | soignant* | famille* | bambin*
"""
"""Who gets hurt."""

FIRM: Final = """
    entreprise | marque | pdg | patron* | dirigeant* | direction | manager* | employeur | chef | cheffe | boss |
    groupe | societe | directeur* | directrice* | enseigne | cadre* | fondateur* | fondatrice* | president* |
    responsable* | rh | drh | commandant | actionnaire* | superieur*
"""
"""Who answers for the brand."""

STAFF: Final = """
    chauffeur* | vigile* | employe* | vendeur* | vendeuse* | serveur | serveuse | agent | agents | livreur* |
    caissier* | caissiere* | hotesse* | steward* | conseiller* | conseillere* | technicien* | commandant | pilote* |
    securite | controleur* | salarie* | collegue* | personnel | guichetier*
"""
"""Who works for it, where customers meet them."""

GOODS: Final = """
    telephone* | tel | portable* | batterie* | chargeur* | voiture* | trottinette* | ordinateur* | ordi | appareil*
    | produit* | grille pain | four | vehicule* | velo* | lave linge | seche linge | lave vaisselle | frigo |
    vapoteuse | casque* | ecouteur* | tablette | montre* | poussette* | lit | jouet* | radiateur* | chauffage |
    bouillotte | couverture | bouilloire | mixeur* | mixer | friteuse | airfryer | tondeuse | console | cable |
    prise | caisse | bagnole | smartphone* | enceinte | powerbank | televiseur | tele | camion* | babyphone* |
    siege auto | lampe | micro ondes | fer a | multiprise | cigarette electronique | machine | moteur* | adaptateur
"""
"""What breaks, burns and bursts."""

FOOD: Final = """
    yaourt* | aliment* | repas | fromage* | lait | laits | salade* | burger* | pizza* | soupe | pain | chocolat* |
    cereales | granola | epinards | viande | poulet | boeuf | jambon | saucisse* | saucisson | bocal | bocaux |
    canette* | bouteille* | boisson* | fraise* | glace* | sandwich* | sauce | thon | poisson* | saumon | huitre* |
    oeuf* | riz | pates | eau | jus | petit pot | petits pots | chips | frites | cantine | resto* | restaurant* |
    menu | paquet | nuggets | cafe | mange | manger | bu | boire | biscuit* | gateau* | biere | compote* | barre* |
    steak* | conserve* | lardons | legumes | plat
"""
"""What is eaten and drunk."""

DATA: Final = """
    donnees | mots de passe | mot de passe | mdp | carte bancaire | cartes bancaires | iban | rib | coordonnees |
    comptes clients | base de donnees | fichier* | numero de carte | adresse | adresses | messages prives |
    passeport* | dossier medical | dossiers | photos | infos perso | informations personnelles | numero de secu |
    securite sociale | identite | mails | compte | comptes | fiches de paie
"""
"""What leaks."""
