"""An alert names the crisis topic in the reader's language."""

import pytest

from alerts.render.catalogue import known, say
from models.risk.topics import TAXONOMY


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_topic_has_a_name_in_both_languages(locale: str) -> None:
    """No alert shows the bare key of a topic."""
    for topic in TAXONOMY:
        assert known(f"topic.{topic}")
        assert say(locale, f"topic.{topic}").strip()
