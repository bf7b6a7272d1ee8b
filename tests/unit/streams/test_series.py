"""Files of count series and labels: what is read of them, and what is said of the rest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.rows import Complaints, NoColumn, Unreadable
from streams.series import BadRow, Label, read_labels, read_series, read_time

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_series_in_json_lines_is_the_same(tmp_path: Path) -> None:
    """Points come in order of time, from a table or from JSON Lines, whatever the case of the names."""
    (tmp_path / "a.csv").write_text("Timestamp,Value\n2026-03-02 00:05,2\n2026-03-02,1\n")
    (tmp_path / "a.jsonl").write_text(
        '{"timestamp": 1772409900, "value": 2}\n{"timestamp": "2026-03-02", "value": "1"}'
    )
    complaints = Complaints()
    wanted = [(START, 1.0), (START + timedelta(minutes=5), 2.0)]
    assert read_series(tmp_path / "a.csv", complaints) == read_series(tmp_path / "a.jsonl", complaints) == wanted
    assert complaints.lines == []


def test_a_table_of_something_else_is_no_series(tmp_path: Path) -> None:
    """The error names the columns that are missing, and those that are there."""
    (tmp_path / "a.csv").write_text("when,value\n2026,1\n")
    with pytest.raises(NoColumn, match=r"timestamp.*it has when, value") as caught:
        read_series(tmp_path / "a.csv", Complaints())
    assert caught.value.lacking == ("timestamp",)


def test_labels_come_in_three_forms(tmp_path: Path) -> None:
    """CSV, JSONL and the object of lists say the same."""
    (tmp_path / "l.csv").write_text("brand,start,end\na,2026-03-02,2026-03-03\n,2026-03-02,2026-03-01\n")
    (tmp_path / "l.jsonl").write_text('{"brand":"a","start":"2026-03-02","end":"2026-03-03"}\n{"start":"2026"}\n')
    (tmp_path / "l.json").write_text('{"a": [["2026-03-02", "2026-03-03"]]}')
    wanted = [Label("a", START, START + timedelta(days=1))]
    complaints = Complaints()
    for name in ("l.csv", "l.jsonl", "l.json"):
        assert read_labels(tmp_path / name, complaints) == wanted
    assert len(complaints.lines) == 2
    (tmp_path / "l.json").write_text("[1]")
    with pytest.raises(Unreadable, match="labels are"):
        read_labels(tmp_path / "l.json", complaints)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_no_file_breaks_the_readers(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    """Random bytes lead to complaints or to an error for people, never to anything else."""
    folder = tmp_path_factory.mktemp("files")
    for name, head in (
        ("a.csv", b"timestamp,value\n"),
        ("b.jsonl", b""),
        ("c.csv", b"start,end,brand\n"),
        ("d.json", b""),
    ):
        (folder / name).write_bytes(head + raw)
        try:
            if name == "a.csv":
                read_series(folder / name, Complaints())
            else:
                read_labels(folder / name, Complaints())
        except Unreadable as error:
            assert str(folder) in str(error)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_bad_row(text: str) -> None:
    """No other error comes out."""
    try:
        assert read_time(text).tzinfo is not None
    except BadRow as bad:
        assert "is no time" in str(bad)
