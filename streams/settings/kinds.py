"""The kinds of values that settings are made of: sections, secrets, names, numbers within limits."""

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

_ADDRESS: Final = re.compile(r"(\[[^\]\s]+\]|[^:\s\[\]]+):\d{1,5}")


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of `tocsin.toml`: unknown keys are mistakes."""


class Secret:
    """A value that never shows: not in logs, errors or `repr`.

    >>> Secret("xoxb-1")
    Secret('…')
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('…')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


Locale = Literal["en", "fr"]


Name = Annotated[str, Meta(min_length=1, max_length=100)]


Port = Annotated[int, Meta(ge=1, le=65_535)]


FreePort = Annotated[int, Meta(ge=0, le=65_535)]
"""0 takes a free one."""


_LONGEST: Final = 1_000_000_000
"""Seconds or minutes: longer than anybody waits, and far from where dates overflow."""


Positive = Annotated[float, Meta(gt=0, le=_LONGEST)]


TICK_LEAST: Final = 0.001
"""Seconds. Dates hold microseconds: a step below that is none, and time would never get anywhere."""


TickStep = Annotated[float, Meta(ge=TICK_LEAST, le=_LONGEST)]


NotNegative = Annotated[float, Meta(ge=0, le=_LONGEST)]


FASTEST: Final = 1_000_000
"""Where a clock that runs so fast would soon be past the calendar's end."""


Speed = Annotated[float, Meta(ge=0, le=FASTEST)]
"""How many times as fast as the machine's a clock runs; 0: nobody waits."""


Count = Annotated[int, Meta(ge=0)]


AtLeastOne = Annotated[int, Meta(ge=1)]


Level = Literal["P1", "P2", "P3", "P4"]


def are_addresses(broker: str) -> bool:
    """Whether it names brokers as `host:port`, with commas between several.

    >>> are_addresses("kafka-1:9092, kafka-2:9092"), are_addresses("[::1]:9092"), are_addresses("kafka-1")
    (True, True, False)
    """
    return all(_ADDRESS.fullmatch(each.strip()) for each in broker.split(","))
