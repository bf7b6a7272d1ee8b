"""Bytes ↔ records: the one place where a topic's bytes are decoded.

Records are JSON objects with a `type` of the form `name/version`. Unknown fields are ignored and missing ones take
their default, so that fields can be added while old and new agents run side by side.
"""

from typing import Final

import msgspec

from models.records import (
    AlarmJudged,
    AnyRecord,
    Call,
    Dead,
    Delivery,
    IncidentEvent,
    Mention,
    Mute,
    Notification,
    Past,
    Post,
    Replayed,
    Share,
    Tick,
    Topic,
)

MAX_RECORD_BYTES: Final = 900_000
"""Below Kafka's default `message.max.bytes` of 1 MiB, with room for headers."""

_ENCODER = msgspec.json.Encoder()
_DECODERS: Final[dict[Topic, msgspec.json.Decoder[AnyRecord]]] = {
    Topic.POSTS: msgspec.json.Decoder(Post | Tick),
    Topic.MENTIONS: msgspec.json.Decoder(Mention | AlarmJudged | Past | Tick),
    Topic.SPREAD: msgspec.json.Decoder(Mention | Share | Tick),
    Topic.INCIDENT_EVENTS: msgspec.json.Decoder(IncidentEvent | Tick),
    Topic.NOTIFICATIONS: msgspec.json.Decoder(Notification),
    Topic.CALLS: msgspec.json.Decoder(Call | Mute | Tick),
    Topic.OUTBOX: msgspec.json.Decoder(Notification | Tick),
    Topic.DELIVERIES: msgspec.json.Decoder(Delivery),
    Topic.DEAD: msgspec.json.Decoder(Dead | Replayed),
}


class Undecodable(Exception):
    """Bytes that are no record of their topic; `reason` is a short code, `detail` says where it fails."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def encode(record: AnyRecord) -> bytes:
    """The bytes of a record. Lone surrogates, which UTF-8 cannot carry, become U+FFFD."""
    try:
        return _ENCODER.encode(record)
    except UnicodeEncodeError:
        return _ENCODER.encode(_scrubbed(record))


def decode(topic: Topic, payload: bytes | None) -> AnyRecord:
    """The record that `payload` holds; raises `Undecodable` for anything else, tombstones included."""
    if payload is None:
        raise Undecodable("tombstone", "a record without a value")
    try:
        return _DECODERS[topic].decode(payload)
    except msgspec.ValidationError as error:
        raise Undecodable("invalid", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Undecodable("malformed", str(error)) from error
    except RecursionError as error:
        raise Undecodable("malformed", "nested too deeply") from error


def _scrubbed(record: AnyRecord) -> AnyRecord:
    def scrub(value: object) -> object:
        if isinstance(value, str):
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(value, dict):
            return {scrub(k): scrub(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [scrub(v) for v in value]
        return value

    plain = scrub(msgspec.to_builtins(record))
    return msgspec.convert(plain, type(record))
