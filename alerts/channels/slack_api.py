"""Slack's Web API: a call, its answer, and every error name put in its class, with a remedy in words."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from alerts.channels.http import Answer, HttpClient
from alerts.channels.protocol import Rejected, Retryable

Payload = dict[str, Any]
"""Slack's JSON, inside this edge only."""

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
    "missing_scope": "add the scopes chat:write, files:write and channels:history to the Slack app, and reinstall it",
    "msg_too_long": "the message is longer than Slack allows; please report this as a bug",
    "invalid_blocks": "Slack does not accept the form of the message; please report this as a bug",
}


class SlackError(Rejected):
    """Rejected by Slack, with the error's name (`code`)."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        remedy = _REMEDIES.get(code, "see https://docs.slack.dev/reference/methods/" + method)
        super().__init__(f"Slack refused {method}: {code}{detail}. Remedy: {remedy}")
        self.code = code


class SlackApi:
    """Calls with a bot token, which never shows."""

    def __init__(self, token: str, base_url: str, timeout_s: float) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._base = base_url.rstrip("/") + "/"
        self._http = HttpClient("Slack", timeout_s)

    def __repr__(self) -> str:
        return f"SlackApi({self._base!r})"

    async def call(
        self, method: str, payload: Payload | None = None, *, form: Mapping[str, str] | None = None
    ) -> Payload:
        """The answer's JSON where it is `ok`; raises `Retryable` or `SlackError`."""
        answer = await self._http.post(self._base + method, headers=self._headers, json=payload, form=form)
        return _read(method, answer)

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
    except msgspec.DecodeError as error:
        if 400 <= answer.status < 500:
            raise Rejected(f"Slack refused {method} ({answer.status}): {answer.text}") from error
        # An answer that is no JSON comes from a proxy or a captive portal: it says nothing about the message.
        raise Retryable(f"Slack's answer to {method} was not readable", maybe_sent=True) from error
    if content.get("ok") is True:
        return content
    code = str(content.get("error", "no error named"))[:80]
    if code in _TRANSIENT:
        raise Retryable(f"Slack: {code}", answer.after_s, maybe_sent=code not in _NOT_SENT)
    raise SlackError(method, code, _messages(content))


def _messages(content: Payload) -> str:
    metadata = content.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, dict) else None
    return f" ({'; '.join(str(m)[:200] for m in messages[:3])})" if isinstance(messages, list) and messages else ""
