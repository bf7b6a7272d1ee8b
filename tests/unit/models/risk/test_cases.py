"""The curated cases: complete, and judged no worse than before."""

from collections import Counter

import pytest

from models.risk.judge import risk_of
from models.risk.topics import TAXONOMY
from tests.risk_cases import NONE, PARTS, Case, cases


def scores(posts: list[Case]) -> tuple[float, float]:
    """Precision and recall."""
    flagged = [case for case in posts if risk_of(case.text, case.language) is not None]
    hits = sum(case.at_risk for case in flagged)
    return hits / len(flagged), hits / sum(case.at_risk for case in posts)


def test_the_cases_cover_every_topic_in_both_languages() -> None:
    """Eight of each topic in each part and language at least but for the test; look-alikes in all."""
    counts = Counter((case.part, case.language, case.topic) for case in cases())
    assert {case.topic for case in cases()} == {*TAXONOMY, NONE}
    assert {case.part for case in cases()} == set(PARTS)
    for language in ("en", "fr"):
        assert all(counts["known", language, topic] >= 8 for topic in TAXONOMY)
        assert all(counts["test", language, topic] >= 3 for topic in TAXONOMY)
        assert all(counts[part, language, NONE] >= 15 for part in PARTS)


def test_no_case_stands_twice() -> None:
    """A text in two parts would be learnt and tested."""
    assert max(Counter(case.text for case in cases()).values()) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_the_rules_were_built_on_they_know(language: str) -> None:
    """Nearly all known cases are seen, and hardly a look-alike is."""
    precision, recall = scores([case for case in cases("known") if case.language == language])
    assert precision >= 0.97
    assert recall >= 0.95
