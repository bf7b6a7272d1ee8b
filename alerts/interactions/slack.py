"""From a click in Slack to what a human did: pure, and at ease with whatever the payload holds.

The form of a `block_actions` payload: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from alerts.interactions.buttons import Press, Target, pressed, target
from alerts.render.safety import clean
from models.records import Ack, FalseAlarm, HumanAction, Resolve, Snooze, digest

VIA: Final = "slack"
SNOOZE: Final = timedelta(hours=1)
ANSWER_HOST: Final = "hooks.slack.com"

_USER: Final = re.compile(r"[UW][A-Z0-9]{1,30}")
_NEWEST: Final = timedelta(minutes=5)
"""A click's own time counts if it is no older than this, nor ahead of us."""


class Refused(StrEnum):
    """Why a click does nothing. The first two concern no human; the others are told to whoever clicked."""

    NOT_OURS = "not-ours"
    MALFORMED = "malformed"
    STRANGER = "stranger"
    """The settings let known people act only."""
    FOREIGNER = "foreigner"
    """Somebody of another organisation, in a channel that is shared with it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A click that does nothing. `brand` where it is known: in its language the clicker is told."""

    why: Refused
    brand: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Who may act: `names` by Slack user id. `known_only`: nobody else; else everybody of the app's own workspace."""

    names: Mapping[str, str] = field(default_factory=dict)
    known_only: bool = False


def interaction(payload: object, people: People, now: datetime) -> HumanAction | Refusal:
    """What the human did. Its id depends on the click alone, so that Slack's repeats of it count once.

    >>> interaction({"type": "view_submission"}, People(), datetime(2026, 1, 1, tzinfo=UTC))
    Refusal(why=<Refused.NOT_OURS: 'not-ours'>, brand='')
    """
    if not isinstance(payload, dict):
        return Refusal(Refused.MALFORMED)
    found = _action(payload)
    if found is None:
        return Refusal(Refused.NOT_OURS)
    press, action = found
    about, user = target(_text(action, "value")), _part(payload, "user")
    user_id = _text(user, "id")
    if about is None or _USER.fullmatch(user_id) is None:
        return Refusal(Refused.MALFORMED)
    stranger = _stranger(payload, user_id, people)
    if stranger is not None:
        return Refusal(stranger, about.brand)
    by = people.names.get(user_id) or _unknown(user, user_id)
    return _record(_Click(press, about, user_id, by, _text(action, "action_ts")), now)


def answer_url(payload: object) -> str | None:
    """Where Slack takes an answer to a click: only ever an address of Slack's.

    >>> answer_url({"response_url": "https://hooks.slack.com/actions/T1/1/x"})
    'https://hooks.slack.com/actions/T1/1/x'
    >>> answer_url({"response_url": "https://hooks.slack.com@169.254.169.254/"}) is None
    True
    """
    url = _text(payload, "response_url") if isinstance(payload, dict) else ""
    if not url.isascii() or not url.isprintable() or len(url) > 500 or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and parts.netloc == ANSWER_HOST
    except ValueError:
        return None
    return url if good else None


def _action(payload: Mapping[str, Any]) -> tuple[Press, Mapping[str, Any]] | None:
    """The first of our buttons among the actions; None for other apps' business."""
    actions = payload.get("actions")
    if payload.get("type") != "block_actions" or not isinstance(actions, list):
        return None
    for action in actions[:25]:
        if isinstance(action, dict) and (press := pressed(_text(action, "action_id"))) is not None:
            return press, action
    return None


def _stranger(payload: Mapping[str, Any], user_id: str, people: People) -> Refused | None:
    """Why this user may not act. Whoever is in the settings may, wherever they come from."""
    if user_id in people.names:
        return None
    if people.known_only:
        return Refused.STRANGER
    home, theirs = _text(_part(payload, "team"), "id"), _text(_part(payload, "user"), "team_id")
    return None if home and home == theirs else Refused.FOREIGNER


def _unknown(user: Mapping[str, Any], user_id: str) -> str:
    name = clean(_text(user, "name") or _text(user, "username"), 60)
    return f"{name} ({user_id})" if name else user_id


class _Click(NamedTuple):
    """Who pressed what, and when by Slack's clock."""

    press: Press
    about: Target
    user_id: str
    by: str
    action_ts: str


def _record(click: _Click, now: datetime) -> HumanAction:
    at = _clicked_at(click.action_ts, now)
    common = {
        "id": digest(VIA, click.action_ts, click.user_id, click.about.incident, click.press),
        "brand": click.about.brand,
        "incident": click.about.incident,
        "by": click.by,
        "via": VIA,
    }
    match click.press:
        case Press.ACK:
            return Ack(at=at, **common)
        case Press.SNOOZE:
            return Snooze(at=at, until=at + SNOOZE, **common)
        case Press.FALSE_ALARM:
            return FalseAlarm(at=at, **common)
        case Press.RESOLVE:
            return Resolve(at=at, **common)


def _clicked_at(action_ts: str, now: datetime) -> datetime:
    """Slack's time of the click, so that a repeat says the same; ours where that is not credible."""
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", action_ts, re.ASCII) is None:
        return now
    seconds, _, fraction = action_ts.partition(".")
    try:
        at = datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(fraction.ljust(6, "0") or 0))
    except (OverflowError, ValueError, OSError):
        return now
    return at if now - _NEWEST <= at <= now else now


def _part(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = payload.get(key)
    return value if isinstance(value, dict) else {}


def _text(payload: Mapping[str, Any], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
