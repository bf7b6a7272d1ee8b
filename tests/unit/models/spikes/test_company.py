"""Company: the demo's brigade is told from its public; friends are named, and forgotten."""

import msgspec

from models.coordination import FLAGGED, judge
from models.counts import key32
from models.records import Author, Mention, Post, Risk, Sentiment
from models.spikes.company import ADVOCATES, Company, voice_of
from streams.demo.story import plot, story
from tests.scenarios.neighbours import NEGATIVE, NEUTRAL, mention
from tests.unit.models.test_stories import SAID, post

POSITIVE = Sentiment(negative=0.0, neutral=0.1, positive=0.9)


def heard(posts: list[Post]) -> Company:
    company = Company()
    for each in posts:
        voice = voice_of(mention(msgspec.structs.replace(each, known_sentiment=NEGATIVE), "acme"))
        assert voice is not None
        company.hear(voice, key32(each.author.id), int(each.created_at.timestamp()), adverse=True)
    return company


def test_the_public_is_not_accused() -> None:
    """A hundred people who complain, some in nearly the same words, are no brigade."""
    made = plot(3)
    posts = [event for event in story(made) if isinstance(event, Post) and event.created_at > made.onset]
    public = [each for each in posts if not each.author.id.startswith("demo:troll")][:100]
    found = judge(heard(public).signs, mentions=True)
    assert found is not None
    assert found.score < FLAGGED


def test_a_brigade_is_told_with_its_reasons() -> None:
    """A few new accounts that paste one text at the pace of a machine: all of that is said."""
    trolls = [e for e in story(plot(3)) if isinstance(e, Post) and e.author.id.startswith("demo:troll")]
    found = judge(heard(trolls).signs, mentions=True)
    assert found is not None
    assert found.score > 0.9
    assert {"few-accounts", "copied-texts", "no-followers", "new-accounts"} <= {code for code, _ in found.reasons}


def voiced(handle: str, followers: int | None, sentiment: Sentiment = POSITIVE, *, risk: Risk | None = None) -> Mention:
    author = Author(id=handle, handle=handle, followers=followers)
    said = msgspec.structs.replace(post(SAID, handle), author=author, known_sentiment=sentiment)
    return mention(said, "acme", risk=risk)


def told(company: Company, *mentions: Mention, at_s: int = 60_000_000) -> Company:
    for each in mentions:
        voice = voice_of(each)
        if voice is not None:
            company.hear(voice, 1, at_s, adverse=each.adverse)
    return company


def test_friends_are_the_best_known_positive_voices() -> None:
    """Positive, named and followed; nobody neutral, unknown, unheard or at risk."""
    risky = voiced("risky", 9_000, risk=Risk(topic="legal", score=0.9))
    company = told(
        Company(), voiced("lea", 900), voiced("bob", 80_000), voiced("few", 20), voiced("none", None),
        voiced("neutral", 9_000, NEUTRAL), risky,
    )  # fmt: skip
    assert company.friends() == (("bob", 80_000), ("lea", 900))


def test_a_friend_who_complains_is_no_friend() -> None:
    """Who was positive this morning and complains now is not asked to help."""
    company = told(Company(), voiced("lea", 900), voiced("lea", 900, NEGATIVE))
    assert company.friends() == ()


def test_friends_are_few_and_forgotten_after_a_day() -> None:
    """Eight are kept, three are shown, and a day later none."""
    company = told(Company(), *(voiced(f"friend{n}", 1_000 + n) for n in range(50)))
    assert len(company.advocates) == ADVOCATES
    assert company.friends()[0] == ("friend49", 1_049)
    company.forget(1_000_000 + 1_439)
    assert len(company.friends()) == 3
    company.forget(1_000_000 + 1_440)
    assert company.friends() == ()
