"""Folders of ours on disk: nobody else on the machine reads what was said, by whom, or the addresses of feeds."""

from pathlib import Path
from typing import Final

_OURS_ALONE: Final = 0o700


def private(folder: Path) -> Path:
    """The folder, made where it is missing, as is what it stands in: for our own user alone.

    What is there already keeps the rights that somebody gave it. Raises OSError.
    """
    for each in (*reversed(folder.parents), folder):
        each.mkdir(mode=_OURS_ALONE, exist_ok=True)
    return folder
