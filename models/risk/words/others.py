"""The risk signal's plainest words for German, Spanish, Italian and Portuguese: few, and sure."""

from typing import Final

from models.risk.rule import Rule

RULES: Final = (
    Rule(
        "injury",
        0.75,
        cue="""
            todesopfer | verletzte | tote nach | tote bei | lebensmittelvergiftung | salmonellen | listerien |
            muertos en | heridos | intoxicados | intoxicacion alimentaria | salmonela | feriti | morti nell |
            intossicazione | salmonella | listeria | mortos | feridos | intoxicacao alimentar
        """,
        unless="film | spiel | pelicula | partido | gioco | filme | jogo",
    ),
    Rule(
        "safety-recall",
        0.85,
        cue="""
            ruckruf* | ruft ~ zuruck | rufen ~ zuruck | ruckrufaktion | verkaufsstopp | retira del mercado |
            retiran del mercado | retirada de producto* | llamado a revision | richiamo alimentare |
            richiamo prodotto | ritirati dal mercato | ritirati gli | recall da | recall de | recolhimento de |
            retirado das prateleiras
        """,
        unless="ich rufe | ruf mich | rufe dich | rufe sie",
    ),
    Rule(
        "data-leak",
        0.85,
        cue="""
            datenleck* | datenpanne* | datendiebstahl | hackerangriff* | cyberangriff* | filtracion de datos |
            robo de datos | ciberataque* | fuga de datos | attacco hacker | attacco informatico | furto di dati |
            dati rubati | rubati i dati | vazamento de dados | ataque hacker | dados vazados
        """,
    ),
    Rule(
        "fraud",
        0.65,
        cue="""
            betrugsskandal | bilanzfalschung | schmiergeld* | bestechung | geldwasche | una estafa | estafadores |
            soborno* | blanqueo de capitales | truffa* | tangenti | riciclaggio | golpe do | propina paga |
            lavagem de dinheiro
        """,
    ),
    Rule(
        "discrimination",
        0.65,
        cue="""
            rassismusvorwurf* | rassistische werbung | diskriminiert | anuncio racista | discriminacion en |
            spot razzista | denuncia racismo | racismo em loja | caso de racismo
        """,
    ),
    Rule(
        "labour",
        0.75,
        cue="""
            streik der | fur streik | streikt | streiken | warnstreik | stellenabbau | massenentlassung* | huelga en
            | en huelga | por los despidos | despidos masivos | sciopero dei | sciopero di | in sciopero |
            licenziamenti | greve na | em greve | demissao em massa
        """,
        unless="caminhoneiros",
    ),
    Rule(
        "legal",
        0.7,
        cue="""
            sammelklage | verklagt | bussgeld gegen | razzia bei | demanda colectiva | multa de N | multa di N |
            multa a | class action contro | processo contra | acao coletiva | investigado por
        """,
    ),
    Rule("boycott", 0.85, cue="boykott* | boicot* | boicott*"),
    Rule(
        "outage",
        0.7,
        cue="""
            grossstorung | storung in ganz | netzausfall | totalausfall | systemausfall | caida del servicio |
            servicio caido | sin servicio en toda | disservizio nazionale | rete down | fora do ar | caiu o sistema
        """,
    ),
    Rule(
        "environment",
        0.8,
        cue="""
            olpest | giftmull | tierqualerei | marea negra | vertido toxico | maltrato animal | marea nera |
            sversamento | derramamento de oleo | crime ambiental
        """,
    ),
)
