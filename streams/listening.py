"""Listening at an address of the settings; what keeps us from it is one line with the key and the remedy."""

import errno
import os
from typing import Final

from aiohttp import web

_REMEDIES: Final = {
    errno.EADDRINUSE: "another program, or another tocsin, has it: end that one, or set another port",
    errno.EACCES: "ports below 1024 need rights: set another port",
    errno.EADDRNOTAVAIL: "this machine has no such address: mend the host",
}


class CannotListen(OSError):
    """An address cannot be listened at; the message says which key names it, why, and what to do."""


async def listen(runner: web.AppRunner, host: str, port: int, key: str) -> None:
    """Serves at an address, which `key` of the settings names. Raises `CannotListen`."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror or "no such host"
        remedy = _REMEDIES.get(number, "mend the host or the port")
        raise CannotListen(f"{key}: cannot listen at {host}:{port}: {why} ({remedy})") from error
