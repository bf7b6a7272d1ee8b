"""What a source remembers across restarts: one small file, replaced as a whole, so that a crash never leaves half."""

import re
from pathlib import Path


class Notebook:
    """Bytes under a name in a folder. Without a folder it forgets with the process."""

    def __init__(self, folder: Path | None, name: str) -> None:
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
        self._path = None if folder is None else folder / safe
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
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_name(f"{self._path.name}.new")
            draft.write_bytes(content)
            draft.replace(self._path)
        self._last = content
