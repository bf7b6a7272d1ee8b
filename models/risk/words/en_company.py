"""Whom and what the English rules of the risk signal ask for beside their cues."""

from typing import Final

PEOPLE: Final = """
    customer* | client* | child | children | kid | kids | people | person* | user | users | passenger* | worker* |
    employee* | staff | baby | babies | toddler* | infant* | patient* | man | woman | men | women | driver* |
    resident* | tourist* | guest* | student* | pupil* | cyclist* | pedestrian* | biker* | teenager* | teen | boy |
    girl | mother | father | daughter | son | wife | husband | cousin | brother | sister | neighbour* | neighbor* |
    nan | grandma | courier* | rider* | crew | colleague* | coworker* | friend | he | she | mum | mom | dad |
    visitor* | shopper* | diner*
"""
"""Who gets hurt."""

FIRM: Final = """
    company | firm | brand | ceo | cfo | boss | bosses | executive* | exec | execs | manager* | employer | staff |
    founder* | chairman | chairwoman | chief | director* | board | owner | president | head of | supervisor* | coach
    | captain | partner | team lead | hr | leadership | editor
"""
"""Who answers for the brand."""

STAFF: Final = """
    driver* | guard* | employee* | cashier* | waiter* | agent* | staff | security | doorman | bouncer | steward* |
    flight attendant* | courier* | worker* | clerk | adviser | advisor | technician | captain | pilot* | rep |
    seller | salesman | attendant* | colleague* | coworker*
"""
"""Who works for it, where customers meet them."""

GOODS: Final = """
    phone* | batter* | charger* | car | cars | scooter* | laptop* | device* | product* | toaster | oven | vehicle* |
    bike* | e bike* | washing machine | dryer | dishwasher | fridge | vape | headphone* | earbud* | earphone* |
    tablet | watch | stroller* | cot | crib | toy | toys | heater* | pad | blanket | kettle | blender* | air fryer |
    mower | console | cable | plug | socket | hoverboard* | powerbank* | power bank* | tv | truck* | suv* | monitor*
    | unit* | appliance* | model* | adapter | lamp | microwave | iron | hair dryer | ebike* | engine*
"""
"""What breaks, burns and bursts."""

FOOD: Final = """
    yoghurt* | yogurt* | food | meal* | lunch | dinner | cheese | milk | formula | salad* | burger* | pizza | soup |
    bread | chocolate* | cereal* | granola | spinach | meat | chicken | beef | ham | sausage* | jar | jars | can |
    cans | bottle* | snack* | drink* | strawberr* | ice cream | sandwich* | sauce | tuna | fish | salmon | oyster* |
    eggs | rice | pasta | water | juice | baby food | crisps | fries | wrap | canteen | restaurant* | menu | packet
    | pack | nuggets | coffee | eating | ate | biting | drinking | chewing | cookie* | cake* | beer | lettuce | bar
    | bars | puree
"""
"""What is eaten and drunk."""

DATA: Final = """
    customer data | personal data | data | password* | credit card* | card number* | card details | bank details |
    address | addresses | emails | accounts | database* | records | private messages | passport* | medical |
    messages | photos | personal information | personal info | social security | phone numbers | employee data |
    files | file | identity | info | my account | user data | dms
"""
"""What leaks."""
