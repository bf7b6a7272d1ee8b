"""What we write to disk is for our own user alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.folder import private
from streams.sources.notebook import Notebook


@pytest.fixture(autouse=True)
def _open_handed() -> Iterator[None]:
    """As on many machines, new files are for everybody to read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_are_ours_alone(tmp_path: Path) -> None:
    """All that is made on the way is closed to others; what was there keeps its rights."""
    tmp_path.chmod(0o755)
    folder = private(tmp_path / "data" / "sources")
    assert (rights(folder), rights(folder.parent), rights(tmp_path)) == (0o700, 0o700, 0o755)
    assert private(folder) == folder


def test_notes_are_ours_alone(tmp_path: Path) -> None:
    """What a source remembers, feeds' addresses with their tokens among it, is not for other users."""
    notebook = Notebook(tmp_path / "data" / "sources", "press.feeds.json")
    for content in (b"one", b"two"):
        notebook.write(content)
    path = tmp_path / "data" / "sources" / "press.feeds.json"
    assert (path.read_bytes(), rights(path), rights(path.parent)) == (b"two", 0o600, 0o700)
