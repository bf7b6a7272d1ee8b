"""Slack's Web API: a call, its answer, and every error name put in its class, with a remedy in words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from alerts.channels.http import Answer, Busy, HttpClient
from alerts.channels.pace import Limit, Pace
from alerts.channels.protocol import Rejected, Retryable
from alerts.why import because
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

_SCOPES: Final = "chat:write, files:write, channels:history, im:write"
_REMEDIES: Final = {
    "channel_not_found": because("remedy.slack.channel_not_found"),
    "not_in_channel": because("remedy.slack.not_in_channel"),
    "is_archived": because("remedy.slack.is_archived"),
    "restricted_action": because("remedy.slack.restricted_action"),
    "invalid_auth": because("remedy.slack.invalid_auth"),
    "not_authed": because("remedy.slack.not_authed"),
    "token_revoked": because("remedy.slack.token_revoked"),
    "token_expired": because("remedy.slack.token_expired"),
    "account_inactive": because("remedy.slack.account_inactive"),
    "no_permission": because("remedy.slack.no_permission"),
    "not_allowed_token_type": because("remedy.slack.not_allowed_token_type"),
    "team_access_not_granted": because("remedy.slack.team_access_not_granted"),
    "org_login_required": because("remedy.slack.org_login_required"),
    "restricted_action_read_only_channel": because("remedy.slack.restricted_action_read_only_channel"),
    "restricted_action_thread_locked": because("remedy.slack.restricted_action_thread_locked"),
    "messages_tab_disabled": because("remedy.slack.messages_tab_disabled"),
    "cannot_dm_bot": because("remedy.slack.cannot_dm_bot"),
    "user_not_found": because("remedy.slack.user_not_found"),
    "user_disabled": because("remedy.slack.user_disabled"),
    "missing_scope": because("remedy.slack.missing_scope", scopes=_SCOPES),
    "msg_too_long": because("remedy.slack.msg_too_long"),
    "invalid_blocks": because("remedy.slack.invalid_blocks"),
}


class _Transient(Retryable):
    """An error of Slack's that passes, with its name."""

    def __init__(self, code: str, after_s: float | None) -> None:
        super().__init__(because("slack", code=code), after_s=after_s, maybe_sent=code not in _NOT_SENT)
        self.code = code


class SlackError(Rejected):
    """Rejected by Slack, with the error's name (`code`)."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        elsewhere = because("remedy.see", page=f"https://docs.slack.dev/reference/methods/{method}")
        refused = because("slack-refused", method=method, said=f"{code}{detail}")
        super().__init__(refused, _REMEDIES.get(code, elsewhere))
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
            raise Rejected(because("slack-refused", method="upload", said=str(answer.status)))

    async def close(self) -> None:
        await self._http.close()


def _read(method: str, answer: Answer) -> Payload:
    try:
        content = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if 400 <= answer.status < 500:
            raise Rejected(because("slack-refused", method=method, said=f"{answer.status} {answer.text}")) from error
        # An answer that is no JSON comes from a proxy or a captive portal: it says nothing about the message.
        raise Retryable(because("unreadable", service="Slack"), maybe_sent=True) from error
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
