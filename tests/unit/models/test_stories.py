"""Stories: copies, links and quotes are one; other texts are others; and what is said is kept apart from it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Author, Post, PostKind
from models.stories import KEPT, OWN_WORDS, Told, anchored, letters, story_of_post

AT = datetime(2026, 3, 2, tzinfo=UTC)
SAID = "Acme a perdu mon colis pour la troisième fois ce mois-ci et personne ne répond au téléphone"


def post(
    text: str, name: str = "a", *, kind: PostKind = PostKind.POST, root: str | None = None, url: str | None = None
) -> Post:
    return Post(
        id=name,
        source="s",
        network="n",
        author=Author(id="u"),
        text=text,
        created_at=AT,
        seen_at=AT,
        kind=kind,
        root_id=root,
        parent_id=root,
        url=url,
    )


@pytest.mark.parametrize(
    "copy",
    [
        SAID.upper(),
        f"RT @lea: {SAID}",
        f"c'est fou RT @lea: {SAID}",
        f"“{SAID}”",
        f"« {SAID} » via @lea",
        f"{SAID} #acme #colis @acme",
        f"#acme {SAID} 😡😡",
        f"{SAID} https://t.co/abc",
        SAID[:80] + "…",
        SAID.replace("è", "e").replace("é", "e"),
        SAID + " !!! quelle honte",
    ],
)
def test_copies_are_one_story(copy: str) -> None:
    """Whatever is put around a text, cut off its end or lost on its way, it tells the same story."""
    assert Told(post(copy, "b")).story == Told(post(SAID)).story


@pytest.mark.parametrize("other", ["Acme a retrouvé mon colis, merci à toute l'équipe !", "", "😡", "@acme", "nul"])
def test_other_texts_are_other_stories(other: str) -> None:
    """Other words are another story, and so is a remark too short to be recognised."""
    assert Told(post(other, "b")).story != Told(post(SAID)).story
    assert Told(post(other, "b")).story != Told(post("non", "c")).story


def test_one_link_is_one_story_in_many_voices() -> None:
    """Comments on one article tell one story, in as many wordings; the article itself tells it too."""
    one = post("Quelle honte, lisez ça https://www.journal.example/eco/panne?utm_source=x", "a")
    other = post("I will never buy from them again (https://m.journal.example/eco/panne)", "b")
    article = post(
        "Panne chez Acme. Tout est à l'arrêt.", "c", kind=PostKind.ARTICLE, url="https://journal.example/eco/panne"
    )
    assert len({Told(each).story for each in (one, other, article)}) == 1
    assert len({Told(each).wording for each in (one, other, article)}) == 3


def test_quotes_of_one_post_are_one_story() -> None:
    """Quotes are told by the post that they quote, of which only the id is known."""
    one = post("Regardez ce qu'ils osent écrire", "a", kind=PostKind.QUOTE, root="p1")
    other = post("So this is how they treat people", "b", kind=PostKind.QUOTE, root="p1")
    assert Told(one).story == Told(other).story == story_of_post("p1")
    assert Told(post("Regardez ce qu'ils osent écrire", "c", kind=PostKind.QUOTE, root="p2")).story != Told(one).story


def test_a_reply_of_a_few_words_belongs_to_its_thread() -> None:
    """Who has little to say speaks of what they reply to; who says more tells their own story."""
    short, long = post("pareil !", "a", kind=PostKind.REPLY, root="p1"), post(SAID, "b", kind=PostKind.REPLY, root="p1")
    assert Told(short).story == story_of_post("p1")
    assert Told(long).story == Told(post(SAID, "c")).story
    assert Told(short).wording != Told(post("pareil !", "d", kind=PostKind.REPLY, root="p1")).wording


def test_complaints_that_begin_alike_are_different_voices() -> None:
    """The wording takes every letter into account."""
    assert Told(post(SAID + " depuis lundi")).wording != Told(post(SAID + " depuis mardi")).wording
    assert Told(post(SAID.upper() + " !!!", "b")).wording == Told(post(SAID, "a")).wording


@given(st.text(max_size=300), st.text(max_size=30))
def test_no_text_raises_and_the_id_is_pure(text: str, name: str) -> None:
    """Any text has a story of 32 hex digits, the same every time."""
    for kind in (PostKind.POST, PostKind.QUOTE):
        first = Told(post(text, name, kind=kind, root=name)).story
        assert first == Told(post(text, name, kind=kind, root=name)).story
        assert len(first) == 32


@given(st.lists(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=9), max_size=40))
def test_the_anchor_is_part_of_the_text(words: list[str]) -> None:
    """What a text is known by is at most so many of its letters, in their order."""
    found = anchored(words)
    assert found in "".join(words)
    assert len(found) == min(len("".join(words)), KEPT)


def test_nothing_but_tags_is_still_something() -> None:
    """A post of hashtags alone is told by them."""
    assert letters("#boycott #acme #scandale") == ["boycott", "acme", "scandale"]
    assert len("".join(letters("#boycott #acme"))) < OWN_WORDS


def test_a_copy_that_lost_its_link_is_still_found() -> None:
    """Incidents fold on any story that a post tells: of its text, of its link, and of those who quote it."""
    linked, bare = post(SAID + " https://journal.example/eco/panne", "a"), post(SAID, "b")
    other_paper = post(SAID + " https://other.example/acme/panne", "c")
    long = post(
        "Je n'ai jamais vu une entreprise traiter ses clients ainsi, lisez https://journal.example/eco/panne", "d"
    )
    quote = post("So this is how they treat people", "e", kind=PostKind.QUOTE, root="a")
    assert Told(linked).story == Told(bare).story == Told(other_paper).story
    assert Told(long).story != Told(linked).story
    assert set(Told(long).stories) & set(Told(linked).stories)
    assert Told(quote).story in Told(linked).stories
    assert all(Told(each).stories[0] == Told(each).story for each in (linked, bare, long, quote))
