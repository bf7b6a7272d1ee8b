"""What sources remember across restarts stands apart."""

from pathlib import Path

import pytest

from streams.sources.notebook import Notebook


@pytest.mark.parametrize(("one", "other"), [("éco", "ùco"), ("新聞", "論壇"), ("press fr", "press_fr"), ("é", "_")])
def test_sources_of_similar_names_do_not_share_a_file(tmp_path: Path, one: str, other: str) -> None:
    """A name that no file can have on every system is told from all others all the same."""
    Notebook(tmp_path, f"{one}.cursor").write(b"1")
    Notebook(tmp_path, f"{other}.cursor").write(b"2")
    assert Notebook(tmp_path, f"{one}.cursor").read() == b"1"


def test_a_plain_name_is_the_files_own(tmp_path: Path) -> None:
    """Who looks into the folder finds a source by its name."""
    Notebook(tmp_path, "press-fr.cursor").write(b"1")
    assert [each.name for each in tmp_path.iterdir()] == ["press-fr.cursor"]
