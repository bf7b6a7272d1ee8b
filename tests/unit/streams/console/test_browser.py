"""The console in a real browser: hostile text runs nothing, and the page shows what it should."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from streams.console.routes import HEADERS
from tests.unit.streams.console.cases import HOSTILE
from tests.unit.streams.console.test_routes import PATH, World

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    world = World(token="")
    async with world.client, TestServer(world.console.app()) as server:
        yield server


async def browse(url: str, *options: str, language: str = "en-US") -> str:
    """The page's tree once everything in it has run."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}"]
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *flags, f"--accept-lang={language}", *options, "--dump-dom", url,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            tree, _ = await asyncio.wait_for(process.communicate(), 60)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    return tree.decode()


async def test_a_hostile_post_runs_no_script(server: TestServer) -> None:
    """A post that holds a script and an image with a handler is read as text; the title stays ours."""
    tree = await browse(str(server.make_url(PATH)))
    title = re.search(r"<title>([^<]*)</title>", tree)
    assert title is not None
    assert title[1] == "P1 Nuage &amp; Fils · Tocsin"
    assert "&lt;script&gt;" in tree
    assert "<script" not in tree
    assert "<img" not in tree


async def test_the_policy_stops_scripts_that_get_in() -> None:
    """Were a script to get into a page, the browser would not run it: the policy is understood and enforced."""

    async def leaky(_: web.Request) -> web.Response:
        return web.Response(text=f"<title>safe</title>{HOSTILE}", content_type="text/html", headers=HEADERS)

    app = web.Application()
    app.router.add_get("/", leaky)
    async with TestServer(app) as server:
        tree = await browse(str(server.make_url("/")))
    assert "<script>" in tree
    assert "<title>safe</title>" in tree


async def test_a_french_browser_reads_french(server: TestServer) -> None:
    """The browser's language decides, and the incident is on the page."""
    tree = await browse(str(server.make_url("/")), language="fr-FR")
    assert "les mentions négatives s’envolent" in tree
    assert 'lang="fr"' in tree
