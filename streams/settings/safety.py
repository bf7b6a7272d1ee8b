"""What keeps a secret secret: who can reach an address, what travels in plain text, what can be guessed."""

import ipaddress
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from streams.settings.kinds import Secret
from streams.settings.problems import Remark, error, warning

SHORT_SECRET: Final = 16
"""Letters. What is shorter can be guessed."""


def loopback(host: str) -> bool:
    """Whether only this machine can reach `host`.

    >>> loopback("127.0.0.1"), loopback("localhost"), loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def encrypted(key: str, url: str) -> Iterator[Remark]:
    """A secret goes to this address. The address itself may be the secret: it is not shown."""
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:  # brackets around what is no address
        scheme, host = "", None
    if scheme not in {"http", "https"} or not host:
        yield error(key, "is no web address", "it starts with https://")
    elif scheme == "http" and not loopback(host):
        yield error(key, "would send a secret over plain http", "use https")


def strong(key: str, secret: Secret) -> Iterator[Remark]:
    if secret and len(secret.reveal()) < SHORT_SECRET:
        remedy = f"take at least {SHORT_SECRET} random characters"
        yield warning(key, "is short enough to be guessed", remedy)
