"""Links: one spelling for each, whatever stands around or behind it; hostile ones are only text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.links import canonical, links, tells

ADDRESS = "https://www.journal.example/eco/panne?id=4"


@pytest.mark.parametrize(
    "other",
    [
        "http://journal.example/eco/panne/?id=4",
        "https://m.journal.example/eco/panne?id=4&utm_source=x&utm_medium=y",
        "https://amp.journal.example/eco/panne?id=4#xtor=AL-1",
        "https://journal.example/eco/panne.amp.html?id=4",
        "https://journal.example/eco/panne/amp/?fbclid=abc&id=4",
        "https://journal.example:443//eco/panne/index.html?id=4",
        "https://www.google.com/amp/s/www.journal.example/eco/panne?id=4",
        "https://JOURNAL.example/eco/p%61nne?id=4",
    ],
)
def test_spellings_of_one_address(other: str) -> None:
    """Phone and AMP editions, tracking, fragments, ports and slashes make no other address."""
    assert canonical(other) == canonical(ADDRESS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ADDRESS, ADDRESS.replace("id=4", "id=5")),
        (ADDRESS, ADDRESS.replace("panne", "grève")),
        ("https://a.example/amp", "https://a.example/camp"),
        ("https://a.example/Panne", "https://a.example/panne"),
        ("https://youtu.be/aaaaaaa", "https://youtu.be/bbbbbbb"),
        ("https://x.com/lea/status/1", "https://x.com/lea/status/12"),
        ("https://a.example:8080/x", "https://a.example/x"),
    ],
)
def test_other_addresses_stay_apart(one: str, other: str) -> None:
    """What leads elsewhere is another address."""
    assert canonical(one) != canonical(other)


def test_known_places() -> None:
    """A video and a post have one name, by whatever door one comes."""
    assert canonical("https://youtube.com/shorts/dQw4w9WgXcQ?si=1") == canonical("https://youtu.be/dQw4w9WgXcQ?t=4")
    assert canonical("https://x.com/lea/status/12?s=20") == canonical("http://mobile.twitter.com/i/web/status/12")
    assert canonical("https://old.reddit.com/r/a/comments/xyz/title") == canonical("https://redd.it/xyz")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(see https://a.example/x).", ["https://a.example/x"]),
        ("«https://a.example/x»", ["https://a.example/x"]),
        ("cut off https://a.exam…", []),
        ("cut off http://t.co/ab...", []),
        ("https://a.example/wiki/A_(b)", ["https://a.example/wiki/A_(b)"]),
        ("https:// http://", []),
        ("x" * 10_000, []),
        ("https://a.example/x " * 100, ["https://a.example/x"] * 8),
    ],
)
def test_links_in_texts(text: str, found: list[str]) -> None:
    """Signs of the sentence are no part of a link; a link that was cut off leads nowhere."""
    assert links(text) == found


def test_what_tells_nothing() -> None:
    """Front pages and shorteners name no story."""
    found = [tells(canonical(link)) for link in ("https://acme.example/", "https://t.co/x", "https://a.example/?p=3")]
    assert found == [False, False, True]


WORD = st.text(st.characters(codec="utf-8", exclude_characters="/?#&=%"), min_size=1, max_size=8)


@given(st.lists(WORD, max_size=4), st.dictionaries(WORD, WORD, max_size=3), WORD)
def test_canonical_again_changes_nothing(path: list[str], query: dict[str, str], fragment: str) -> None:
    """A canonical link is its own canonical spelling, and a fragment or tracking never matters."""
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    link = f"https://news.example/{'/'.join(path)}?{asked}"
    once = canonical(link)
    assert canonical("https://" + once) == once
    assert canonical(f"{link}&utm_source={len(path)}#top") == once


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    """Hostile links are only text."""
    for link in [*links(text), text, "https://" + text]:
        assert isinstance(canonical(link), str)
        assert isinstance(tells(canonical(link)), bool)


def test_a_cache_of_a_cache_of_a_cache() -> None:
    """A link as long as a post may be, all of it addresses of caches, is read as any other."""
    assert canonical("https://" + "google.com/c/" * 1_535 + "news.example/x") == "news.example/x"
