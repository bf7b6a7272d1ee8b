"""What is told of a spike: the posts of its own time first, the line for logs, and why a brand is less sensitive."""

from datetime import UTC, datetime, timedelta

from models.records import Caution, Driver
from models.spikes.explain import Tally, best_drivers, own_first, sentence

START = datetime(2026, 3, 2, tzinfo=UTC)


def driver(name: str, minute: int, followers: int = 10, text: str = "") -> Driver:
    at = START + timedelta(minutes=minute)
    return Driver(post_id=name, author=name, excerpt=text or name, created_at=at, followers=followers)


def test_the_waves_own_posts_come_first() -> None:
    """However well known who complained before it began; among its own, the order by weight stays."""
    ranked = best_drivers([driver("old", 0, 90_000), driver("new", 50, 20), driver("big", 55, 5_000)])
    assert [d.post_id for d in ranked] == ["old", "big", "new"]
    assert [d.post_id for d in own_first(ranked, START + timedelta(minutes=45))] == ["big", "new", "old"]


def test_no_text_is_shown_twice() -> None:
    """Of copies, the one that carries furthest."""
    copies = [driver("a", 0, 10, "late"), driver("b", 1, 1_000, "late"), driver("c", 2, 10, "lost")]
    assert [d.post_id for d in best_drivers(copies)] == ["b", "c"]


def test_merged_tallies_tell_what_both_told() -> None:
    """Voices, words, reach and posts of two half-hours together; neither is changed."""
    first, second = Tally(), Tally()
    first.add(driver("a", 0, 100, "the bag is late"), "en", None)
    second.add(driver("b", 1, 200, "another bag lost"), "en", None)
    both = first.merged(second)
    assert (both.voices, both.reach, both.words.at_least("bag")) == (2, 300, 2)
    assert (first.voices, first.words.at_least("bag")) == (1, 1)


def test_the_line_says_why_it_took_more() -> None:
    """Only where humans called alarms false, with their number and until when."""
    figures = {"expected": 1.0, "upper": 3.0, "onset": START}
    plain = sentence(9, 8, 15, **figures)  # type: ignore[arg-type]
    caution = Caution(false_alarms=1, until=START + timedelta(days=30))
    wary = sentence(9, 8, 15, **figures, caution=caution)  # type: ignore[arg-type]
    assert wary == f"{plain}; less sensitive until 2026-04-01, because of 1 false alarm"
