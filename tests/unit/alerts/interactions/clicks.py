"""A click on a button as Slack tells it, for tests."""

from typing import Any

from alerts.interactions.buttons import Press, action_id


def click(
    press: Press = Press.ACK,
    *,
    incident: str = "0a1b",
    brand: str = "acme",
    user: Any = None,
    action_ts: str = "1795378498.000000",
    value: str | None = None,
) -> dict[str, Any]:
    """By U123 of workspace T1, at 2026-11-22 20:14:58 UTC."""
    return {
        "type": "block_actions",
        "user": {"id": "U123", "username": "lea.m", "name": "lea.m", "team_id": "T1"} if user is None else user,
        "api_app_id": "A1",
        "container": {"type": "message", "message_ts": "1795378000.000001", "channel_id": "C1", "is_ephemeral": False},
        "team": {"id": "T1", "domain": "acme"},
        "channel": {"id": "C1", "name": "care"},
        "response_url": "https://hooks.slack.com/actions/T1/1/secret",
        "actions": [
            {
                "action_id": action_id(press),
                "block_id": "tocsin.actions",
                "text": {"type": "plain_text", "text": "Acknowledge", "emoji": True},
                "value": f"{incident}/{brand}" if value is None else value,
                "type": "button",
                "action_ts": action_ts,
            }
        ],
    }
