"""Metrics follow Prometheus' naming rules, and each says what it means."""

import re

from tests.docs_tables import metrics


def test_names_follow_the_rules() -> None:
    """Every metric begins with `tocsin_`; counters end in `_total`; times are in seconds."""
    for name, kind, labels, _ in metrics():
        assert re.fullmatch(r"tocsin_[a-z_]+", name)
        assert (kind == "counter") == name.endswith("_total")
        assert not re.search(r"_(ms|millis|minutes|hours)(_|$)", name)
        assert len(labels) <= 3


def test_each_has_a_sentence() -> None:
    """The help text is a sentence, and no two metrics share a name."""
    every = list(metrics())
    assert all(text.endswith(".") and len(text) > 10 for *_, text in every)
    assert len({name for name, *_ in every}) == len(every) > 20
