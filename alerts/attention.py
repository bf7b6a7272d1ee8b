"""Guards each recipient's attention: what they are told now, later in a digest, or not at all (`docs/alerting.md`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from models.records import Call, Mute, Topic, digest
from models.stage import Emit, Stepped

SEEN: Final = 256
"""How many calls are remembered: one that comes twice counts once."""


class Attention(msgspec.Struct, array_like=True, frozen=True):
    """The state of one recipient: the calls they have had."""

    recipient: str
    seen: tuple[str, ...] = ()


class AttentionStep:
    """Implements `models.stage.Step` over `Call | Mute`, keyed by recipient (`person:NAME`, `channel:NAME`).

    `contacts`: by recipient, the channels by which they are reached.
    """

    state_type = Attention

    def __init__(self, contacts: Mapping[str, tuple[str, ...]]) -> None:
        self._contacts = contacts

    def initial(self, key: str) -> Attention:
        return Attention(key)

    def __call__(self, state: Attention, records: Sequence[Call | Mute], now: datetime) -> Stepped[Attention]:  # noqa: ARG002
        emits: list[Emit] = []
        seen = state.seen
        for call in records:
            if isinstance(call, Mute) or call.id in seen:
                continue
            seen = (*seen, call.id)[-SEEN:]
            channels = self._contacts.get(call.recipient, (call.recipient.partition(":")[2],))
            addressed = msgspec.structs.replace(call.notification, channels=channels, recipient=call.recipient)
            emits.append(Emit(Topic.OUTBOX, addressed.incident.id, addressed))
        return Stepped(Attention(state.recipient, seen), tuple(emits))


def call_id(notification: str, recipient: str) -> str:
    """The id of a wish to tell one recipient of one notification."""
    return digest("call", notification, recipient)
