"""The risk signal's words for English on affairs: fraud, labour, environment, law, boycotts, outages, rumours."""

from typing import Final

from models.risk.rule import Rule
from models.risk.words.en_company import FIRM

RULES: Final = (
    # fraud
    Rule(
        "fraud",
        0.75,
        cue="""
            commits fraud | accounting fraud | tax fraud | bank fraud | insurance fraud | wire fraud |
            securities fraud | this is fraud | bribery | bribe | bribes | bribed | kickbacks | money laundering |
            laundering money | laundered | launders | embezzle* | ponzi | pyramid scheme | falsified | falsifying |
            accounting scandal | price fixing | price rigging | tax evasion | tax dodg* | cooked the books |
            cooking the books | forged | forging | counterfeit* | swindle* | cheated customers | fake accounts |
            invented revenue | inflated revenue | misled investors | slush fund | cartel | price gouging |
            bid rigging | doctored | identity theft | mislabel* | bogus charges | stolen wages
        """,
        unless="""
            fraud protection | fraud alert | fraud prevention | fraud department | anti fraud | report fraud |
            fraud team | fraud analyst | fight fraud | against fraud | forged partnership | forges | forged a |
            forging a
        """,
    ),
    Rule(
        "fraud",
        0.6,
        cue="fraud | fraudulent* | insider trading",
        beside="""
            charged | charged with | accus* | claims | victims | committed | ceo | cfo | executive* | forged |
            signature | customers | police | investigat* | convicted | guilty | years | million | massive |
            whistleblower* | stole
        """,
        unless="""
            fraud protection | fraud alert | fraud prevention | fraud department | anti fraud | report fraud |
            fraud team | fraud analyst | fight fraud | against fraud | marked | credit card company
        """,
    ),
    Rule(
        "fraud",
        0.6,
        cue="corruption | corrupt",
        beside=FIRM + " | " + "contract* | official* | accus* | scandal | probe | charges | investigation",
        unless="corrupt file | corrupted | minister",
    ),
    Rule(
        "fraud",
        0.6,
        cue="""
            scam | scams | scammed | scammer* | scamming | conned | con artists | ripped me off | defrauded | crooks
            | thieves | stealing from | stole my money | steal money | phishing | swindl*
        """,
        beside="""
            money | paid | pay | account | refund | stay away | took | fake | text* | sms | email* | alert | click |
            beware | total | customers | people | link | blocked | avoid | card | never | order | website | call*
        """,
        unless="time thieves | thieves season | scam likely",
    ),
    Rule(
        "fraud",
        0.65,
        cue="""
            fake ~ texts | fake ~ text | fake ~ emails | fake ~ sms | fake ~ website | phishing emails |
            fake invoices | fake reviews | paid for fake | sold as beef | horsemeat | horse meat | passed off as
        """,
    ),
    Rule(
        "fraud",
        0.6,
        cue="""
            never signed | nobody asked for | never asked for | without my consent | without consent |
            without my permission | never agreed to | never authorised | never authorized | never ordered |
            unauthorised charge* | unauthorized charge* | took money from | money gone | does not exist |
            doesn t exist | never understood
        """,
        beside="""
            charged | charge | contract | account* | fees | signature | money | insurance | loan | booking | bank |
            pay | paid | sold | subscription | policy
        """,
    ),
    Rule(
        "fraud",
        0.6,
        cue="""
            paid officials | paid off | under the table | paying off | bought off | cheated on |
            cheating on emission* | cheated emission*
        """,
        beside="""
            official* | contract* | politician* | inspector* | test* | emission* | judge* | regulator* | mayor
        """,
        unless="paid off my",
    ),
    # labour
    Rule(
        "labour",
        0.75,
        cue="""
            layoff* | lay off | lays off | laying off | laid off | job cuts | job losses | walkout* | workers walk out |
            walk outs | on strike | strike action | strike notice | vote to strike | voted to strike |
            votes to strike | go on strike | going on strike | strike over | to strike | strikes over |
            general strike | staff strike | pilots strike | strike by | day of strike | picket* | wildcat strike |
            industrial action | sweatshop* | child labour | child labor | forced labour | forced labor |
            slave labour | slave labor | union busting | unionbusting | anti union | unpaid wages | wage theft |
            unpaid overtime | modern slavery | mass redundanc* | redundancies | mass firing* | cut ~ jobs |
            cutting ~ jobs | cuts ~ jobs | axe ~ jobs | axes ~ jobs | axing ~ jobs | shed ~ jobs | slash ~ jobs |
            jobs at risk | plant closure | close ~ plant | close ~ factory | unionstrong | staff protest* |
            workers protest* | work to rule | exploited workers | exploiting workers | zero hours | underpaid
        """,
        unless="""
            strike a pose | strike a balance | strike a deal | lightning | strike up | strike fear | strike out |
            farmers | about to strike | strike gold | walk out of the | never strike
        """,
    ),
    Rule(
        "labour",
        0.65,
        cue="""
            fired | fire | sacked | axed | dismissed | made redundant | let go | unfairly dismissed | gets rid of |
            terminated
        """,
        beside="""
            N people | employees | workers | staff | our team | my team | whole team | union | by email | by text |
            on a zoom | zoom call | before christmas | pregnant | half the | maternity | record profits | joining a
            | sick leave | my brother | my sister | my husband | my wife
        """,
        unless="""
            house fire | caught fire | fire drill | fire brigade | on fire | fire up | should be fired | let go of |
            be fired
        """,
    ),
    Rule(
        "labour",
        0.6,
        cue="""
            toilet break* | bathroom break* | pee in bottles | peeing in bottles | no break | no breaks |
            without a break | worked N hours | working N hours | work N hours | hour shift* | hour days | overtime |
            minimum wage | working conditions | labour conditions | burnout | burn out | unsafe conditions |
            sleep in containers | passports taken | passports confiscated | overworked | work permits | quotas |
            heat stress | working in the heat | dormitor* | not been paid | not paid us | haven t been paid |
            owes me wages | staff shortage*
        """,
        beside="""
            warehouse | worked | workers | manager | employees | staff | shift | factory | wages | unpaid | paid |
            pay | my boss | pickers | drivers | building site | couriers | without | interns | tips
        """,
        unless="on hold | delay* | battery | open N hours | N hours later | get paid",
    ),
    Rule(
        "labour",
        0.75,
        cue="aged N | as young as | year olds | year old | kids | children | minors",
        beside="""
            sew | sewing | stitch* | mine | mines | factories | cobalt | supply chain | fruit picking | berries |
            fields | sweat*
        """,
        unless="mine too | mine is | of mine",
    ),
    # environment
    Rule(
        "environment",
        0.8,
        cue="""
            oil spill* | oilspill | toxic waste | chemical spill* | chemical leak* | greenwash* | dumping waste |
            dumped waste | dumping chemicals | dumping ~ into | dumped ~ into | dumps ~ into | dumping toxic |
            animal cruelty | animal abuse | deforest* | contaminated water | pfas | forever chemicals |
            emissions scandal | leaked into the river | into the river | into the sea | ecocide | toxic fumes |
            toxic smoke | toxic sludge | oil slick | leaks crude | crude oil leak* | microplastic* | illegal logging
            | untreated sewage | raw sewage | sewage into | poisoning ~ river | poisons ~ river | burning unsold |
            burns unsold | destroys unsold | groundwater | methane leak* | asbestos | environmental disaster |
            environmental damage | tar sands
        """,
        unless="""
            zero deforestation | deforestation free | less pollution | pollution free | noise pollution |
            fall into the sea | jump* into the
        """,
    ),
    Rule(
        "environment",
        0.6,
        cue="dead fish | fish kill",
        beside="shore | river | lake | along | beach* | plant | factory | bank | banks",
    ),
    Rule(
        "environment",
        0.6,
        cue="pollut*",
        beside="""
            plant* | factory | factories | river* | site | beach* | groundwater | drinking water | group | residents
            | accus* | responsible | company | brand* | scandal | your | waste | soil | fined | illegally | lake |
            community
        """,
        unless="less pollution | pollution free | noise pollution | light pollution | pollution mask",
    ),
    Rule(
        "environment",
        0.7,
        cue="""
            spill | spills | spilled | spillage | leaks | leaked | leaking | leak | black smoke | fumes | stench |
            discharge* | sludge | tanker
        """,
        beside="""
            river* | coast | beach* | sea | ocean | bay | shore* | crude | oil | cows | fish | tree* | plant |
            factory | lake | soil | farmers | chemical* | gas | wildlife | birds | village
        """,
        unless="data | spill the tea | spill the beans | photo* | render* | coffee | leaked trailer | alarm",
    ),
    Rule(
        "environment",
        0.7,
        cue="""
            kicking | kicked | beaten | beating | abused | abusing | tortured | caged | cages | slaughter* | cruelty
            | mistreat* | undercover footage | skinned | tested on | testing on | killing
        """,
        beside="""
            pigs | piglets | hens | cows | calves | chicken | chickens | animals | animal | dogs | monkeys | rabbits
            | beagles | geese | sheep | supplier | foxes | minks | ducks | bees | whales | dolphins
        """,
        unless="not tested on | never tested on | cruelty free | hot dogs",
    ),
    Rule(
        "environment",
        0.65,
        cue="""
            cut down | cutting down | felled | felling | bulldoz* | cleared rainforest | cleared forest | palm oil |
            razed | chopped down | logging | burning down
        """,
        beside="""
            tree* | oak* | forest* | rainforest | permit | orangutan* | woods | amazon | wetland* | cleared
        """,
        unless="cut down on",
    ),
    Rule(
        "environment",
        0.55,
        cue="""
            layers of plastic | plastic packaging | single use plastic | so much plastic | useless plastic |
            beach into | our beach | our river
        """,
        beside="eco | dare | shame | three | turned | ruin* | green | destroy* | kill* | why | wtf",
    ),
    # legal
    Rule(
        "legal",
        0.75,
        cue="""
            lawsuit* | law suit | class action | classaction | sued | sues | suing | sue over | to sue | will sue |
            families sue | customers sue | indicted | indictment | prosecuted | prosecutors | raided by | antitrust
            | criminal charges | criminal complaint | under investigation | investigation into | opens investigation
            | opened an investigation | launches investigation | is being investigated | probe into | opened a probe
            | subpoena* | found guilty | pleads guilty | pleaded guilty | court ruled | court orders | court ordered
            | ordered to pay | take ~ to court | taking ~ to court | taken to court | takes ~ to court |
            see you in court | in court | legal action | my lawyer | our lawyers | lawyers have | injunction |
            on trial | goes to trial | settles lawsuit | fined by | small claims | banned from selling |
            regulator fines | competition watchdog | watchdog opens | trial begins | before the judge | convicted |
            court finds | sentenced | search warrant
        """,
        unless="""
            ball in court | tennis court | court case drama | food court | basketball | former minister |
            in court side | on trial basis | settles in | settles down | dust settles | free trial |
            on trial version | litigation experience
        """,
    ),
    Rule(
        "legal",
        0.7,
        cue="""
            fines | fined | fine of | fine for | million fine | billion fine | record fine | penalty of | damages
        """,
        beside="""
            eu | million | N | commission | regulator | court | authority | billion | competition | over | ftc |
            cnil | ico | euros | dollars | pounds
        """,
        unless="""
            fined me | parking | library | works fine | fine by me | i m fine | fine dining | was fine | is fine |
            all fine | late fee
        """,
    ),
    Rule(
        "legal",
        0.65,
        cue="""
            police | feds | fbi | sec | tax office | customs | inspectors | authorities | doj | detectives
        """,
        beside="raid* | search* | seize* | investigat* | offices | hq | headquarters | subpoena | arrest*",
        unless="police car | search for | call the police | job search",
    ),
    Rule(
        "legal",
        0.55,
        cue="""
            banned in | banned by | ban on | licence revoked | license revoked | loses licence | loses license
        """,
        beside="""
            court | california | regulator | country | sale* | selling | authorit* | london | government | europe |
            rul* | order*
        """,
        unless="judge me | don t judge | judge a | judge by",
    ),
    # boycott
    Rule(
        "boycott",
        0.85,
        cue="""
            boycott* | cancel your subscription* | delete the app | deleting the app | stop buying from |
            never buy from | don t buy from | dont buy from | do not buy from | stop giving them money |
            stop giving ~ money | stop shopping at | stop supporting | vote with your wallet | vote with your feet |
            vote with our wallets | take your money elsewhere
        """,
        unless="boycott the vote | geoffrey boycott | end of the boycott | spread the word about our",
    ),
    Rule(
        "boycott",
        0.75,
        cue="# delete | # cancel | # boycott | # dump",
        unless="cancel culture",
    ),
    Rule(
        "boycott",
        0.6,
        cue="drop ~ as a sponsor | drop ~ sponsor* | cut ties with | cuts ties with | cut all ties",
    ),
    Rule(
        "boycott",
        0.6,
        cue="cancel ~ already",
    ),
    Rule(
        "boycott",
        0.6,
        cue="""
            close your account* | cancel | cancelled my | canceled my | switch to | not giving | dont give |
            don t give | not another cent | another cent | another penny | a single cent | never set foot |
            stop using | never shop | stopped shopping | no more | avoid | steer clear
        """,
        beside="""
            ur money | your money | join us | join me | who s with me | with me | neither should you | everyone |
            everybody | shoppers | told everyone | do the same | clowns | until they | in protest | sponsor | urge*
            | calling on | ask fans | celebrities | call to | calls to
        """,
        unless="""
            flight | order | delay* | booking | avoid the | avoid delays | free trial | cancel anytime |
            switch to win | reservation | meeting
        """,
    ),
    Rule(
        "boycott",
        0.6,
        cue="""
            until they answer | until they apologise | until they apologize | in protest against | backlash |
            calls for a
        """,
        beside="no more | never | stop | boycott | campaign | resign*",
        unless="strike",
    ),
    # outage
    Rule(
        "outage",
        0.75,
        cue="""
            outage* | blackout* | service is down | services are down | servers are down | servers down |
            server down | site is down | website is down | app is down | app down | network is down | network down |
            is down again | are down again | down for everyone | down for anyone | down nationwide | down worldwide
            | major disruption | massive disruption | nationwide disruption | systems down | system down |
            it failure | system failure | computer failure | grounds all flights | grounded all flights | error 500
            | error 502 | error 503 | error 504 | 503 error | 500 error | 502 error | everything is down |
            locked out of accounts | stopped working across | not working for anyone | service interruption |
            total shutdown | no signal since | no internet since | service disruption* | connection lost for |
            servers crashed | server crash* | system crash* | unreachable | is offline | are offline | went offline
            | still offline | down right now | power cut | it s down | is it down | isdown | technical outage |
            is dead again
        """,
        unless="""
            in my basement | in the tunnel | signal in the mountains | error 404 ~ found ~ joke | off grid |
            price is down | blackout curtain* | blackout poetry
        """,
    ),
    Rule(
        "outage",
        0.75,
        cue="# _ down | # _ outage",
        unless="smack down | count down | touch down | lock down | shut down | take down | melt down",
    ),
    Rule(
        "outage",
        0.65,
        cue="""
            is down | are down | down for | was down | been down | went down | goes down | crashed | crashing |
            keeps crashing | stopped working | not working | isn t working | not loading | won t load | can t log in
            | can t login | cannot log in | can t pay | can t access | cannot access | are failing |
            transactions failing | payments failing | have failed | cut off | been cut | unavailable | can t connect
            | nobody can connect | can t call | no service | no signal | no internet
        """,
        beside="""
            everyone | anyone | anyone else | nationwide | everywhere | across | whole | all of | entire |
            since yesterday | since this morning | since N am | terminals | nobody can | whole system | servers |
            just me | country | europe | shops | transactions | atm* | village | town | tills | cloud
        """,
        unless="""
            prices | price | down jacket | calm down | settle down | elevator | my car | sun goes down |
            goes down well | went down well | went down the | my phone is not | my laptop
        """,
    ),
    # rumour
    Rule(
        "rumour",
        0.45,
        cue="""
            rumour* | rumor* | rumoured | rumored | unconfirmed | not confirmed | nobody confirms | allegedly |
            apparently | hearing that | heard that | heard from | word is | word on the street | sources say |
            sources | sources close | speculation | they say | some say | people say | is it true | true that |
            a friend who works | swears | nothing official | is real | for real | insiders | whispers | going round
            | i heard | everybody knows | said to be | told me that | reportedly | close to | story about |
            covering up | hiding it | if it s true
        """,
        unless="comes in | release date | new iphone | will open | is opening | launch*",
    ),
    Rule(
        "rumour",
        0.4,
        cue="""
            bankrupt* | insolven* | bank run | shutting down | shut down | closing down | closing all | close all |
            going under | going bust | takeover | be sold | sold off | selling off | poison* | contaminated |
            ceo resign* | stepping down | cover up | covering up | covers up | hiding it | hushed up | fire sale |
            fled | stored wrong | illegal stuff | worms | needle* | collapse | administration | chapter 11 |
            stop support | liquidation | closing its | close its doors | running out of cash | cash problems |
            restructuring | about to fold | merger | laced | banned substance | test* on kids | in the jars |
            in the cans | maggot*
        """,
        unless="""
            hope you | you will be | you ll be | shut down ~ critics | shut down the haters | liquidation sale |
            closing time | fire sale at | closing all tabs
        """,
    ),
    Rule(
        "rumour",
        0.6,
        cue="""
            filing for bankruptcy | file for bankruptcy | files for bankruptcy | is bankrupt | near bankrupt* |
            going bankrupt | going under | goes bust | gone bust | insolvent | bank run | chapter 11
        """,
        unless="""
            hope you | you will | you ll go bankrupt | i m bankrupt | bankrupt me | bankrupting me | me bankrupt
        """,
    ),
    # Rarer words.
    Rule(
        "fraud",
        0.6,
        cue="""
            charged ~ twice | charged twice | hides a subscription | shell company | hid losses | reviews are bought
            | fake advisers | bank codes | sold their shares | bought reviews | is a copy | made in ~ comes from |
            billed the state | hidden subscription
        """,
        unless="unless i",
    ),
    Rule(
        "labour",
        0.65,
        cue="""
            down tools | jobs go | N jobs go | out of work | no day off | replaced by a machine | unions warn |
            unions blame | stay home tomorrow | talks collapsed | summer of strikes | payslip says | no gloves |
            N branches | earn N ~ a crate
        """,
    ),
    Rule(
        "environment",
        0.6,
        cue="""
            clog the sewers | sold as biodegradable | landfill | empty the bay | last marsh | keep windows shut |
            smells of petrol | tank farm | waste water | shredded alive | chained | poison ~ stream |
            poured concrete | pours concrete
        """,
    ),
    Rule(
        "legal",
        0.65,
        cue="""
            loses appeal | faces trial | in the dock | looks into | loses its licence | must pay N | must refund |
            handcuffs | tax inspectors | letter before action | ombudsman | jury decides | blocks ~ app |
            over privacy
        """,
        unless="into the eyes",
    ),
    Rule(
        "boycott",
        0.6,
        cue="""
            and so should you | walk away people | part of the problem | bin the brand | leave ~ on the shelf |
            not one euro | not one dollar | not a penny | until they come clean | stops ordering from |
            tell your neighbours | your turn | off the menu over
        """,
    ),
    Rule(
        "boycott",
        0.6,
        cue="# bye | # not my",
        unless="bye bye 2",
    ),
    Rule(
        "outage",
        0.65,
        cue="""
            won t take any card | any card anywhere | stop answering | computers gave up | balance of zero |
            half the internet | won t open for any | standing still since | not syncing | white page |
            all over the world stop | without hot water
        """,
    ),
    Rule(
        "rumour",
        0.6,
        cue="""
            secret talks with creditors | can t pay wages | cannot pay wages | wants its money back |
            left the country | vanish from the market | any source | no statement | no idea if true | something s up
            | emptying the ~ offices | can someone confirm
        """,
    ),
)
