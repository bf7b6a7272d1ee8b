"""Where names may lead: to the internet, and into our own network only where the settings name the host themselves."""

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

_LOCAL: Final = (".localhost", ".internal", ".local")


class Inside(OSError):
    """A name that leads into our network, and that the settings do not have."""


def is_inside(host: str) -> bool:
    """Whether a host is an address, or by its name a machine, of this network; other names are looked at by `Outside`.

    Numbers that are no address as it is usually written are one all the same to the system (`127.1`).

    >>> [is_inside(host) for host in ("127.0.0.1", "127.1", "2130706433", "localhost.", "8.8.8.8", "news.example")]
    [True, True, True, True, False, False]
    """
    host = host.removesuffix(".").lower()
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(_LOCAL) or host.replace(".", "").isdigit()


class Outside(AbstractResolver):
    """Resolves names: those of `trusted` to whatever they have, all others to public addresses only.

    At the moment of connecting, since a name's owner can change where it leads at any time.
    """

    def __init__(self, trusted: Iterable[str], resolver: AbstractResolver | None = None) -> None:
        self._trusted = frozenset(trusted)
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises `Inside`, and OSError for a name that leads nowhere."""
        found = await self._resolver.resolve(host, port, family)
        if host in self._trusted:
            return found
        public = [each for each in found if ip_address(each["host"]).is_global]
        if not public:
            raise Inside(f"{host} leads to an internal address; if that is meant, put it into the settings as it is")
        return public

    async def close(self) -> None:
        await self._resolver.close()
