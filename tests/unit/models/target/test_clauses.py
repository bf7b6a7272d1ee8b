"""Where posts turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.target.clauses import clauses
from models.target.line import BRAND, RIVAL, flat


def cut(text: str) -> list[tuple[str, str]]:
    """Clauses and ties; in `text` B is the brand and R a rival."""
    line = flat(text.replace("B", "\x01").replace("R", "\x02")).replace("\x01", BRAND).replace("\x02", RIVAL)
    shown = line.replace(BRAND, "B").replace(RIVAL, "R")
    return [(shown[part.start : part.end].strip(" ,.:;!?"), part.tie.value) for part in clauses(line)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bad day. B was fine", [("bad day", "sentence"), ("B was fine", "sentence")]),
        ("bad day but B was fine", [("bad day", "sentence"), ("but B was fine", "contrast")]),
        ("bad day, but at least B", [("bad day", "sentence"), ("but at least B", "contrast")]),
        (
            "bad day. Yet it went on, yet B was fine",
            [("bad day", "sentence"), ("yet it went on", "sentence"), ("yet B was fine", "contrast")],
        ),
        ("contrairement à R, B est là", [("contrairement a R", "parallel"), ("B est la", "parallel")]),
        ("R dort alors que B veille", [("R dort", "sentence"), ("alors que B veille", "parallel")]),
        ("nul, sale et cher chez B", [("nul, sale et cher chez B", "sentence")]),
        ("cher et nul, B est mieux", [("cher et nul", "sentence"), ("B est mieux", "comma")]),
        ("it rained and B sent a taxi", [("it rained", "sentence"), ("and B sent a taxi", "comma")]),
        ("la maison, butter, 3.5 et B", [("la maison, butter, 3.5 et B", "sentence")]),
        ("pluie. heureusement B", [("pluie", "sentence"), ("heureusement B", "contrast")]),
        ("malheureusement B", [("malheureusement B", "sentence")]),
        ("B : fermé alors que j'étais là", [("B : ferme alors que j'etais la", "sentence")]),
    ],
)
def test_clauses_and_ties(text: str, expected: list[tuple[str, str]]) -> None:
    """Sentence ends, contrasts and commas before a name cut; lists, decimals and longer words do not."""
    assert cut(text) == expected


@given(st.text(alphabet=st.one_of(st.sampled_from(f"{BRAND}{RIVAL}.,;:!?… \nab—-"), st.characters()), max_size=60))
def test_clauses_cover_the_line_without_gaps(line: str) -> None:
    """Whatever the line, every character is in one clause."""
    parts = clauses(line)
    edges = [0, *(part.end for part in parts)]
    assert [part.start for part in parts] == edges[:-1]
    assert edges[-1] == len(line)
