"""Settings from a supervisor to its agents: as one line through a pipe, so that secrets stand in no argument list,
environment or file.
"""

from typing import Any

import msgspec

from streams.settings.kinds import Secret
from streams.settings.schema import Settings


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent's process is told when it starts."""

    agent: str
    settings: Settings
    metrics_port: int
    """Where to serve metrics; -1 not at all."""
    restarts: int = 0
    """How often this agent has been started again so far."""


def pack(handover: Handover) -> bytes:
    """One line, secrets revealed: for a pipe only.

    >>> told = Handover(agent="spikes", settings=Settings(), metrics_port=-1)
    >>> unpack(pack(told)) == told
    True
    """
    return msgspec.json.encode(handover, enc_hook=_reveal) + b"\n"


def unpack(line: bytes) -> Handover:
    """The inverse of `pack`; raises `msgspec.MsgspecError`."""
    return msgspec.json.decode(line, type=Handover, dec_hook=_hide)


def _reveal(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError(f"{type(value).__name__} is not a setting")


def _hide(kind: type, value: Any) -> Any:
    if kind is Secret:
        return Secret(value)
    raise NotImplementedError(f"{kind.__name__} is not a setting")
