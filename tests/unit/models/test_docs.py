"""The guides say what the code does."""

import re
from pathlib import Path

import pytest

from models.matching.lint import lint
from models.matching.query import QuerySyntaxError, parse
from models.risk.topics import TAXONOMY

DOCS = Path(__file__).parents[3] / "docs"


def test_the_taxonomy_is_documented_word_for_word() -> None:
    """`docs/risk.md` has a row for each risk topic, in order."""
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", (DOCS / "risk.md").read_text("utf-8"), re.MULTILINE)
    assert [row for row in rows if row[0] in TAXONOMY] == list(TAXONOMY.items())


def test_the_guides_queries_can_be_read() -> None:
    """Each example of `docs/queries.md` parses, and its error message is the real one."""
    guide = (DOCS / "queries.md").read_text("utf-8")
    (example,) = re.findall(r"^query = '(.+)'$", guide, re.MULTILINE)
    assert lint(parse(example)) == []
    for row in re.findall(r"^\| (`.+?`) \| ", guide, re.MULTILINE):
        for query in re.findall(r"`([^`]+)`", row):
            if query != "( … )":
                parse(query)
    told = re.findall(r"of orange: (column .+)$", guide, re.MULTILINE)
    for query, words in zip(("orange NOT (fruit", "orange langue:fr"), told, strict=True):
        with pytest.raises(QuerySyntaxError) as caught:
            parse(query)
        assert str(caught.value) == words
