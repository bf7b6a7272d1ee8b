"""Who may act: the console's token, signed sessions, protection against forged requests, and a brake on guessing."""

import hashlib
import hmac
import secrets
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import msgspec

from alerts.sealed import Seal
from streams.settings.kinds import Secret

SESSION_LENGTH: Final = timedelta(hours=12)
MAX_NAME: Final = 80
_ATTEMPTS: Final = 10
_WINDOW: Final = timedelta(minutes=5)
_REMEMBERED: Final = 1_000


class _Claim(msgspec.Struct, frozen=True, array_like=True):
    by: str
    expires: datetime
    nonce: str


@dataclass(frozen=True, slots=True)
class Session:
    """A person who has logged in; `csrf` is what their forms must send back."""

    by: str
    csrf: str


def person(name: str) -> str:
    """A person's name on one line, at most `MAX_NAME` characters.

    >>> person("  Zoé\\n <b>")
    'Zoé <b>'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in name[:1_000]).split())[:MAX_NAME]


class Access:
    """Checks tokens and sessions. A session is a signed claim: nothing is kept here, and a new token ends them all."""

    def __init__(self, token: Secret) -> None:
        self._digest = hashlib.sha256(token.reveal().encode()).digest()
        key = hmac.digest(token.reveal().encode(), b"tocsin console sessions/1", "sha256")
        self._sessions, self._forms = Seal(key, b"session\x00"), Seal(key, b"csrf\x00")
        self.enabled = bool(token)

    def admits(self, token: str) -> bool:
        """Whether this is the token, in a time that does not depend on where it differs."""
        given = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        return hmac.compare_digest(given, self._digest) and self.enabled

    def issue(self, by: str, now: datetime) -> str:
        """A cookie's value for somebody who gave the token."""
        return self._sessions.close(msgspec.json.encode(_Claim(by, now + SESSION_LENGTH, secrets.token_hex(8))))

    def session(self, cookie: str, now: datetime) -> Session | None:
        """Who a cookie speaks for; None for a forged, foreign or old one."""
        claim = self._sessions.open(cookie)
        if claim is None:
            return None
        told = msgspec.json.decode(claim, type=_Claim)
        if not self.enabled or told.expires <= now:
            return None
        return Session(told.by, self._forms.signature(claim))


def same(given: str, expected: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def caller(remote: str, forwarded: Sequence[str]) -> str:
    """The address that a request is made from: where it comes through a proxy of our own, the one that the proxy names.

    `forwarded` are the headers `X-Forwarded-For`, of which anybody may write all but the end. One that comes from the
    internet is not believed: else whoever guesses would be somebody else each time.

    >>> caller("10.0.0.2", ["192.0.2.1, 198.51.100.7"]), caller("8.8.8.8", ["192.0.2.1"])
    ('198.51.100.7', '8.8.8.8')
    """
    named = forwarded[-1].rpartition(",")[2].strip() if forwarded else ""
    try:
        ours = ip_address(remote).is_private
        return ip_address(named).compressed if ours and named else remote
    except ValueError:
        return remote


def is_address(host: str) -> bool:
    """Whether a `Host` is a number, or this machine by its own name.

    >>> is_address("[::1]:8421"), is_address("localhost"), is_address("127.0.0.1.evil.example")
    (True, True, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ip_address(name).compressed)
    except ValueError:
        return False


class Brake:
    """Stops an address that has guessed wrong ten times in five minutes. Remembers a bounded number of addresses."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()

    def blocks(self, address: str, now: datetime) -> bool:
        failures = self._failures.get(address)
        if failures is None:
            return False
        while failures and failures[0] <= now - _WINDOW:
            failures.popleft()
        return len(failures) >= _ATTEMPTS

    def failed(self, address: str, now: datetime) -> None:
        self._failures.setdefault(address, deque(maxlen=_ATTEMPTS)).append(now)
        self._failures.move_to_end(address)
        if len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
