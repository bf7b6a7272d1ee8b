"""The rules of the risk signal for English: what must be said, in what company, and what makes it harmless."""

from typing import Final

from models.sentiment.risk_rules import PLAY, Rule

_PEOPLE: Final = """
    customer* | client* | child | children | kid* | people | person* | user* | passenger* | worker* | employee*
    | baby | babies | patient* | man | woman | driver* | resident* | tourist*
"""
_FIRM: Final = """
    company | firm | brand | ceo | boss | executive* | manager* | employer | staff | store* | bank | airline |
    factory | plant | group | corp* | board | director* | chairman
"""

RULES: Final = (
    Rule(
        topic="injury",
        language="en",
        score=0.85,
        cue="""
            hospitali* | injured | injuries | poisoned | food poisoning | died | dies | killed | burned | burnt
            | electrocuted | choked
        """,
        beside=_PEOPLE,
        unless=PLAY
        + """
            | died laughing | battery died | phone died | killed it | killed the | dying to
        """,
    ),
    Rule(
        topic="injury",
        language="en",
        score=0.85,
        cue="""
            salmonella | listeria | e coli | legionella | botulism | carbon monoxide
        """,
    ),
    Rule(
        topic="safety-recall",
        language="en",
        score=0.85,
        cue="""
            recall* | withdrawn from sale | pulled from shelves | pulls from shelves | do not use | do not eat |
            stop using
        """,
        beside="""
            product* | batch* | lot | vehicle* | car | cars | model* | unit* | stroller* | toy | toys | charger*
            | batter* | food | airbag* | brake* | safety | risk | hazard | contaminat* | defect* | fire | units
            | shelves | consumers | listeria | salmonella
        """,
        unless=PLAY
        + """
            | total recall | i recall | you will recall | you may recall | as i recall | if i recall | recall that time
            | do you recall | can t recall | don t recall | recall how
        """,
    ),
    Rule(
        topic="safety-recall",
        language="en",
        score=0.8,
        cue="""
            caught fire | catches fire | catching fire | exploded | explodes | exploding | overheat* | burst
            into flames
        """,
        beside="""
            phone* | batter* | charger* | car | scooter* | laptop* | device* | product* | toaster | oven |
            vehicle* | bike* | washing machine | dryer | in my hand* | in my pocket
        """,
        unless=PLAY
        + """
            | sales exploded | exploded in popularity | exploding growth
        """,
    ),
    Rule(
        topic="data-leak",
        language="en",
        score=0.9,
        cue="""
            data breach* | data leak* | leaked data | leak of customer data | ransomware | stolen credentials |
            passwords leaked | leaked passwords | exposed database | cyberattack* | cyber attack* | customer
            data exposed | data exposed
        """,
    ),
    Rule(
        topic="data-leak",
        language="en",
        score=0.75,
        cue="""
            hacked | hackers | hacker | leaked | stolen | exposed | breached
        """,
        beside="""
            customer data | personal data | data | passwords | password | credit card* | bank details |
            addresses | emails | accounts | database | records
        """,
        unless=PLAY
        + """
            | life hack* | leaked specs | leaked images | leaked design | leaked photos
        """,
    ),
    Rule(
        topic="fraud",
        language="en",
        score=0.8,
        cue="""
            fraud | bribery | bribe* | money laundering | embezzle* | ponzi | falsified | accounting scandal |
            price fixing | tax evasion | insider trading | corruption | cooked the books | forged
        """,
        unless=PLAY
        + """
            | fraud protection | fraud alert | fraud prevention | fraud department | anti fraud | report fraud
        """,
    ),
    Rule(
        topic="discrimination",
        language="en",
        score=0.8,
        cue="""
            racist | racism | sexist | sexism | homophobic | homophobia | transphobic | antisemitic |
            antisemitism | islamophobic | discriminat* | racial profiling | ableist | racially
        """,
        beside=_FIRM
        + """
            | ad | advert* | campaign | employee* | service | customer* | refused | ceo | policy | interview |
            hiring | driver* | restaurant | hotel
        """,
        unless=PLAY
        + """
            | against racism | against discrimination | fight racism | fighting racism | end racism
        """,
    ),
    Rule(
        topic="misconduct",
        language="en",
        score=0.8,
        cue="""
            sexual harassment | sexually harassed | sexual assault | sexually assaulted | harassed | harassment
            | assaulted | rape | raped | groped | metoo | bullied | bullying
        """,
        beside=_FIRM
        + """
            | employee* | worker* | colleague* | driver* | workplace | guard | coach | accus* | allegation*
        """,
        unless=PLAY
        + """
            | against harassment | stop bullying
        """,
    ),
    Rule(
        topic="labour",
        language="en",
        score=0.75,
        cue="""
            layoff* | lay off | lays off | laying off | laid off | job cuts | walkout | on strike |
            strike action | strike notice | sweatshop* | child labour | child labor | forced labour | forced
            labor | union busting | unpaid wages | burnout | modern slavery | mass redundanc*
        """,
    ),
    Rule(
        topic="environment",
        language="en",
        score=0.8,
        cue="""
            oil spill | toxic waste | chemical spill | greenwashing | dumping waste | dumped waste | dumping
            chemicals | polluting | polluted | pollutes | animal cruelty | animal abuse | deforestation |
            contaminated water | pfas | forever chemicals | emissions scandal | leaked into the river
        """,
        unless="""
            zero deforestation
        """,
    ),
    Rule(
        topic="legal",
        language="en",
        score=0.75,
        cue="""
            lawsuit* | class action | sued | sues | suing | fined | indicted | prosecut* | raided by | antitrust
            | criminal charges | under investigation | investigation into | probe into | subpoena* | court ruled
            | found guilty | pleaded guilty
        """,
    ),
    Rule(
        topic="boycott",
        language="en",
        score=0.85,
        cue="""
            boycott* | cancel your subscription* | delete the app | stop buying from | never buy from | don t
            buy from
        """,
        unless=PLAY
        + """
            | boycott the vote | geoffrey boycott
        """,
    ),
    Rule(
        topic="outage",
        language="en",
        score=0.75,
        cue="""
            outage* | service is down | services are down | servers are down | servers down | server down | site
            is down | website is down | app is down | network is down | is down again | down for everyone |
            major disruption | nationwide disruption | systems down | system down
        """,
    ),
    Rule(
        topic="rumour",
        language="en",
        score=0.6,
        cue="""
            rumour* | rumor* | rumoured | rumored | unconfirmed | allegedly | apparently | hearing that | word
            is that | sources say
        """,
        beside="""
            bankrupt* | insolven* | shutting down | closing down | closing all | going under | takeover |
            poison* | contaminated | ceo resign* | stepping down | cover up | covering up | fire sale
        """,
        unless=PLAY
        + """
            | new iphone | release date
        """,
    ),
)
