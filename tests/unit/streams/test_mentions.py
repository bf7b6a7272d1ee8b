"""Files of mentions for backtests: the columns of every source, and a plain complaint for each row of no use."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.records import Post, Share
from streams.columns import FIELDS
from streams.mentions import read_mentions
from streams.rows import Complaints, NoColumn, Unreadable


def write(folder: Path, name: str, *rows: dict[str, object]) -> Path:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_columns_are_recognised_and_mapped(tmp_path: Path) -> None:
    """Usual names need no mapping; others are mapped; a row that is repeated for a second brand is one post."""
    file = tmp_path / "tweets.csv"
    file.write_text(
        "tweet_id,created_at_utc,airline,airline_sentiment,retweet_count,text,fans\n"
        "1,2026-03-02T00:00:00.5Z,Delta,negative,3,late,12\n"
        "1,2026-03-02T00:00:00.5Z,United,negative,3,late,12\n"
        "2,2026-03-01T00:00:00Z,Delta,positive,,fine,\n"
    )
    complaints = Complaints()
    posts = read_mentions(file, {"followers": "fans"}, complaints)
    assert complaints.lines == []
    assert [post.id for post in posts] == ["file:2", "file:1"]
    assert isinstance(posts[1], Post)
    assert isinstance(posts[0], Post)
    assert posts[1].known_brands == ("Delta", "United")
    assert posts[1].author.followers == 12
    assert posts[1].counters is not None
    assert posts[1].counters.shares == 3
    assert posts[1].known_sentiment is not None
    assert posts[1].known_sentiment.label == "negative"
    assert posts[0].counters is None


def test_jsonl_mentions_are_read(tmp_path: Path) -> None:
    """Brands may be a list, sentiments probabilities; broken lines are named."""
    file = tmp_path / "mentions.jsonl"
    good = {"created_at": 1772409600, "text": "hm", "brand": ["a", "b"]}
    good["sentiment"] = {"negative": 0.5, "neutral": 0.3, "positive": 0.2}
    lines = [
        json.dumps(good),
        "{nope",
        json.dumps({**good, "sentiment": "furious"}),
        json.dumps({"text": "x"}),
        "[1]",
        "",
    ]
    file.write_text("\n".join(lines))
    complaints = Complaints()
    posts = read_mentions(file, {}, complaints)
    assert [post.known_brands for post in posts if isinstance(post, Post)] == [("a", "b")]
    assert [line.split(":")[1] for line in complaints.lines] == ["2", "3", "4", "5"]


def test_a_mapped_column_takes_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    """`--map text=title` reads the title, though there is a text; letter case and blanks do not matter."""
    file = tmp_path / "a.csv"
    file.write_text("date,text,The Title,brand,author\n2026-03-02,not this,but this,acme,zoe\n")
    (post,) = read_mentions(file, {"text": "the title", "author": "brand"}, Complaints())
    assert isinstance(post, Post)
    assert (post.text, post.author.handle, post.known_brands) == ("but this", "acme", ("acme",))


def test_a_column_that_no_row_has_is_a_mistake_of_the_call(tmp_path: Path) -> None:
    """In a table as in JSON Lines a name in `--map` that is not there is told, and not passed over."""
    table = tmp_path / "a.csv"
    table.write_text("date,text,brand\n2026-03-02,late,acme\n")
    lines = write(tmp_path, "a.jsonl", {"date": "2026-03-02", "text": "late", "brand": "acme"})
    for file in (table, lines):
        with pytest.raises(NoColumn, match="fans"):
            read_mentions(file, {"followers": "fans"}, Complaints())


def test_a_table_without_brands_tells_all_that_is_missing(tmp_path: Path) -> None:
    """What is missing is told at once, by field, so that one call of `--map` mends it."""
    file = tmp_path / "a.csv"
    file.write_text("when,text\n2026-03-02,late\n")
    with pytest.raises(NoColumn) as caught:
        read_mentions(file, {}, Complaints())
    assert caught.value.lacking == ("created_at", "brands")


def test_the_past_is_seen_when_it_was_made_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    """`seen_at` is `created_at`, or the column of that name; the order is that of `seen_at`."""
    post = {"created_at": "2026-03-02T09:00:00Z", "text": "x", "brand": "acme"}
    late = {**post, "created_at": "2026-03-02T08:00:00Z", "seen_at": "2026-03-02T10:00:00Z"}
    first, second = read_mentions(write(tmp_path, "a.jsonl", late, post), {}, Complaints())
    assert first.seen_at == first.created_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert second.seen_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_reshares_are_read_with_the_posts(tmp_path: Path) -> None:
    """A row with a root and no text is an act of spreading; it needs no brand."""
    post = {"id": "1", "created_at": "2026-03-02T09:00:00Z", "text": "x", "brand": "acme"}
    share = {"root_id": "1", "created_at": "2026-03-02T09:01:00Z", "author": "zoe"}
    complaints = Complaints()
    found = read_mentions(write(tmp_path, "a.jsonl", post, share, share), {}, complaints)
    assert complaints.lines == []
    assert [type(each) for each in found] == [Post, Share]
    assert isinstance(found[1], Share)
    assert found[1].root_id == found[0].id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"created_at": None}, "no time of creation"),
        ({"created_at": "yesterday"}, "not a time: 'yesterday'"),
        ({"created_at": "9999-12-31"}, "not within 1970 to 2199: '9999-12-31'"),
        ({"created_at": "1066-10-14"}, "not within 1970 to 2199: '1066-10-14'"),
        ({"seen_at": "9999-12-31"}, "not within 1970 to 2199: '9999-12-31'"),
        ({"text": " "}, "neither text nor a link"),
        ({"text": ["x"]}, "type list"),
        ({"brand": []}, "no brand"),
        ({"brand": 5}, "no brand"),
        ({"sentiment": "furious"}, "sentiment 'furious': write negative, neutral or positive"),
        ({"kind": "retweet"}, "does not say of what"),
    ],
)
def test_each_row_of_no_use_has_its_reason(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """The complaint names file, line and reason; the rows around it are used."""
    good = {"created_at": "2026-03-02", "text": "late", "brand": "acme", "author": "zoe"}
    complaints = Complaints()
    file = write(tmp_path, "a.jsonl", {**good, "text": "before"}, {**good, **change}, {**good, "text": "after"})
    assert len(read_mentions(file, {}, complaints)) == 2
    (line,) = complaints.lines
    assert line.startswith(f"{file}:2: ")
    assert said in line


def test_numbers_of_no_use_are_unknown(tmp_path: Path) -> None:
    """A row whose count is `NA` is a mention all the same, as for every source."""
    row = {"created_at": "2026-03-02", "text": "late", "brand": "acme", "followers": "NA", "retweets": "many"}
    (post,) = read_mentions(write(tmp_path, "a.jsonl", row), {}, Complaints())
    assert isinstance(post, Post)
    assert (post.author.followers, post.counters) == (None, None)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Random bytes lead to complaints or to an error for people, never to anything else."""
    folder = tmp_path_factory.mktemp("files")
    for name, head in (("b.jsonl", b""), ("c.csv", b"created_at,text,brand,sentiment\n"), ("d.tsv", b"")):
        (folder / name).write_bytes(head + content)
        try:
            read_mentions(folder / name, {}, Complaints())
        except Unreadable as error:
            assert str(folder) in str(error)


def test_the_page_on_detection_names_columns_that_are_read() -> None:
    """docs/detection.md says what a mention must have by names that stand for those fields, and links to the rest."""
    page = (Path(__file__).parents[3] / "docs/detection.md").read_text(encoding="utf-8")
    part = page.partition("`--mentions` takes")[2].partition("\n\n")[0]
    assert "(sources.md#files)" in part
    assert "\n## Files\n" in (Path(__file__).parents[3] / "docs/sources.md").read_text(encoding="utf-8")
    needed = part.partition("needs")[2].partition("; ")[0]
    assert [FIELDS[name] for name in needed.split("`")[1::2]] == ["created_at", "text", "brands"]


def test_what_was_once_promised_is_still_read() -> None:
    """Every column name that a file of mentions could have is known for the same field."""
    promised = {
        "created_at": "created_at created_at_utc timestamp time date published_at",
        "text": "text content body message full_text",
        "brands": "brand brands company airline",
        "id": "id post_id tweet_id status_id",
        "sentiment": "sentiment label polarity airline_sentiment",
        "author": "author user username screen_name",
        "author_id": "author_id user_id",
        "followers": "followers author_followers followers_count",
        "shares": "shares retweet_count reposts share_count",
        "network": "network platform",
        "language": "language lang",
        "url": "url link",
    }
    for what, names in promised.items():
        assert {FIELDS[name] for name in names.split()} == {what}


def test_french_columns_and_labels_need_no_mapping(tmp_path: Path) -> None:
    """What a French tool exports is read as it is."""
    file = tmp_path / "mentions.csv"
    file.write_bytes(
        "Date;Texte;Marque;Tonalité;Auteur;Abonnés;Langue\n"
        "2026-03-01T10:00:00+01:00;réseau en panne;orange;Négatif;zoé;12;fr\n"
        "01/03/2026;déçu;orange;neutre;zoé;12;fr\n".encode("cp1252")
    )
    complaints = Complaints()
    (post,) = read_mentions(file, {}, complaints)
    assert isinstance(post, Post) and post.known_sentiment is not None
    assert (post.text, post.known_brands, post.known_sentiment.label) == ("réseau en panne", ("orange",), "negative")
    assert (post.author.name or post.author.handle, post.author.followers) == ("zoé", 12)
    assert complaints.lines == [f"{file}:3: not a time: '01/03/2026' (write it as in 2026-03-01T12:00Z)"]
