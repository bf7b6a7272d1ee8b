"""Files of posts: aliases, formats, line numbers and hostile rows."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Counters, Post, Share
from streams.columns import ALIASES, FIELDS, admit_row, read_posts
from streams.ingest import Arrival, Refusal
from streams.rows import Row, Unreadable, normalised
from tests.unit.streams.test_claims import ANYTHING

PAST = Arrival(source="file", network="file", position="1", seen_at=None)
AIRLINE = Path(__file__).parents[4] / "shared/data/airline/tweets.csv"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def admitted(path: Path) -> list[Post | Share | Refusal]:
    return [admit_row(row, PAST) for row in read_posts(path)]


def test_the_airline_columns(tmp_path: Path) -> None:
    """`tweet_id`, `created_at_utc`, `airline`, `airline_sentiment`, `retweet_count` are known by those names."""
    content = (
        "tweet_id,created_at_utc,airline,airline_sentiment,retweet_count,text\n"
        '5,2015-02-22T09:00:00.5Z,Delta,negative,3,"late, again\nand again"\n'
    )
    (post,) = admitted(write(tmp_path, "t.csv", content))
    assert isinstance(post, Post)
    assert (post.id, post.known_brands, post.text) == ("file:5", ("Delta",), "late, again\nand again")
    assert post.known_sentiment is not None
    assert post.known_sentiment.label == "negative"
    assert post.counters is not None
    assert (post.counters.shares, post.counters.at) == (3, None)
    assert post.created_at.microsecond == 500_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "Created At;Text;User\n2026-01-01;bonjour;zoe\n"),
        ("a.tsv", "created_at\ttext\tauthor\n2026-01-01\tbonjour\tzoe\n"),
        ("a.csv", "\ufeffdate,content,screen_name,unknown\n2026-01-01,bonjour,zoe,x\n"),
        ("a.jsonl", '\ufeff{"timestamp": 1767225600, "message": "bonjour", "user": {"screen_name": "zoe"}}\n\n'),
        ("posts", '{"created_at": "2026-01-01", "TEXT": "bonjour", "author": {"id": "zoe", "handle": "zoe"}}'),
        ("a.jsonl.gz", gzip.compress(b'{"created_at": "2026-01-01", "text": "bonjour", "author": "zoe"}')),
    ],
)
def test_one_post_in_many_clothes(tmp_path: Path, name: str, content: str | bytes) -> None:
    """Separators, byte order marks, letter case, nesting and compression make no difference."""
    (post,) = admitted(write(tmp_path, name, content))
    assert isinstance(post, Post)
    assert (post.text, post.author.handle, post.author.id) == ("bonjour", "zoe", "file:zoe")
    assert post.created_at.isoformat() == "2026-01-01T00:00:00+00:00"


def test_an_exported_post_comes_back(tmp_path: Path) -> None:
    """A line of the topic of posts is a row like any other, with its id, network, author and known facts."""
    from streams import wire

    (post,) = admitted(
        write(tmp_path, "a.jsonl", '{"id": 1, "text": "x", "created_at": 5, "likes": 2, "brand": "a", "author": "b"}')
    )
    assert isinstance(post, Post)
    assert admitted(write(tmp_path, "b.jsonl", wire.encode(post))) == [post]


@pytest.mark.parametrize(
    "told",
    [
        {"retweets": 3, "collected_at": "2026-01-02"},
        {"shares": 3, "counters_at": 1767312000},
        {"counters": {"shares": 3, "at": "2026-01-02T00:00:00Z"}},
    ],
)
def test_a_row_may_say_when_it_was_collected(tmp_path: Path, told: dict[str, object]) -> None:
    """`collected_at`, `counters_at`, or `at` among the counters is the time of the counters, and of nothing else."""
    row = {"id": 1, "text": "x", "created_at": "2026-01-01", **told}
    (post,) = admitted(write(tmp_path, "a.jsonl", json.dumps(row)))
    assert isinstance(post, Post)
    assert post.counters == Counters(shares=3, at=datetime(2026, 1, 2, tzinfo=UTC))
    assert post.seen_at == post.created_at


def test_rows_of_shares(tmp_path: Path) -> None:
    """A row with a root and no text, or of kind reshare or like, is a share."""
    lines = [
        {"root_id": "r", "created_at": 5, "user": "a"},
        {"root_id": "r", "created_at": 5, "kind": "like", "text": "ignored", "user": "b"},
        {"root_id": "r", "created_at": 5, "kind": "reply", "text": "words of my own", "user": "c"},
    ]
    found = admitted(write(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines))))
    assert [type(each) for each in found] == [Share, Share, Post]


def test_broken_lines_keep_their_numbers(tmp_path: Path) -> None:
    """What is malformed is refused one by one, with its line, and the rest is read."""
    content = '{"text": "a", "created_at": 1}\n{"text": \n[1]\n"x"\n{"text": "b", "created_at": 2}\n'
    rows = list(read_posts(write(tmp_path, "a.jsonl", content)))
    assert [(row.line, bool(row.problem)) for row in rows] == [(1, False), (2, True), (3, True), (4, True), (5, False)]
    refusal = admit_row(rows[1], PAST)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.payload) == ("malformed", b'{"text":')


def test_an_overlong_line_is_refused_without_its_neighbours(tmp_path: Path) -> None:
    """A line beyond the bound is skipped over and refused; a post of ten megabytes is merely truncated."""
    huge = json.dumps({"text": "y" * 17_000_000, "created_at": 1})
    long = json.dumps({"text": "z" * 10_000_000, "created_at": 2})
    after = json.dumps({"text": "after", "created_at": 3})
    first, second, third = admitted(write(tmp_path, "a.jsonl", "\n".join([huge, long, after])))
    assert isinstance(first, Refusal)
    assert len(first.payload) <= 65_536
    assert isinstance(second, Post)
    assert second.notes == ("truncated",)
    assert isinstance(third, Post)


def test_ragged_and_binary_tables(tmp_path: Path) -> None:
    """Missing cells are missing fields, surplus cells are refused, bytes that are no UTF-8 are read as Windows-1252."""
    content = b"date,text,author\n2026-01-01,short\n2026-01-01,a,b,c\n2026-01-01,caf\xe9\x00,zoe\n"
    short, surplus, binary = admitted(write(tmp_path, "a.csv", content))
    assert isinstance(short, Post)
    assert isinstance(surplus, Refusal)
    assert isinstance(binary, Post)
    assert binary.text == "café"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "text,author\nx,y\n", "no column for created_at"),
        ("a.csv", "created_at,author\nx,y\n", "no column for text"),
        ("a.jsonl", '[{"text": "a"}]', "one object per line"),
        ("a.jsonl.gz", "not gzipped", "a.jsonl.gz"),
    ],
)
def test_a_users_mistake_is_told_in_one_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    """Wrong columns or formats are explained with the file's name, and never as a traceback."""
    with pytest.raises(Unreadable) as caught:
        list(read_posts(write(tmp_path, name, content)))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.dictionaries(st.sampled_from(["text", "created_at", "user", "id", "kind", "root_id", "counters"]), ANYTHING))
def test_rows_are_admitted_or_refused(fields: dict[object, object]) -> None:
    """Whatever a row holds, it leads to a record or a refusal."""
    found = admit_row(Row(1, normalised(fields)), PAST)
    assert isinstance(found, Post | Share | Refusal)


def test_the_airline_file() -> None:
    """All 7,750 real tweets are admitted, with their brands and sentiments."""
    if not AIRLINE.exists():
        pytest.skip("no ../shared/data: the recorded tweets are not here")
    found = admitted(AIRLINE)
    assert len(found) == 7_750
    assert all(isinstance(p, Post) and p.known_brands and p.known_sentiment for p in found)


def test_the_documented_aliases_are_those_of_the_code() -> None:
    """docs/sources.md lists for each field exactly the names that are looked for, in their order."""
    docs = (Path(__file__).parents[3] / "docs/sources.md").read_text(encoding="utf-8")
    for field, names in ALIASES.items():
        assert f"| {field} | {', '.join(f'`{name}`' for name in names)} |" in docs


def test_no_name_stands_for_two_fields() -> None:
    """Else a column would be read twice, and `--map` would not know which field is meant."""
    names = [name for what, aliases in ALIASES.items() for name in {what, *aliases}]
    assert sorted(names) == sorted(FIELDS)
