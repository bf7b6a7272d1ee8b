"""Rows of files: whatever the bytes, they are rows with numbers or one clear line about the file."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.rows import NoColumn, Unreadable, read_rows


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there is said to be not there."""
    with pytest.raises(Unreadable, match="No such file"):
        list(read_rows(tmp_path / "nowhere.csv", {}))


def test_a_damaged_archive(tmp_path: Path) -> None:
    """Whether its end is missing or its middle is damaged, the file is named, in one line."""
    whole = gzip.compress(b'{"text": "a"}\n' * 50)
    for damaged in (whole[:-9], whole[:10] + b"\xff" * 8 + whole[18:]):
        (tmp_path / "a.jsonl.gz").write_bytes(damaged)
        with pytest.raises(Unreadable, match=r"a\.jsonl\.gz: "):
            list(read_rows(tmp_path / "a.jsonl.gz", {}))


def test_all_that_a_table_lacks_is_told(tmp_path: Path) -> None:
    """Each thing that is needed is there under one of its names, or named in the error; JSON is judged row by row."""
    needed = {"when": ("at", "time"), "what": ("text",), "who": ("user",)}
    (tmp_path / "a.csv").write_text("Time,other\n1,2\n")
    with pytest.raises(NoColumn) as caught:
        list(read_rows(tmp_path / "a.csv", needed))
    assert caught.value.lacking == ("what", "who")
    assert "it has time, other" in str(caught.value)
    (tmp_path / "a.jsonl").write_text('{"Time": 1}')
    assert [row.fields for row in read_rows(tmp_path / "a.jsonl", needed)] == [{"time": 1}]


def test_a_row_over_several_lines_goes_by_its_last(tmp_path: Path) -> None:
    """Line numbers are those of an editor, whatever line ends stand inside of quotes."""
    (tmp_path / "a.csv").write_text('text,n\n"a\nb",1\nc,2\n')
    assert [(row.line, row.fields["text"]) for row in read_rows(tmp_path / "a.csv", {})] == [(3, "a\nb"), (4, "c")]


def test_a_header_may_hold_line_ends_and_stand_below_blank_lines(tmp_path: Path) -> None:
    """Spreadsheets write both; the lines of rows are still those of an editor."""
    (tmp_path / "a.csv").write_text('\n \n"posted\n(UTC)";text\n1;"a\nb"\n2;c\n')
    rows = list(read_rows(tmp_path / "a.csv", {"when": ("posted_(utc)",)}))
    assert [(row.line, row.fields) for row in rows] == [
        (6, {"posted_(utc)": "1", "text": "a\nb"}),
        (7, {"posted_(utc)": "2", "text": "c"}),
    ]


@settings(max_examples=80)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.jsonl.gz", "a"]))
def test_any_bytes_are_rows_or_one_line(tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str) -> None:
    """Nothing but `Unreadable` ever comes out, and line numbers only grow."""
    path = tmp_path_factory.mktemp("files") / name
    path.write_bytes(raw)
    try:
        lines = [row.line for row in read_rows(path, {})]
    except Unreadable as error:
        assert str(error).startswith(str(path))
    else:
        assert lines == sorted(lines)


def test_a_table_of_a_spreadsheet_keeps_its_accents(tmp_path: Path) -> None:
    """What is no UTF-8 is read as Windows-1252, byte by byte: a file may hold both."""
    path = tmp_path / "a.csv"
    path.write_bytes("texte;abonnés\nréseau très lent, 5 €;1\n".encode("cp1252") + "déçu;2\n".encode())
    fields = [row.fields for row in read_rows(path, {})]
    assert fields == [{"texte": "réseau très lent, 5 €", "abonnés": "1"}, {"texte": "déçu", "abonnés": "2"}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_refused_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    """Its every second byte is nothing: better one clear line than a table without columns."""
    path = tmp_path / "a.csv"
    path.write_bytes("\ufefftext\nx\n".encode(encoding))
    with pytest.raises(Unreadable, match="UTF-16; save it as UTF-8"):
        list(read_rows(path, {}))
