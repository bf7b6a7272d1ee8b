"""The buttons of an incident's message: which ones a phase offers, and how a click names its incident."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from models.records import Phase


class Press(StrEnum):
    """What a button does to an incident."""

    ACK = "ack"
    SNOOZE = "snooze"
    FALSE_ALARM = "false-alarm"
    RESOLVE = "resolve"


OFFERED: Final = {
    Phase.OPEN: (Press.ACK, Press.SNOOZE, Press.FALSE_ALARM, Press.RESOLVE),
    Phase.ACKNOWLEDGED: (Press.SNOOZE, Press.FALSE_ALARM, Press.RESOLVE),
    Phase.SNOOZED: (Press.ACK, Press.FALSE_ALARM, Press.RESOLVE),
    Phase.RESOLVED: (),
}
"""By phase, what makes sense: nothing can be done to what is over."""

_PREFIX: Final = "tocsin."
_INCIDENT: Final = re.compile(r"[0-9A-Za-z:_.-]{1,128}")
_LONGEST_BRAND: Final = 200


class Target(NamedTuple):
    """Which incident a button is about."""

    incident: str
    brand: str


def action_id(press: Press) -> str:
    return _PREFIX + press


def pressed(action: str) -> Press | None:
    """Which of our buttons an `action_id` is; None for anybody else's.

    >>> pressed("tocsin.ack"), pressed("tocsin.destroy")
    (<Press.ACK: 'ack'>, None)
    """
    name = action.removeprefix(_PREFIX)
    return Press(name) if name != action and name in set(Press) else None


def value(target: Target) -> str:
    return f"{target.incident}/{target.brand}"


def target(text: str) -> Target | None:
    """Reads `value` back; None where it is none of ours.

    >>> target(value(Target("0a1b", "acme/fr")))
    Target(incident='0a1b', brand='acme/fr')
    """
    incident, slash, brand = text.partition("/")
    good = bool(slash) and _INCIDENT.fullmatch(incident) is not None and 0 < len(brand) <= _LONGEST_BRAND
    return Target(incident, brand) if good and brand.isprintable() else None
