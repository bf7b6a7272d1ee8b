"""The risk signal's words for English on harm to people: injuries, products, data, discrimination, misconduct."""

from typing import Final

from models.risk.rule import Rule
from models.risk.words.en_company import DATA, FIRM, FOOD, GOODS, PEOPLE, STAFF

RULES: Final = (
    # injury
    Rule(
        "injury",
        0.85,
        cue="food poisoning | salmonella | listeria | e coli | legionella | botulism | norovirus",
    ),
    Rule(
        "injury",
        0.6,
        cue="carbon monoxide",
        unless="alarm | detector* | dioxide",
    ),
    Rule(
        "injury",
        0.75,
        cue="""
            hospitali* | injured | injuries | poisoned | electrocuted | seriously hurt | badly hurt |
            in intensive care | critical condition | serious condition | stretchered | scalded | amputat* |
            paralysed | paralyzed | lost consciousness | burn victim* | suffocat* | choked | maimed | disfigured |
            stillbirth* | anaphyla* | run over
        """,
        beside=PEOPLE,
        unless="poisoned by nostalgia | my wallet | choked out | injured list | wearing the | match",
    ),
    Rule(
        "injury",
        0.75,
        cue="""
            taken to hospital | rushed to hospital | to the hospital | in the hospital | in hospital |
            ended up in the er | ended up in hospital | in a e | ambulance | emergency room | in the er |
            stomach pumped | admitted to hospital
        """,
        beside="""
            after | eating | ate | drink* | from your | your | that | because of | burn* | used | using | product |
            heating | thanks to | put my | sent my | fell | explosion | plant | fire | crash
        """,
        unless="visiting | gave birth | born | saved",
    ),
    Rule(
        "injury",
        0.75,
        cue="""
            dead | deaths | killed | died | dies | fatal* | deadly | lost his life | lost her life |
            lost their lives | death of | s death | death toll | fatality
        """,
        beside="""
            plant | factory | explosion | crash | accident* | warehouse | flight | construction | site | worker* |
            infant* | baby | babies | passenger* | coroner | police | victims | after eating | after taking |
            side effect* | linked | links | rollercoaster | roller coaster | the ride | delivery van | fire |
            building collapse* | patients | autopsy | inquest | cyclist* | drowned | gas leak | gas explosion |
            shift
        """,
        unless="""
            battery | died laughing | dead tired | killed it | killed the | to die for | dying to | deadly good |
            my phone | dead zone | dead fish | dead line | uncle | grandfather | grandma | walking dead |
            grateful dead | cellphone | in love | over my dead body | saved
        """,
    ),
    Rule(
        "injury",
        0.55,
        cue="""
            two dead | three dead | N dead | several dead | one dead | N killed | left dead | was killed |
            were killed | has died
        """,
        unless="series | episode | movie | novel | trailer | phone | battery | uncle",
    ),
    Rule(
        "injury",
        0.8,
        cue="""
            third degree | second degree burn* | lost ~ finger* | lost ~ fingertip* | lost an eye | broken spine |
            broke ~ teeth
        """,
    ),
    Rule(
        "injury",
        0.6,
        cue="""
            burned | burnt | burns | scald* | severed | crushed | cut open | fractured | broke my | broke her |
            broke his | cracked my tooth
        """,
        beside="""
            my hand* | my face | my skin | my leg | my arm | finger* | face | arm | skin | worker | hand | scalp |
            conveyor | machine | wrist | tooth | teeth | daughter | son | baby | he was | press | forklift | lips
        """,
        unless="skiing | calories | my 10k | cut my hair",
    ),
    Rule(
        "injury",
        0.65,
        cue="""
            got sick | get sick | getting sick | made me sick | fell ill | falls ill | made ill | fallen ill |
            vomiting | throwing up | violently ill | so ill | sick after | poorly after | allergic reaction |
            stomach cramps
        """,
        beside=PEOPLE + " | " + FOOD,
        unless="sick of | motion sick*",
    ),
    # safety-recall
    Rule(
        "safety-recall",
        0.85,
        cue="""
            product recall | recall notice | recall alert | safety recall | food recall | voluntary recall |
            productrecall | foodrecall | is recalling | are recalling | urgently recall* | recalls N | recalls all |
            recalls thousands | recalls ~ over | recalled over | recalled after | recalled because | recalled due |
            recalls its | recalling N | recall of N | recalls millions | issues recall | issued a recall |
            under recall | pulled from shelves | pulls from shelves | pulled off shelves | pulls ~ off shelves |
            off the shelves | pulls ~ from shelves | withdrawn from sale | withdrawn from supermarket* |
            withdrawn from stores | withdrawn from the market | pulled from sale | withdraws ~ from sale
        """,
        unless="""
            democrats | republicans | senat* | governor | ambassador | watchman | flying off the shelves |
            total recall | recall manager | fly off the shelves
        """,
    ),
    Rule(
        "safety-recall",
        0.7,
        cue="recall | recalls | recalled | recalling",
        beside="""
            product* | batch* | lot | vehicle* | car | cars | model* | units | stroller* | toy | toys | charger* |
            batter* | food | airbag* | brake* | safety | risk | hazard | contaminat* | defect* | fire | shelves |
            consumers | listeria | faulty | crack*
        """,
        unless="""
            total recall | i recall | you will recall | may recall | as i recall | if i recall | recall that |
            do you recall | t recall | recall how | recall when | can recall | recall manager | recall the time |
            to recall | i also recall
        """,
    ),
    Rule(
        "safety-recall",
        0.75,
        cue="""
            caught fire | catches fire | catch fire | catching fire | on fire | exploded | explodes | exploding |
            overheat* | burst into flames | bursts into flames | went up in flames | up in smoke | blew up |
            blows up | melted | melting | smoking | sparks | sparking | smoke coming | burning smell | burned down |
            burnt down | set ~ alight | set fire | electric shock* | swollen
        """,
        beside=GOODS,
        unless="""
            sales | popularity | growth | runway on fire | is on fire | stop smoking | no smoking | smoking area |
            smoking hot | mouth | blew up on | tiktok | melted my heart | timeline | set ~ on fire ~ show |
            quit smoking | my phone blew up | my phone is blowing
        """,
    ),
    Rule(
        "safety-recall",
        0.6,
        cue="""
            blew up in my | exploded in my | explode in my | caught fire in my | catches fire | burst into flames |
            blew up in his | exploded in her
        """,
    ),
    Rule(
        "safety-recall",
        0.65,
        cue="fire brigade | fire department | firefighters | fire service | house fire | burned my house",
        beside=GOODS,
    ),
    Rule(
        "safety-recall",
        0.75,
        cue="""
            found | finds | finding | there was | there is | full of | bit into | bit on | discovered | contains |
            contained | traces of | contaminated with | pieces of | piece of | bits of | fragments
        """,
        beside="""
            piece of glass | glass in | shards | metal fragments | metal | maggot* | worms | mould | mold | mouldy |
            moldy | cockroach* | a rat | mouse | needle* | plastic in | a screw | lead | arsenic | mercury |
            asbestos | cadmium | benzene | pesticide* | bug in | bugs in | insect* | razor blade | rodent | dead fly
            | larvae | faeces | feces | rubber
        """,
        also=FOOD + " | " + "product* | toys | cream | shampoo | lipstick | talc | powder | jewellery",
        unless="glass of | metal detector | lead time | take the lead",
    ),
    Rule(
        "safety-recall",
        0.85,
        cue="""
            undeclared | choking hazard | fire hazard | burn hazard | do not consume | do not eat |
            unfit for consumption | contaminated batch* | do not drive | unsafe for children | safety warning |
            not safe for | stop driving | defective airbag* | faulty brakes | stop using ~ immediately |
            told to stop using | urged to stop using | should stop using | fail* to deploy | not deploy |
            strangulation | unsafe to use | unsafe to drive | electrocution risk | risk of fire | risk of explosion
            | risk of injury | stuck accelerator | sudden acceleration
        """,
        unless="stop using ~ emoji* | stop using plastic",
    ),
    Rule(
        "safety-recall",
        0.65,
        cue="""
            brakes | brake | airbag* | wheel* | steering | seat belt* | seatbelt* | autopilot | accelerator |
            gearbox
        """,
        beside="""
            fail | fails | failed | failing | failure | defect* | come off | comes off | came off | fell off |
            falls off | faulty | may not | did not | didn | locked up | stuck | snapped | unintended | gave out |
            don t work | stopped working
        """,
        unless="wheels have come off | wheels came off the | wheels come off the",
    ),
    # data-leak
    Rule(
        "data-leak",
        0.9,
        cue="""
            data breach* | databreach* | data leak* | dataleak* | leaked data | security breach* |
            leak of customer data | ransomware | stolen credentials | passwords leaked | leaked passwords |
            exposed database | cyberattack* | cyber attack* | customer data exposed | data exposed | breach of data
            | hack attack | data theft | unsecured server | unprotected database | unsecured database | data hack |
            stolen data | records exposed | exposed records | sold ~ data | selling ~ data | credential stuffing |
            cyber incident | confirms breach | haveibeenpwned | privacy breach*
        """,
        unless="data theft with",
    ),
    Rule(
        "data-leak",
        0.7,
        cue="""
            hacked | hackers | hacker | leaked | leaks | leaking | stolen | exposed | breached | breach |
            compromised | dark web | for sale | pwned | stole | exposing | exposes | hack | data dump
        """,
        beside=DATA,
        unless="""
            life hack* | leaked specs | leaked images | leaked design | leaked photos | photos of |
            images of | photos leaked | leaked render* |
            hackathon | hack your | growth hack* | stolen heart | hackers by | card for sale | exposed brick |
            encrypts | against hackers | tickets for sale | protects ~ from hackers
        """,
    ),
    Rule(
        "data-leak",
        0.65,
        cue="""
            been hacked | got hacked | get hacked | were hacked | was hacked | is hacked | got pwned | hacked again
            | hacked into | a hack
        """,
        beside="""
            bank | account* | payment* | data | customer* | card | payments | email* | app | server* | money |
            everybody* | everyone | systems | company
        """,
        unless="life hack* | cupid",
    ),
    Rule(
        "data-leak",
        0.75,
        cue="""
            another customer s | other customers | someone else s | somebody else s | a stranger s | strangers |
            other people s | sharing my | shared my | published my | anyone could | anyone can | everyone can |
            open to anyone | whole internet | available online | visible to everyone | publicly accessible |
            gave out my
        """,
        beside="""
            account | orders | order history | address | passport | details | log in | logged in | login | data |
            statement* | card | messages | medical | invoices | feed | video feed | cameras | photos | name and |
            phone number | documents | profile | id card
        """,
        unless="my photos on | shared my story | open an account",
    ),
    Rule(
        "data-leak",
        0.5,
        cue="""
            payments i never made | payment i never made | transactions i never made | logged into my account |
            change your password* | data online | watch the video feed
        """,
    ),
    # discrimination
    Rule(
        "discrimination",
        0.75,
        cue="""
            racist | racists | racism | sexist | sexism | homophobic | homophobia | transphobic | transphobia |
            antisemitic | antisemitism | anti semitic | islamophobic | islamophobia | discriminat* |
            racial profiling | racially | racially profiled | ableist | ableism | misogyn* | fatphobic | blackface |
            xenophob* | ageist | ageism | white supremac* | bigot* | nazi
        """,
        beside=FIRM
        + " | "
        + STAFF
        + " | "
        + """
            ad | ads | advert* | campaign | employees | service | customer* | refused | policy | interview | hiring
            | restaurant | hotel | store* | shop | remark* | comment* | apolog* | experience | incident | bank |
            airline | flight | app | algorithm | logo | this company | boycott | applicants | image | joke* |
            t shirt | product | club
        """,
        unless="""
            against racism | against discrimination | fight racism | fighting racism | fight discrimination |
            end racism | anti racism | antiracis* | stop racism | discriminating taste | report on
        """,
    ),
    Rule(
        "discrimination",
        0.7,
        cue="""
            refused | refuse | refuses | turned away | kicked out | kick out | throw out | threw out | thrown out |
            denied entry | denied boarding | wouldn t let | would not let | removed | ignored us | followed |
            following me | following us | stopped me | searched me | told to leave | rejected | bin applications |
            binned | didn t fit | doesn t fit | left me at | paid less | earn less | not allowed | wouldn t serve |
            refused to serve | won t serve | asked to leave | banned from entering | passed over | escorted
        """,
        beside="""
            black | brown | muslim* | hijab* | headscarf | wheelchair | disabled | disability | gay | lesbian |
            trans | couple for | asian | arab* | jewish | jews | pregnant | my skin | skin colour | skin color |
            foreign names | accent | women | guide dog | autistic | blind | deaf | because of my | ethnic |
            immigrant* | roma | speaking | transgender | two men | same sex | latino* | african | indian |
            breastfeeding | kippah | turban
        """,
        unless="black friday | black out | blind spot | black dress",
    ),
    Rule(
        "discrimination",
        0.6,
        cue="""
            women can t | women can not | women cannot | girls can t | come back with my husband | with your husband
            | women N less | women ~ less for | less than men | foreign names | because i m black |
            because i m brown | cos im brown | cos im black | because of my race | because of my religion |
            because of my wheelchair | because i am black | fit the brand image | holding hands | on dark skin |
            dark skin | because she s pregnant | too old for | pay gap | because i m a woman | brand image |
            non white | speaking arabic
        """,
        unless="foundation | shade* | sunscreen",
    ),
    # misconduct
    Rule(
        "misconduct",
        0.8,
        cue="""
            sexual harassment | sexually harass* | sexual assault* | sexually assault* | sexual misconduct | metoo |
            groped | gropes | groping | sexual abuse | sexually abused | toxic culture | culture of bullying |
            culture of fear | inappropriate behaviour | inappropriate behavior | inappropriate messages | upskirt* |
            predator | workplace bullying | rape allegation* | abuse allegation*
        """,
    ),
    Rule(
        "misconduct",
        0.65,
        cue="""
            harassed | harassing | harassment | assaulted | assaulting | assault | rape | raped | rapist | bullied |
            bullying | bullies | abuse | abused | abusive | molest* | stalked | punched | punching | beat up |
            beaten up | beating | slapped | shoved | choking | dragged | spat | spit on | threatened | threats |
            threatening | screamed at | screaming at | yelled at | shouting at | shouted at | shouting slurs | slurs
            | insulted | insulting | humiliat* | slammed | kicked | hit a | drunk | intimidat* | spied on |
            hand on my | touched my | touched me | locked the doors | flashed
        """,
        beside=FIRM + " | " + STAFF,
        unless="""
            against harassment | stop bullying | against bullying | beat the | beating the odds | i threatened |
            alarm | drunk on | punching above | bag | spit out | drug abuse | anti bullying | kicked off |
            kicked butt | kicked ass | kick butt | suitcase*
        """,
    ),
    Rule(
        "misconduct",
        0.7,
        cue="""
            resigns | resigned | steps down | stepped down | steps aside | stepping down | ousted | fired | arrested
            | suspended | in custody | on leave | charged with | under fire | filmed | caught | accused | creep |
            pervert | pig | sacked
        """,
        beside="""
            affair | misconduct | allegation* | scandal | slur* | underage | assault* | harass* | behaviour |
            behavior | relationship with | racist | video shows | drunk | cocaine | wife | women | domestic | nazi |
            dms | subordinate | inappropriate | expenses | lying | remarks
        """,
        also=FIRM + " | " + STAFF,
    ),
    Rule(
        "misconduct",
        0.55,
        cue="""
            underage | dick pic* | beating his wife | domestic violence | cocaine | prostitut* | escort*
        """,
        beside=FIRM,
    ),
    # Rarer words.
    Rule(
        "injury",
        0.6,
        cue="""
            feared dead | went blind | lost her sight | lost his sight | liver is failing | in a coma |
            chemical burn | chemical burns | blisters | fainted | collapsed on | second victim | fell to his death |
            fell to her death | nearly swallowed | on drips | hit and killed | fall sick | falls sick |
            wrong medication | ammonia leak
        """,
    ),
    Rule(
        "injury",
        0.6,
        cue="dies | died | killed | dead | wounded",
        beside="""
            parachute | rope | scaffold* | operation | surgery | treatment | pills | capsule* | on delivery |
            second this year | third this year | at work | building site | patients | leaves road | vaccine
        """,
        unless="uncle | grandfather | battery | laughing | over my dead",
    ),
    Rule(
        "safety-recall",
        0.65,
        cue="""
            come loose | comes loose | came apart | comes apart | fell apart | separated at | popped open |
            popping open | flew off | sparked | leaks acid | fails to open | failed to open | unplug
        """,
        beside="""
            seats | seat | wheel | tyre* | tire* | lid | cooker* | parachute | battery | hand | kids | crash tests |
            blanket* | owners | parents | handle | once
        """,
    ),
    Rule(
        "safety-recall",
        0.65,
        cue="""
            health inspectors | cockroach* | mice | rat droppings | maggots | high levels of lead | levels of lead |
            send back all | metal pieces | bits of metal | parents warned | warns parents | warn parents
        """,
        beside="""
            closed | closes | kitchen | bakery | restaurant | ovens | pouches | batches | store* | shop | tubs |
            seen | found | product* | toys | seats | cakes | affected
        """,
    ),
    Rule(
        "data-leak",
        0.65,
        cue="""
            anyone can download | exposes | exposed | intruders | surfaced online | logins from |
            recorded conversations | listened to | public map | stolen from | mail changed | using my ~ account |
            in my account
        """,
        beside="""
            invoices | grades | addresses | dates of birth | patient records | laptop | location |
            reservation system | customers | accounts | conversations | codes | points | ex employee
        """,
    ),
    Rule(
        "misconduct",
        0.6,
        cue="""
            hush money | drunken rant | tying | grabbed my | grabbed her | watching porn | hurls | hurled |
            let himself into | by his collar | joking about | burning apprentices | laughs at victims |
            caught on tape | greedy
        """,
        beside="""
            founder* | boss | ceo | driver* | agent | director* | staff | carer | security | chef | manager* |
            assistants | mascot
        """,
    ),
    Rule(
        "discrimination",
        0.6,
        cue="""
            down syndrome | foreign surnames | foreign passports | people like you | zero women | only promotes men
            | second child | afro hair | no ramp | laughs at fat | called mohamed | slave ship | hijab
        """,
    ),
)
