"""Stories: copies, links and quotes are one; other texts are others; and what is said is kept apart from it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Author, Post, PostKind
from models.stories import KEPT, OWN_WORDS, anchored, letters, stories_of, story_of, story_of_post, wording_of

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
    assert story_of(post(copy, "b")) == story_of(post(SAID))


@pytest.mark.parametrize("other", ["Acme a retrouvé mon colis, merci à toute l'équipe !", "", "😡", "@acme", "nul"])
def test_other_texts_are_other_stories(other: str) -> None:
    """Other words are another story, and so is a remark too short to be recognised."""
    assert story_of(post(other, "b")) != story_of(post(SAID))
    assert story_of(post(other, "b")) != story_of(post("non", "c"))


def test_one_link_is_one_story_in_many_voices() -> None:
    """Comments on one article tell one story, in as many wordings; the article itself tells it too."""
    one = post("Quelle honte, lisez ça https://www.journal.example/eco/panne?utm_source=x", "a")
    other = post("I will never buy from them again (https://m.journal.example/eco/panne)", "b")
    article = post(
        "Panne chez Acme. Tout est à l'arrêt.", "c", kind=PostKind.ARTICLE, url="https://journal.example/eco/panne"
    )
    assert len({story_of(each) for each in (one, other, article)}) == 1
    assert len({wording_of(each) for each in (one, other, article)}) == 3


def test_quotes_of_one_post_are_one_story() -> None:
    """Quotes are told by the post that they quote, of which only the id is known."""
    one = post("Regardez ce qu'ils osent écrire", "a", kind=PostKind.QUOTE, root="p1")
    other = post("So this is how they treat people", "b", kind=PostKind.QUOTE, root="p1")
    assert story_of(one) == story_of(other) == story_of_post("p1")
    assert story_of(post("Regardez ce qu'ils osent écrire", "c", kind=PostKind.QUOTE, root="p2")) != story_of(one)


def test_a_reply_of_a_few_words_belongs_to_its_thread() -> None:
    """Who has little to say speaks of what they reply to; who says more tells their own story."""
    short, long = post("pareil !", "a", kind=PostKind.REPLY, root="p1"), post(SAID, "b", kind=PostKind.REPLY, root="p1")
    assert story_of(short) == story_of_post("p1")
    assert story_of(long) == story_of(post(SAID, "c"))
    assert wording_of(short) != wording_of(post("pareil !", "d", kind=PostKind.REPLY, root="p1"))


def test_complaints_that_begin_alike_are_different_voices() -> None:
    """The wording takes every letter into account."""
    assert wording_of(post(SAID + " depuis lundi")) != wording_of(post(SAID + " depuis mardi"))
    assert wording_of(post(SAID.upper() + " !!!", "b")) == wording_of(post(SAID, "a"))


@given(st.text(max_size=300), st.text(max_size=30))
def test_no_text_raises_and_the_id_is_pure(text: str, name: str) -> None:
    """Any text has a story of 32 hex digits, the same every time."""
    for kind in (PostKind.POST, PostKind.QUOTE):
        first = story_of(post(text, name, kind=kind, root=name))
        assert first == story_of(post(text, name, kind=kind, root=name))
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
    assert story_of(linked) == story_of(bare) == story_of(other_paper)
    assert story_of(long) != story_of(linked)
    assert set(stories_of(long)) & set(stories_of(linked))
    assert story_of(quote) in stories_of(linked)
    assert all(stories_of(each)[0] == story_of(each) for each in (linked, bare, long, quote))
