"""Slack's Web API: a call, its answer, and every error name put in its class, with a remedy in words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from alerts.channels.http import Answer, Busy, HttpClient
from alerts.channels.pace import Limit, Pace
from alerts.channels.protocol import Rejected, Retryable
from models.clock import Clock

Payload = dict[str, Any]
"""Slack's JSON, inside this edge only."""

POST: Final = "chat.postMessage"
UPDATE: Final = "chat.update"

LIMITS: Final = {
    POST: Limit(per_minute=60),
    UPDATE: Limit(per_minute=45, burst=5),
    "conversations.history": Limit(per_minute=45, burst=5),
    "conversations.replies": Limit(per_minute=45, burst=5),
    "conversations.open": Limit(per_minute=45, burst=5),
    "apps.connections.open": Limit(per_minute=20, burst=5),
    "files.getUploadURLExternal": Limit(per_minute=90, burst=10),
    "files.completeUploadExternal": Limit(per_minute=90, burst=10),
}
"""Never more in any minute than Slack documents (docs.slack.dev/apis/web-api/rate-limits): one message a second and
channel, 50 calls a minute and workspace of a method of tier 3, 100 of tier 4."""

_TRANSIENT: Final = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
    "accesslimited",
    "message_limit_exceeded",
}
_NOT_SENT: Final = {"ratelimited", "rate_limited", "team_added_to_org", "accesslimited", "message_limit_exceeded"}

_NEW_ONE: Final = "create a new bot token in the Slack app's settings (OAuth & Permissions) and set it as `token`"
_REMEDIES: Final = {
    "channel_not_found": "check the channel id in the settings, and invite the app to the channel: /invite @…",
    "not_in_channel": "invite the app to the channel: /invite @…",
    "is_archived": "the channel is archived: unarchive it, or set another one in the settings",
    "restricted_action": "a workspace rule forbids the app to post there: ask a workspace administrator",
    "invalid_auth": f"the token is not valid: {_NEW_ONE}",
    "not_authed": f"there is no token: {_NEW_ONE}",
    "token_revoked": f"the token was revoked: {_NEW_ONE}",
    "token_expired": f"the token has expired: {_NEW_ONE}",
    "account_inactive": f"the app's account is inactive: {_NEW_ONE}",
    "no_permission": f"the token may not do that: {_NEW_ONE}",
    "not_allowed_token_type": f"this is not a bot's token: {_NEW_ONE}",
    "team_access_not_granted": "the app is not installed in that workspace: ask a workspace administrator",
    "org_login_required": "the workspace is being moved to an organisation: try again when that is done",
    "restricted_action_read_only_channel": "the channel is read-only: let the app post, or set another channel",
    "restricted_action_thread_locked": "the thread is locked: unlock it",
    "messages_tab_disabled": "let people get the app's messages: App Home, Messages Tab, in the Slack app's settings",
    "cannot_dm_bot": "the address is a bot's: set a person's user id",
    "user_not_found": "there is no such user: check the user id in the settings",
    "user_disabled": "this user's account is deactivated: take it out of the settings",
    "missing_scope": "add the scopes chat:write, files:write, channels:history and im:write to the Slack app, "
    "and reinstall it",
    "msg_too_long": "the message is longer than Slack allows; please report this as a bug",
    "invalid_blocks": "Slack does not accept the form of the message; please report this as a bug",
}


class _Transient(Retryable):
    """An error of Slack's that passes, with its name."""

    def __init__(self, code: str, after_s: float | None) -> None:
        super().__init__(f"Slack: {code}", after_s, maybe_sent=code not in _NOT_SENT)
        self.code = code


class SlackError(Rejected):
    """Rejected by Slack, with the error's name (`code`)."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        remedy = _REMEDIES.get(code, "see https://docs.slack.dev/reference/methods/" + method)
        super().__init__(f"Slack refused {method}: {code}{detail}. Remedy: {remedy}")
        self.code = code


KNOWN: Final = frozenset(_TRANSIENT | _REMEDIES.keys())
"""Error names that are worth a count of their own."""

Observe = Callable[[str], None]
"""Told the name of every error that Slack answers with; `other` for those that few people have seen."""


def slack_pace(clock: Clock) -> Pace:
    """Slack's limits, for all channels of one token."""
    return Pace(clock, LIMITS)


class SlackApi:
    """Calls with a token, which never shows. Without a `pace`, Slack's own 429 is the only brake."""

    def __init__(
        self,
        token: str,
        base_url: str,
        timeout_s: float,
        *,
        pace: Pace | None = None,
        observe: Observe | None = None,
        http: HttpClient | None = None,
    ) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._base = base_url.rstrip("/") + "/"
        self._http = http or HttpClient("Slack", timeout_s)
        self._pace = pace
        self._observe = observe or (lambda _: None)

    def __repr__(self) -> str:
        return f"SlackApi({self._base!r})"

    async def call(
        self, method: str, payload: Payload | None = None, *, form: Mapping[str, str] | None = None
    ) -> Payload:
        """The answer's JSON where it is `ok`; raises `Retryable` or `SlackError`."""
        scope = str((payload or {}).get("channel", "")) if method == POST else ""
        if self._pace is not None:
            await self._pace.turn(method, scope)
        try:
            answer = await self._http.post(self._base + method, headers=self._headers, json=payload, form=form)
            return _read(method, answer)
        except SlackError as error:
            self._observe(error.code if error.code in KNOWN else "other")
            raise
        except Retryable as failure:
            self._refused_for_now(method, scope, failure)
            raise

    def _refused_for_now(self, method: str, scope: str, failure: Retryable) -> None:
        if isinstance(failure, Busy):
            self._observe("ratelimited")
        elif isinstance(failure, _Transient):
            self._observe(failure.code)
        if self._pace is not None and failure.after_s is not None:
            self._pace.hold(method, scope, failure.after_s)

    async def upload(self, url: str, data: bytes) -> None:
        """Sends a file's bytes to the address that Slack gave for it; no token goes along."""
        answer = await self._http.post(url, data=data, headers={"Content-Type": "application/octet-stream"})
        if answer.status != 200:
            raise Rejected(f"Slack refused a file ({answer.status})")

    async def close(self) -> None:
        await self._http.close()


def _read(method: str, answer: Answer) -> Payload:
    try:
        content = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if 400 <= answer.status < 500:
            raise Rejected(f"Slack refused {method} ({answer.status}): {answer.text}") from error
        # An answer that is no JSON comes from a proxy or a captive portal: it says nothing about the message.
        raise Retryable(f"Slack's answer to {method} was not readable", maybe_sent=True) from error
    if content.get("ok") is True:
        return content
    code = str(content.get("error", "no error named"))[:80]
    if code in _TRANSIENT:
        raise _Transient(code, answer.after_s)
    raise SlackError(method, code, _messages(content))


def _messages(content: Payload) -> str:
    """What else Slack says about an error: the scope that is missing, or what is wrong with the blocks."""
    metadata, needed = content.get("response_metadata"), content.get("needed")
    if isinstance(needed, str):
        return f" (it needs {needed[:80]})"
    messages = metadata.get("messages") if isinstance(metadata, dict) else None
    return f" ({'; '.join(str(m)[:200] for m in messages[:3])})" if isinstance(messages, list) and messages else ""
