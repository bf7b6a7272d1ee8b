"""What becomes of a click that is known to come from Slack: it is published, or whoever clicked is told why not."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from alerts.channels.http import HttpClient
from alerts.channels.protocol import Rejected, Retryable
from alerts.interactions.slack import People, Refusal, Refused, answer_url, interaction
from alerts.render.context import Contexts
from alerts.render.slack import escape
from alerts.render.slack_words import say
from models.clock import Clock
from models.records import Ack, FalseAlarm, HumanAction, Resolve, Snooze, Topic
from models.stage import Emit
from streams import metrics
from streams.channels import contexts
from streams.desks import desk_of
from streams.publish import Outgoing, Publisher
from streams.settings.channels import SlackSettings
from streams.settings.schema import Settings

ACCEPTED: Final = "accepted"
IGNORED: Final = "ignored"
FAILED: Final = "failed"
MALFORMED: Final = "malformed"

PUBLISH_S: Final = 2.0
"""Slack wants an answer within three seconds."""
_ANSWERS: Final = 20
"""Answers to clickers that may be under way at once; beyond, the click is only counted."""
_LOG: Final = logging.getLogger(__name__)

Answer = Callable[[str, Mapping[str, Any]], Any]
"""Awaitable: posts JSON to an address."""


def count(result: str) -> str:
    """Counts an interaction by its result, and gives it back."""
    metrics.SLACK_INTERACTIONS.labels(result).inc()
    return result


@dataclass(frozen=True, slots=True)
class Doors:
    """Who may act through which secret: signing secrets for HTTP, app tokens (with their API) for Socket Mode."""

    by_signature: Mapping[str, People]
    by_app_token: Mapping[str, tuple[str, People]]


def doors(settings: Settings) -> Doors:
    """Where channels share a secret, the strictest of them says who may act."""
    signatures: dict[str, People] = {}
    tokens: dict[str, tuple[str, People]] = {}
    for channel in settings.channels.values():
        if isinstance(channel, SlackSettings) and channel.interactive:
            people = _people(settings, known_only=channel.buttons == "people")
            if secret := channel.signing_secret.reveal():
                signatures[secret] = _stricter(signatures.get(secret), people)
            if token := channel.app_token.reveal():
                known = tokens.get(token)
                tokens[token] = (channel.base_url, _stricter(known[1] if known else None, people))
    return Doors(signatures, tokens)


def _people(settings: Settings, *, known_only: bool) -> People:
    names = {p.slack_user: p.label or name for name, p in settings.people.items() if p.slack_user}
    return People(names, known_only)


def _stricter(one: People | None, other: People) -> People:
    return other if one is None or other.known_only else one


class Reception:
    """Publishes clicks as human actions, within Slack's three seconds."""

    def __init__(self, settings: Settings, publisher: Publisher, clock: Clock, *, publish_s: float = PUBLISH_S) -> None:
        self._publisher = publisher
        self._clock = clock
        self._desk = desk_of(settings)
        self._speak: Contexts = contexts(settings)
        self._publish_s = publish_s
        self._http = HttpClient("Slack", 5.0)
        self.answer: Answer = self._post
        self.under_way: set[asyncio.Task[None]] = set()
        """Answers that are being sent."""

    async def take(self, payload: object, people: People) -> str:
        """The result, counted: `accepted`, `ignored`, `failed`, `malformed`, or who may not."""
        found = interaction(payload, people, self._clock.now())
        if isinstance(found, Refusal):
            return count(self._refused(payload, found))
        try:
            await self._publish(found)
        except Exception as error:  # the edge: whatever the broker's client raises, the person is told
            _LOG.warning("slack: %s of incident %s was not published: %s", type(found).__name__, found.incident, error)
            self._tell(payload, found.brand, "refused.unavailable")
            return count(FAILED)
        _LOG.info("slack: %s of incident %s by %s", type(found).__name__, found.incident, found.by)
        return count(ACCEPTED)

    async def close(self) -> None:
        """Lets answers under way come to their end, which is soon."""
        await asyncio.gather(*self.under_way, return_exceptions=True)
        await self._http.close()

    def _refused(self, payload: object, refusal: Refusal) -> str:
        if refusal.why is Refused.NOT_OURS:
            return IGNORED
        if refusal.why is Refused.MALFORMED:
            return MALFORMED
        self._tell(payload, refusal.brand, f"refused.{refusal.why}")
        return refusal.why.value

    async def _publish(self, action: HumanAction) -> None:
        assert isinstance(action, Ack | Snooze | FalseAlarm | Resolve)
        async with asyncio.timeout(self._publish_s):
            await self._publisher.publish([Outgoing(Emit(Topic.INCIDENT_EVENTS, self._desk(action.brand), action))])

    def _tell(self, payload: object, brand: str, key: str) -> None:
        """Answers the clicker alone, without waiting for it."""
        url = answer_url(payload)
        if url is None or len(self.under_way) >= _ANSWERS:
            return
        text = escape(say(self._speak(brand).locale, key))
        task = asyncio.create_task(self._answer(url, {"response_type": "ephemeral", "text": text}))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _answer(self, url: str, content: Mapping[str, Any]) -> None:
        try:
            await self.answer(url, {**content, "replace_original": False})
        except (Retryable, Rejected) as failure:  # nothing depends on it, and Slack keeps the address for a while only
            _LOG.warning("slack: a click could not be answered: %s", failure)

    async def _post(self, url: str, content: Mapping[str, Any]) -> None:
        await self._http.post(url, json=content)


def decoded(raw: bytes | str) -> object:
    """JSON as it came, or None where it is none."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
