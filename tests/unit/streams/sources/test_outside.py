"""Where feeds may lead us: never into our own network, under whatever name."""

import socket
from collections.abc import Mapping

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from streams.sources.fetch import FetchFailed, Validators, _next, fetch
from streams.sources.outside import Inside, Outside
from tests.unit.streams.sources.doubles import NOW
from tests.unit.streams.sources.test_feeds import Site


class Names(AbstractResolver):
    """A resolver of a few names."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self._names[host]
        ]

    async def close(self) -> None:
        """Nothing to do."""


@pytest.mark.parametrize(
    "inside", ["http://127.1/", "http://2130706433/", "http://localhost./", "http://LOCALHOST/", "http://a.internal./"]
)
def test_unusual_spellings_of_inside_are_inside(inside: str) -> None:
    """What the system takes for an address of this network is one, however it is written."""
    with pytest.raises(FetchFailed, match="internal"):
        _next("https://news.example/feed", inside)


async def test_names_lead_outside_only() -> None:
    """Of a stranger's name only public addresses are used; a name of the settings may lead anywhere."""
    names = Names({"wiki": ("10.0.0.7",), "evil.example": ("169.254.169.254",), "both.example": ("8.8.8.8", "::1")})
    outside = Outside({"wiki"}, names)
    assert [each["host"] for each in await outside.resolve("wiki")] == ["10.0.0.7"]
    assert [each["host"] for each in await outside.resolve("both.example")] == ["8.8.8.8"]
    with pytest.raises(Inside):
        await outside.resolve("evil.example")
    await outside.close()


async def test_a_redirect_by_name_leads_nowhere_inside() -> None:
    """A public site that sends us to a name which leads to this machine is refused, and the machine is not asked."""
    async with Site() as site:
        port = site.base.rpartition(":")[2]
        site.answers["/feed"] = web.Response(status=301, headers={"Location": f"http://evil.example:{port}/secret"})
        site.answers["/secret"] = b"secret"
        names = Names({"news.example": ("127.0.0.1",), "evil.example": ("127.0.0.1",)})
        connector = aiohttp.TCPConnector(resolver=Outside({"news.example"}, names))
        async with aiohttp.ClientSession(connector=connector) as session:
            with pytest.raises(FetchFailed) as caught:
                await fetch(session, f"http://news.example:{port}/feed", Validators(), NOW)
        assert caught.value.reason == "unsafe-redirect"
        assert (site.times("/feed"), site.times("/secret")) == (1, 0)
