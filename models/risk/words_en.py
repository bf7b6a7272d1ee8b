"""The risk signal's words for English: what is said of each topic, in what company, and what makes it harmless."""

from typing import Final

from models.risk.rule import Rule

_PEOPLE: Final = """
    customer* | client* | child | children | kid | kids | people | person* | user | users | passenger* | worker* |
    employee* | staff | baby | babies | toddler* | infant* | patient* | man | woman | men | women | driver* | resident* |
    tourist* | guest* | student* | pupil* | cyclist* | pedestrian* | biker* | teenager* | teen | boy | girl | mother |
    father | daughter | son | wife | husband | cousin | brother | sister | neighbour* | neighbor* | nan | grandma |
    courier* | rider* | crew | colleague* | coworker* | friend | he | she | mum | mom | dad | visitor* | shopper* | diner*
"""
_FIRM: Final = """
    company | firm | brand | ceo | cfo | boss | bosses | executive* | exec | execs | manager* | employer | staff | founder*
    | chairman | chairwoman | chief | director* | board | owner | president | head of | supervisor* | coach | captain |
    partner | team lead | hr | leadership | editor
"""
_STAFF: Final = """
    driver* | guard* | employee* | cashier* | waiter* | agent* | staff | security | doorman | bouncer | steward* |
    flight attendant* | courier* | worker* | clerk | adviser | advisor | technician | captain | pilot* | rep | seller |
    salesman | attendant* | colleague* | coworker*
"""
_GOODS: Final = """
    phone* | batter* | charger* | car | cars | scooter* | laptop* | device* | product* | toaster | oven | vehicle* | bike* |
    e bike* | washing machine | dryer | dishwasher | fridge | vape | headphone* | earbud* | earphone* | tablet | watch |
    stroller* | cot | crib | toy | toys | heater* | pad | blanket | kettle | blender* | air fryer | mower | console |
    cable | plug | socket | hoverboard* | powerbank* | power bank* | tv | truck* | suv* | monitor* | unit* | appliance* |
    model* | adapter | lamp | microwave | iron | hair dryer | ebike* | engine*
"""
_FOOD: Final = """
    yoghurt* | yogurt* | food | meal* | lunch | dinner | cheese | milk | formula | salad* | burger* | pizza | soup | bread |
    chocolate* | cereal* | granola | spinach | meat | chicken | beef | ham | sausage* | jar | jars | can | cans | bottle* |
    snack* | drink* | strawberr* | ice cream | sandwich* | sauce | tuna | fish | salmon | oyster* | eggs | rice | pasta |
    water | juice | baby food | crisps | fries | wrap | canteen | restaurant* | menu | packet | pack | nuggets | coffee |
    eating | ate | biting | drinking | chewing | cookie* | cake* | beer | lettuce | bar | bars | puree
"""
_DATA: Final = """
    customer data | personal data | data | password* | credit card* | card number* | card details | bank details | address
    | addresses | emails | accounts | database* | records | private messages | passport* | medical | messages | photos |
    personal information | personal info | social security | phone numbers | employee data | files | file | identity | info |
    my account | user data | dms
"""
_PAST: Final = "series | episode | movie | novel | trailer"

RULES: Final = (
    # ── injury ──
    Rule("injury", 0.85, "food poisoning | salmonella | listeria | e coli | legionella | botulism | norovirus"),
    Rule("injury", 0.6, "carbon monoxide", unless="alarm | detector* | dioxide"),
    Rule(
        "injury", 0.75,
        """hospitali* | injured | injuries | poisoned | electrocuted | seriously hurt | badly hurt | in intensive care |
        critical condition | serious condition | stretchered | scalded | amputat* | paralysed | paralyzed | lost consciousness
        | burn victim* | suffocat* | choked | maimed | disfigured | stillbirth* | anaphyla* | run over""",
        beside=_PEOPLE, unless="poisoned by nostalgia | my wallet | choked out | injured list | wearing the | match",
    ),
    Rule(
        "injury", 0.75,
        """taken to hospital | rushed to hospital | to the hospital | in the hospital | in hospital | ended up in the er |
        ended up in hospital | in a e | ambulance | emergency room | in the er | stomach pumped | admitted to hospital""",
        beside="""after | eating | ate | drink* | from your | your | that | because of | burn* | used | using | product | heating |
        thanks to | put my | sent my | fell | explosion | plant | fire | crash""",
        unless="visiting | gave birth | born | saved",
    ),
    Rule(
        "injury", 0.75,
        """dead | deaths | killed | died | dies | fatal* | deadly | lost his life | lost her life | lost their lives | death of
        | s death | death toll | fatality | die""",
        beside="""plant | factory | explosion | crash | accident* | warehouse | flight | construction | site | worker* | infant* |
        baby | babies | passenger* | coroner | police | victims | after eating | after taking | side effect* | linked | links |
        rollercoaster | roller coaster | the ride | delivery van | fire | building collapse* | patients | autopsy | inquest | cyclist* |
        drowned | gas leak | gas explosion | shift""",
        unless="""battery | died laughing | dead tired | killed it | killed the | to die for | dying to | deadly good | my phone |
        dead zone | dead fish | dead line | uncle | grandfather | grandma | walking dead | grateful dead | cellphone | in love | over my dead body | saved""",
    ),
    Rule("injury", 0.55, "two dead | three dead | N dead | several dead | one dead | N killed | left dead | was killed | were killed | has died",
         unless=_PAST + " | phone | battery | uncle"),
    Rule("injury", 0.8, "third degree | second degree burn* | lost ~ finger* | lost ~ fingertip* | lost an eye | broken spine | broke ~ teeth"),
    Rule(
        "injury", 0.6,
        "burned | burnt | burns | scald* | severed | crushed | cut open | fractured | broke my | broke her | broke his | cracked my tooth",
        beside="""my hand* | my face | my skin | my leg | my arm | finger* | face | arm | skin | worker | hand | scalp | conveyor |
        machine | wrist | tooth | teeth | daughter | son | baby | he was | press | forklift | lips""",
        unless="skiing | calories | my 10k | cut my hair",
    ),
    Rule(
        "injury", 0.65,
        "got sick | get sick | getting sick | made me sick | fell ill | falls ill | made ill | fallen ill | vomiting | throwing up | violently ill | so ill | sick after | poorly after | allergic reaction | stomach cramps",
        beside=_FOOD + " | " + _PEOPLE, unless="sick of | motion sick*",
    ),
    # ── safety-recall ──
    Rule(
        "safety-recall", 0.85,
        """product recall | recall notice | recall alert | safety recall | food recall | voluntary recall | productrecall |
        foodrecall | is recalling | are recalling | urgently recall* | recalls N | recalls all | recalls thousands | recalls ~ over |
        recalled over | recalled after | recalled because | recalled due | recalls its | recalling N | recall of N | recalls millions
        | issues recall | issued a recall | under recall | pulled from shelves | pulls from shelves | pulled off shelves |
        pulls ~ off shelves | off the shelves | pulls ~ from shelves | withdrawn from sale | withdrawn from supermarket* |
        withdrawn from stores | withdrawn from the market | pulled from sale | withdraws ~ from sale""",
        unless="democrats | republicans | senat* | governor | ambassador | watchman | flying off the shelves | total recall | recall manager | fly off the shelves",
    ),
    Rule(
        "safety-recall", 0.7, "recall | recalls | recalled | recalling",
        beside="""product* | batch* | lot | vehicle* | car | cars | model* | units | stroller* | toy | toys | charger* | batter* | food |
        airbag* | brake* | safety | risk | hazard | contaminat* | defect* | fire | shelves | consumers | listeria | faulty | crack*""",
        unless="""total recall | i recall | you will recall | may recall | as i recall | if i recall | recall that | do you recall | t recall
        | recall how | recall when | can recall | recall manager | recall the time | to recall | i also recall""",
    ),
    Rule(
        "safety-recall", 0.75,
        """caught fire | catches fire | catch fire | catching fire | on fire | exploded | explodes | exploding | overheat* | burst into
        flames | bursts into flames | went up in flames | up in smoke | blew up | blows up | melted | melting | smoking | sparks |
        sparking | smoke coming | burning smell | burned down | burnt down | set ~ alight | set fire | electric shock* | swollen""",
        beside=_GOODS,
        unless="""sales | popularity | growth | runway on fire | is on fire | stop smoking | no smoking | smoking area | smoking hot | mouth |
        blew up on | tiktok | melted my heart | timeline | set ~ on fire ~ show | quit smoking | my phone blew up | my phone is blowing""",
    ),
    Rule("safety-recall", 0.6, "blew up in my | exploded in my | explode in my | caught fire in my | catches fire | burst into flames | blew up in his | exploded in her"),
    Rule(
        "safety-recall", 0.65, "fire brigade | fire department | firefighters | fire service | house fire | burned my house",
        beside=_GOODS,
    ),
    Rule(
        "safety-recall", 0.75,
        """found | finds | finding | there was | there is | full of | bit into | bit on | discovered | contains | contained | traces of |
        contaminated with | pieces of | piece of | bits of | fragments""",
        beside="""piece of glass | glass in | shards | metal fragments | metal | maggot* | worms | mould | mold | mouldy | moldy | cockroach* |
        a rat | mouse | needle* | plastic in | a screw | lead | arsenic | mercury | asbestos | cadmium | benzene | pesticide* | bug in |
        bugs in | insect* | razor blade | rodent | dead fly | larvae | faeces | feces | rubber""",
        also=_FOOD + " | product* | toys | cream | shampoo | lipstick | talc | powder | jewellery",
        unless="glass of | metal detector | lead time | take the lead",
    ),
    Rule(
        "safety-recall", 0.85,
        """undeclared | choking hazard | fire hazard | burn hazard | do not consume | do not eat | unfit for consumption | contaminated batch* |
        do not drive | unsafe for children | safety warning | not safe for | stop driving | defective airbag* | faulty brakes |
        stop using ~ immediately | told to stop using | urged to stop using | should stop using | fail* to deploy | not deploy | strangulation | unsafe to use | unsafe to drive |
        electrocution risk | risk of fire | risk of explosion | risk of injury | stuck accelerator | sudden acceleration""",
        unless="stop using ~ emoji* | stop using plastic",
    ),
    Rule(
        "safety-recall", 0.65,
        "brakes | brake | airbag* | wheel* | steering | seat belt* | seatbelt* | autopilot | accelerator | gearbox",
        beside="""fail | fails | failed | failing | failure | defect* | come off | comes off | came off | fell off | falls off | faulty | may
        not | did not | didn | locked up | stuck | snapped | unintended | gave out | don t work | stopped working""",
        unless="wheels have come off | wheels came off the | wheels come off the",
    ),
    # ── data-leak ──
    Rule(
        "data-leak", 0.9,
        """data breach* | databreach* | data leak* | dataleak* | leaked data | security breach* | leak of customer data | ransomware | stolen
        credentials | passwords leaked | leaked passwords | exposed database | cyberattack* | cyber attack* | customer data exposed |
        data exposed | breach of data | hack attack | data theft | unsecured server | unprotected database | unsecured database | data hack |
        stolen data | records exposed | exposed records | sold ~ data | selling ~ data | credential stuffing | cyber incident |
        confirms breach | haveibeenpwned | privacy breach*""",
        unless="data theft with",
    ),
    Rule(
        "data-leak", 0.7,
        """hacked | hackers | hacker | leaked | leaks | leaking | stolen | exposed | breached | breach | compromised | dark web | for sale |
        pwned | stole | exposing | exposes | hack | data dump""",
        beside=_DATA,
        unless="""life hack* | leaked specs | leaked images | leaked design | leaked photos of the | leaked render* | hackathon | hack your |
        growth hack* | stolen heart | hackers by | card for sale | exposed brick | encrypts | against hackers | tickets for sale | protects ~ from hackers""",
    ),
    Rule(
        "data-leak", 0.65, "been hacked | got hacked | get hacked | were hacked | was hacked | is hacked | got pwned | hacked again | hacked into | a hack",
        beside="""bank | account* | payment* | data | customer* | card | payments | email* | app | server* | money |
        everybody* | everyone | systems | company""",
        unless="life hack* | cupid",
    ),
    Rule(
        "data-leak", 0.75,
        """another customer s | other customers | someone else s | somebody else s | a stranger s | strangers | other people s | sharing my | shared
        my | published my | anyone could | anyone can | everyone can | open to anyone | whole internet | available online |
        visible to everyone | publicly accessible | gave out my""",
        beside="""account | orders | order history | address | passport | details | log in | logged in | login | data | statement* | card | messages |
        medical | invoices | feed | video feed | cameras | photos | name and | phone number | documents | profile | id card""",
        unless="my photos on | shared my story | open an account",
    ),
    Rule("data-leak", 0.5, "payments i never made | payment i never made | transactions i never made | logged into my account | change your password* | data online | watch the video feed"),
    # ── fraud ──
    Rule(
        "fraud", 0.75,
        """commits fraud | accounting fraud | tax fraud | bank fraud | insurance fraud | wire fraud | securities fraud | this is fraud | bribery | bribe | bribes | bribed | kickback* | money laundering | laundering money | laundered | launders |
        embezzle* | ponzi | pyramid scheme | falsified | falsifying | accounting scandal | price fixing | price rigging | tax evasion | tax dodg* |
        cooked the books | cooking the books | forged | forging | counterfeit* | swindle* | cheated customers |
        fake accounts | invented revenue | inflated revenue | misled investors | slush fund | cartel | price gouging | bid rigging |
        doctored | identity theft | mislabel* | bogus charges | stolen wages""",
        unless="""fraud protection | fraud alert | fraud prevention | fraud department | anti fraud | report fraud | fraud team | fraud analyst |
        fight fraud | against fraud | forged partnership | forges | forged a | forging a""",
    ),
    Rule("fraud", 0.6, "fraud | fraudulent* | insider trading", beside="charged | charged with | accus* | claims | victims | committed | ceo | cfo | executive* | forged | signature | customers | police | investigat* | convicted | guilty | years | million | massive | whistleblower* | stole",
         unless="fraud protection | fraud alert | fraud prevention | fraud department | anti fraud | report fraud | fraud team | fraud analyst | fight fraud | against fraud | marked | credit card company"),
    Rule("fraud", 0.6, "corruption | corrupt", beside=_FIRM + " | contract* | official* | accus* | scandal | probe | charges | investigation",
         unless="corrupt file | corrupted | minister"),
    Rule(
        "fraud", 0.6, "scam | scams | scammed | scammer* | scamming | conned | con artists | ripped me off | defrauded | crooks | thieves | stealing from | stole my money | steal money | phishing | swindl*",
        beside="""money | paid | pay | account | refund | stay away | took | fake | text* | sms | email* | alert | click | beware | total | customers |
        people | link | blocked | avoid | card | never | order | website | call*""",
        unless="time thieves | thieves season | scam likely",
    ),
    Rule("fraud", 0.65, "fake ~ texts | fake ~ text | fake ~ emails | fake ~ sms | fake ~ website | phishing emails | fake invoices | fake reviews | paid for fake | sold as beef | horsemeat | horse meat | passed off as"),
    Rule(
        "fraud", 0.6,
        """never signed | nobody asked for | never asked for | without my consent | without consent | without my permission | never agreed to |
        never authorised | never authorized | never ordered | unauthorised charge* | unauthorized charge* | took money from | money gone |
        does not exist | doesn t exist | never understood""",
        beside="""charged | charge | contract | account* | fees | signature | money | insurance | loan | booking | bank | pay | paid | sold |
        subscription | policy""",
    ),
    Rule("fraud", 0.6, "paid officials | paid off | under the table | paying off | bought off | cheated on | cheating on emission* | cheated emission*",
         beside="official* | contract* | politician* | inspector* | test* | emission* | judge* | regulator* | mayor", unless="paid off my"),
    # ── discrimination ──
    Rule(
        "discrimination", 0.65,
        """racist | racists | racism | sexist | sexism | homophobic | homophobia | transphobic | transphobia | antisemitic | antisemitism | anti semitic |
        islamophobic | islamophobia | discriminat* | racial profiling | racially | racially profiled | ableist | ableism | misogyn* | fatphobic
        | blackface | xenophob* | ageist | ageism | white supremac* | bigot* | nazi""",
        beside=_FIRM + " | " + _STAFF + """ | ad | ads | advert* | campaign | employees | service | customer* | refused | policy | interview | hiring | restaurant | hotel | store* | shop | remark* | comment* | apolog* |
        experience | incident | bank | airline | flight | app | algorithm | logo | this company | boycott | applicants | image | joke* | t shirt | product | club""",
        unless="""against racism | against discrimination | fight racism | fighting racism | fight discrimination | end racism | anti racism | antiracis* | stop
        racism | discriminating taste | report on""",
    ),
    Rule(
        "discrimination", 0.7,
        """refused | refuse | refuses | turned away | kicked out | kick out | throw out | threw out | thrown out | denied entry | denied boarding | wouldn t let | would
        not let | removed | ignored us | followed | following me | following us | stopped me | searched me | told to leave | rejected | bin applications |
        binned | didn t fit | doesn t fit | left me at | paid less | earn less | not allowed | wouldn t serve | refused to serve | won t serve | asked to leave |
        banned from entering | passed over | escorted""",
        beside="""black | brown | muslim* | hijab* | headscarf | wheelchair | disabled | disability | gay | lesbian | trans | couple for | asian | arab* |
        jewish | jews | pregnant | my skin | skin colour | skin color | foreign names | accent | women | guide dog | autistic | blind | deaf | because of my |
        ethnic | immigrant* | roma | speaking | transgender | two men | same sex | latino* | african | indian | breastfeeding | kippah | turban""",
        unless="black friday | black out | blind spot | black dress",
    ),
    Rule(
        "discrimination", 0.6,
        """women can t | women can not | women cannot | girls can t | come back with my husband | with your husband | women N less | women ~ less for | less
        than men | foreign names | because i m black | because i m brown | cos im brown | cos im black | because of my race | because of my religion | because
        of my wheelchair | because i am black | fit the brand image | holding hands | on dark skin | dark skin | because she s pregnant | too old for | pay gap |
        because i m a woman | brand image | non white | speaking arabic""",
        unless="foundation | shade* | sunscreen",
    ),
    # ── misconduct ──
    Rule(
        "misconduct", 0.8,
        """sexual harassment | sexually harass* | sexual assault* | sexually assault* | sexual misconduct | metoo | groped | gropes | groping | sexual abuse | sexually
        abused | toxic culture | culture of bullying | culture of fear | inappropriate behaviour | inappropriate behavior | inappropriate messages | upskirt* |
        predator | workplace bullying | rape allegation* | abuse allegation*""",
    ),
    Rule(
        "misconduct", 0.65,
        """harassed | harassing | harassment | assaulted | assaulting | assault | rape | raped | rapist | bullied | bullying | bullies | abuse | abused | abusive | molest* |
        stalked | punched | punching | beat up | beaten up | beating | slapped | shoved | choking | dragged | spat | spit on | threatened | threats | threatening |
        screamed at | screaming at | yelled at | shouting at | shouted at | shouting slurs | slurs | insulted | insulting | humiliat* | slammed | kicked | hit a | drunk |
        intimidat* | spied on | hand on my | touched my | touched me | locked the doors | flashed""",
        beside=_FIRM + " | " + _STAFF,
        unless="""against harassment | stop bullying | against bullying | beat the | beating the odds | i threatened | alarm | drunk on | punching above | bag | spit out |
        drug abuse | anti bullying | kicked off | kicked butt | kicked ass | kick butt | suitcase*""",
    ),
    Rule(
        "misconduct", 0.7,
        """resigns | resigned | steps down | stepped down | steps aside | stepping down | ousted | fired | arrested | suspended | in custody | on leave | charged
        with | under fire | filmed | caught | accused | creep | pervert | pig | sacked""",
        beside="""affair | misconduct | allegation* | scandal | slur* | underage | assault* | harass* | behaviour | behavior | relationship with | racist | video shows |
        drunk | cocaine | wife | women | domestic | nazi | dms | subordinate | inappropriate | expenses | lying | remarks""",
        also=_FIRM + " | " + _STAFF,
    ),
    Rule("misconduct", 0.55, "underage | dick pic* | beating his wife | domestic violence | cocaine | prostitut* | escort*", beside=_FIRM),
    # ── labour ──
    Rule(
        "labour", 0.75,
        """layoff* | lay off | lays off | laying off | laid off | job cuts | job losses | walkout* | walk out | walk outs | on strike | strike action | strike notice | vote to strike
        | voted to strike | votes to strike | go on strike | going on strike | strike over | to strike | strikes over | general strike | staff strike | pilots strike |
        strike by | day of strike | picket* | wildcat strike | industrial action | sweatshop* | child labour | child labor | forced labour | forced labor | slave labour |
        slave labor | union busting | unionbusting | anti union | unpaid wages | wage theft | unpaid overtime | modern slavery | mass redundanc* | redundancies | mass firing* |
        cut ~ jobs | cutting ~ jobs | cuts ~ jobs | axe ~ jobs | axes ~ jobs | axing ~ jobs | shed ~ jobs | slash ~ jobs | jobs at risk | plant closure | close ~ plant |
        close ~ factory | unionstrong | staff protest* | workers protest* | work to rule | exploited workers | exploiting workers | zero hours | underpaid""",
        unless="strike a pose | strike a balance | strike a deal | lightning | strike up | strike fear | strike out | farmers | about to strike | strike gold | walk out of the | never strike",
    ),
    Rule(
        "labour", 0.65,
        """fired | fire | sacked | axed | dismissed | made redundant | let go | unfairly dismissed | gets rid of | terminated""",
        beside="""N people | employees | workers | staff | our team | my team | whole team | union | by email | by text | on a zoom | zoom call | before christmas | pregnant | half the |
        maternity | record profits | joining a | sick leave | my brother | my sister | my husband | my wife""",
        unless="house fire | caught fire | fire drill | fire brigade | on fire | fire up | should be fired | let go of | be fired",
    ),
    Rule(
        "labour", 0.6,
        """toilet break* | bathroom break* | pee in bottles | peeing in bottles | no break | no breaks | without a break | worked N hours | working N hours | work N hours | hour shift* | hour days | overtime | minimum wage |
        working conditions | labour conditions | burnout | burn out | unsafe conditions | sleep in containers | passports taken | passports confiscated | overworked | work
        permits | quotas | heat stress | working in the heat | dormitor* | not been paid | not paid us | haven t been paid | owes me wages | staff shortage*""",
        beside="""warehouse | worked | workers | manager | employees | staff | shift | factory | wages | unpaid | paid | pay | my boss | pickers | drivers | building site | couriers |
        without | interns | tips""",
        unless="on hold | delay* | battery | open N hours | N hours later | get paid",
    ),
    Rule("labour", 0.75, "aged N | as young as | year olds | year old | kids | children | minors",
         beside="sew | sewing | stitch* | mine | mines | factories | cobalt | supply chain | fruit picking | berries | fields | sweat*",
         unless="mine too | mine is | of mine"),
    # ── environment ──
    Rule(
        "environment", 0.8,
        """oil spill* | oilspill | toxic waste | chemical spill* | chemical leak* | greenwash* | dumping waste | dumped waste | dumping chemicals | dumping ~ into | dumped ~ into |
        dumps ~ into | dumping toxic | animal cruelty | animal abuse | deforest* | contaminated water | pfas | forever chemicals | emissions scandal | leaked
        into the river | into the river | into the sea | ecocide | toxic fumes | toxic smoke | toxic sludge | oil slick | leaks crude | crude oil leak* | microplastic* |
        illegal logging | untreated sewage | raw sewage | sewage into | poisoning ~ river | poisons ~ river | burning unsold | burns unsold | destroys unsold | groundwater |
        methane leak* | asbestos | environmental disaster | environmental damage | tar sands""",
        unless="zero deforestation | deforestation free | less pollution | pollution free | noise pollution | fall into the sea | jump* into the",
    ),
    Rule("environment", 0.6, "dead fish | fish kill", beside="shore | river | lake | along | beach* | plant | factory | bank | banks"),
    Rule("environment", 0.6, "pollut*", beside="plant* | factory | factories | river* | site | beach* | groundwater | drinking water | group | residents | accus* | responsible | company | brand* | scandal | your | waste | soil | fined | illegally | lake | community",
         unless="less pollution | pollution free | noise pollution | light pollution | pollution mask"),
    Rule("environment", 0.7, "spill | spills | spilled | spillage | leaks | leaked | leaking | leak | black smoke | fumes | stench | discharge* | sludge | tanker",
         beside="river* | coast | beach* | sea | ocean | bay | shore* | crude | oil | cows | fish | tree* | plant | factory | lake | soil | farmers | chemical* | gas | wildlife | birds | village",
         unless="data | spill the tea | spill the beans | photo* | render* | coffee | leaked trailer | alarm"),
    Rule("environment", 0.7, "kicking | kicked | beaten | beating | abused | abusing | tortured | caged | cages | slaughter* | cruelty | mistreat* | undercover footage | skinned | tested on | testing on | killing",
         beside="pigs | piglets | hens | cows | calves | chicken | chickens | animals | animal | dogs | monkeys | rabbits | beagles | geese | sheep | supplier | foxes | minks | ducks | bees | whales | dolphins",
         unless="not tested on | never tested on | cruelty free | cruelty-free | hot dogs"),
    Rule("environment", 0.65, "cut down | cutting down | felled | felling | bulldoz* | cleared rainforest | cleared forest | palm oil | razed | chopped down | logging | burning down",
         beside="tree* | oak* | forest* | rainforest | permit | orangutan* | woods | amazon | wetland* | cleared", unless="cut down on"),
    Rule("environment", 0.55, "layers of plastic | plastic packaging | single use plastic | so much plastic | useless plastic | beach into | our beach | our river", beside="eco | dare | shame | three | turned | ruin* | green | destroy* | kill* | why | wtf"),
    # ── legal ──
    Rule(
        "legal", 0.75,
        """lawsuit* | law suit | class action | classaction | sued | sues | suing | sue over | to sue | will sue | families sue | customers sue | indicted | indictment | prosecuted | prosecutors |
        raided by | antitrust | criminal charges | criminal complaint | under investigation | investigation into | opens investigation | opened an investigation | launches
        investigation | is being investigated | probe into | opened a probe | subpoena* | found guilty | pleads guilty | pleaded guilty | court ruled | court orders | court
        ordered | ordered to pay | take ~ to court | taking ~ to court | taken to court | takes ~ to court | see you in court | in court | legal action | my lawyer | our lawyers |
        lawyers have | injunction | on trial | goes to trial | settles lawsuit | fined by | small claims | banned from selling | regulator fines | competition watchdog | watchdog opens | trial begins |
        before the judge | convicted | court finds | sentenced | search warrant""",
        unless="""ball in court | tennis court | court case drama | food court | basketball | former minister | in court side | on trial basis | settles in | settles down | dust settles | free trial |
        on trial version | litigation experience""",
    ),
    Rule("legal", 0.7, "fines | fined | fine of | fine for | million fine | billion fine | record fine | penalty of | damages", beside="eu | million | N | commission | regulator | court | authority | billion | competition | over | ftc | cnil | ico | euros | dollars | pounds",
         unless="fined me | parking | library | works fine | fine by me | i m fine | fine dining | was fine | is fine | all fine | late fee"),
    Rule("legal", 0.65, "police | feds | fbi | sec | tax office | customs | inspectors | authorities | doj | detectives", beside="raid* | search* | seize* | investigat* | offices | hq | headquarters | subpoena | arrest*",
         unless="police car | search for | call the police | job search"),
    Rule("legal", 0.55, "banned in | banned by | ban on | licence revoked | license revoked | loses licence | loses license", beside="court | california | regulator | country | sale* | selling | authorit* | london | government | europe | rul* | order*", unless="judge me | don t judge | judge a | judge by"),
    # ── boycott ──
    Rule("boycott", 0.85, "boycott* | cancel your subscription* | delete the app | deleting the app | stop buying from | never buy from | don t buy from | dont buy from | do not buy from | stop giving them money | stop giving ~ money | stop shopping at | stop supporting | vote with your wallet | vote with your feet | vote with our wallets | take your money elsewhere",
         unless="boycott the vote | geoffrey boycott | end of the boycott | spread the word about our"),
    Rule("boycott", 0.75, "# delete | # cancel | # boycott | # dump", unless="cancel culture"),
    Rule("boycott", 0.6, "drop ~ as a sponsor | drop ~ sponsor* | cut ties with | cuts ties with | cut all ties"),
    Rule("boycott", 0.6, "cancel ~ already | cancelled ~ already"),
    Rule("boycott", 0.6, "close your account* | cancel | cancelled my | canceled my | switch to | not giving | dont give | don t give | not another cent | another cent | another penny | a single cent | never set foot | stop using | never shop | stopped shopping | no more | avoid | steer clear",
         beside="ur money | your money | join us | join me | who s with me | with me | neither should you | everyone | everybody | shoppers | told everyone | do the same | clowns | until they | in protest | sponsor | urge* | calling on | ask fans | celebrities | call to | calls to",
         unless="flight | order | delay* | booking | avoid the | avoid delays | free trial | cancel anytime | switch to win | reservation | meeting"),
    Rule("boycott", 0.6, "until they answer | until they apologise | until they apologize | in protest against | backlash | calls for a", beside="no more | never | stop | boycott | campaign | resign*", unless="strike"),
    # ── outage ──
    Rule(
        "outage", 0.75,
        """outage* | blackout* | service is down | services are down | servers are down | servers down | server down | site is down | website is down | app is down | app down | network is down | network
        down | is down again | are down again | down for everyone | down for anyone | down nationwide | down worldwide | major disruption | massive disruption | nationwide disruption | systems down | system
        down | it failure | system failure | computer failure | grounds all flights | grounded all flights | error 500 | error 502 | error 503 | error 504 | 503 error | 500 error | 502 error | everything is down | locked out of accounts | stopped working
        across | not working for anyone | service interruption | total shutdown | no signal since | no internet since | service disruption* | connection lost for | servers crashed | server
        crash* | system crash* | unreachable | is offline | are offline | went offline | still offline | down right now | power cut | it s down | is it down | isdown | technical outage | is dead again""",
        unless="in my basement | in the tunnel | signal in the mountains | error 404 ~ found ~ joke | off grid | price is down | blackout curtain* | blackout poetry",
    ),
    Rule("outage", 0.75, "# _ down | # _ outage", unless="smack down | count down | touch down | lock down | shut down | take down | melt down"),
    Rule("outage", 0.65, "is down | are down | down for | was down | been down | went down | goes down | crashed | crashing | keeps crashing | stopped working | not working | isn t working | not loading | won t load | can t log in | can t login | cannot log in | can t pay | can t access | cannot access | are failing | transactions failing | payments failing | have failed | cut off | been cut | unavailable | can t connect | nobody can connect | can t call | no service | no signal | no internet",
         beside="everyone | anyone | anyone else | nationwide | everywhere | across | whole | all of | entire | since yesterday | since this morning | since N am | terminals | nobody can | whole system | servers | just me | country | europe | shops | transactions | atm* | village | town | tills | cloud",
         unless="prices | price | down jacket | calm down | settle down | elevator | my car | sun goes down | goes down well | went down well | went down the | my phone is not | my laptop"),
    # ── rumour ──
    Rule(
        "rumour", 0.45,
        """rumour* | rumor* | rumoured | rumored | unconfirmed | not confirmed | nobody confirms | allegedly | apparently | hearing that | heard that | heard from | word is | word on the street | sources say | sources | sources
        close | speculation | they say | some say | people say | is it true | true that | a friend who works | swears | nothing official | is real | for real | insiders | whispers | going round | i heard | everybody knows | said to be |
        told me that | reportedly | close to | story about | covering up | hiding it | if it s true""",
        unless="comes in | release date | new iphone | will open | is opening | launch*",
    ),
    Rule(
        "rumour", 0.4,
        """bankrupt* | insolven* | bank run | shutting down | shut down | closing down | closing all | close all | going under | going bust | takeover | be sold | sold off | selling off | poison* | contaminated | ceo
        resign* | stepping down | cover up | covering up | covers up | hiding it | hushed up | fire sale | fled | stored wrong | illegal stuff | worms | needle* | collapse | administration | chapter 11 | stop support | liquidation | closing its |
        close its doors | running out of cash | cash problems | restructuring | about to fold | merger | laced | banned substance | test* on kids | in the jars | in the cans | maggot*""",
        unless="hope you | you will be | you ll be | shut down ~ critics | shut down the haters | liquidation sale | closing time | fire sale at | closing all tabs",
    ),
    Rule("rumour", 0.6, "filing for bankruptcy | file for bankruptcy | files for bankruptcy | is bankrupt | near bankrupt* | going bankrupt | going under | goes bust | gone bust | insolvent | bank run | chapter 11", unless="hope you | you will | you ll go bankrupt | i m bankrupt | bankrupt me | bankrupting me | me bankrupt"),
)
