"""What a source remembers across restarts: one small file, replaced as a whole, so that a crash never leaves half."""

import os
import re
from pathlib import Path
from typing import Final

from models.records import digest
from streams.folder import private

_OURS_ALONE: Final = 0o600
"""A feed's address may hold a token."""


class Notebook:
    """Bytes under a name in a folder. Without a folder it forgets with the process."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._path = None if folder is None else folder / _file_name(name)
        self._last = b""

    def read(self) -> bytes:
        """What was written last; empty when nothing was, or when it cannot be read: a source starts afresh then."""
        if self._path is None:
            return self._last
        try:
            self._last = self._path.read_bytes()
        except OSError:
            self._last = b""
        return self._last

    def write(self, content: bytes) -> None:
        """Replaces what was written. Raises OSError when the disk refuses."""
        if content == self._last:
            return
        if self._path is not None:
            draft = private(self._path.parent) / f"{self._path.name}.new"
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with os.fdopen(os.open(draft, flags, _OURS_ALONE), "wb") as stream:
                stream.write(content)
            draft.replace(self._path)
        self._last = content


def _file_name(name: str) -> str:
    """One that every system takes. What is replaced in it must not make two names the same.

    >>> _file_name("press.cursor"), _file_name("presse régionale.cursor")
    ('press.cursor', 'c0f94d68-presse_r_gionale.cursor')
    """
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return safe if safe == name else f"{digest('file', name)[:8]}-{safe}"
