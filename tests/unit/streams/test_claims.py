"""Claims: any value of any type becomes a typed one, None, or a refusal."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import claims

ANY_TEXT = st.text(st.characters(), max_size=200)
"""Surrogates and controls included."""
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.binary(max_size=20) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)


@given(ANYTHING)
def test_no_claim_raises_anything_but_a_refusal(value: object) -> None:
    """Whatever a source says, a claim is typed, None or refused."""
    for claim in (claims.text, claims.moment):
        try:
            claim(value)
        except claims.Refused as refused:
            assert refused.reason
    count = claims.count(value)
    assert count is None or 0 <= count <= claims.MAX_COUNT
    assert "\n" not in claims.label(value)
    link = claims.link(value)
    assert link is None or link.startswith(("http", "HTTP"))
    claims.language(value)
    claims.brands(value)
    claims.sentiment(value)
    identity = claims.identity(value, "net")
    assert identity is None or identity.startswith("net:")


@given(ANY_TEXT)
def test_text_is_clean_and_cleaning_it_again_changes_nothing(value: str) -> None:
    """Clean text is NFC, encodable, free of control characters, and stays as it is when admitted again."""
    clean, _ = claims.text(value)
    assert clean == unicodedata.normalize("NFC", clean)
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in clean if c not in "\n\t")
    clean.encode("utf-8")
    assert claims.text(clean) == (clean, ())


@given(st.integers(160_000_000_000, 7_000_000_000_000), st.integers(-14, 14))
def test_a_time_is_the_same_however_it_is_written(ms: int, offset_h: int) -> None:
    """ISO with any offset and epochs of any unit give the same moment, in UTC."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    elsewhere = moment.astimezone(timezone(timedelta(hours=offset_h)))
    for written in (elsewhere.isoformat(), elsewhere, ms, str(ms), ms * 1_000, ms * 1_000_000, str(ms * 1_000)):
        assert claims.moment(written) == moment
        assert claims.moment(written).tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        "2015-02-22T07:00:00Z",
        "2015-02-22 07:00",
        "Sun, 22 Feb 2015 08:00:00 +0100",
        "Sun Feb 22 07:00:00 +0000 2015",
        1424588400,
        "1424588400",
        1424588400.0,
    ],
)
def test_the_usual_ways_to_write_a_time(written: object) -> None:
    """ISO, RFC 2822, the old Twitter form and epochs are understood; no offset means UTC."""
    assert claims.moment(written) == datetime(2015, 2, 22, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", [True, float("nan"), float("inf"), 10**40, "soon", "1" * 5_000, [], {}, "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_time_is_refused(written: object) -> None:
    """Booleans, infinities, absurd numbers and words are no times."""
    with pytest.raises(claims.Refused) as caught:
        claims.moment(written)
    assert caught.value.reason == "bad-time"


def test_a_huge_text_is_truncated_and_says_so() -> None:
    """Of ten megabytes 20,000 characters are kept, quickly even when they are all combining marks."""
    kept, notes = claims.text("a" * 10_000_000)
    assert (len(kept), notes) == (claims.MAX_TEXT, ("truncated",))
    marks, notes = claims.text("e" + "\u0301\u0323" * 5_000_000)
    assert len(marks) <= 31
    assert "control-characters" in notes


def test_controls_go_and_joiners_stay() -> None:
    """NUL, escapes, lone surrogates and bidirectional overrides are taken out; emoji, Arabic and newlines survive."""
    assert claims.text("a\x00b\x1b[31m\ud800\u202ec") == ("ab[31m\ufffdc", ("control-characters",))
    family = "👨‍👩‍👧 مرحبا\nש"
    assert claims.text(family) == (family, ())
    assert claims.text("a\r\nb") == ("a\nb", ())


def test_lone_surrogates_in_json_do_not_lose_the_post() -> None:
    """An escape that no strict parser takes is let through to the cleaning of text."""
    value = claims.parse_json(b'{"text": "bad \\ud800 end"}')
    assert isinstance(value, dict)
    assert claims.text(value["text"])[0] == "bad \ufffd end"
    for raw in (b"{", b'"\\ud800', b"[" * 100_000, b"\xff", json.dumps("x").encode("utf-16")):
        with pytest.raises(claims.Refused):
            claims.parse_json(raw)


def test_links_are_http_only() -> None:
    """Scripts, files, data and things with blanks in them are no links."""
    assert claims.link(" https://a.example/x?y=1 ") == "https://a.example/x?y=1"
    hostile = ("javascript:alert(1)", "file:///etc/passwd", "data:,x", "http://", "http://a b", "http://[::1", "//x")
    assert [claims.link(each) for each in hostile] == [None] * len(hostile)


def test_given_sentiment() -> None:
    """Labels and probabilities are taken, and brought to a sum of one; anything else is left to the classifier."""
    label = claims.sentiment(" Negative ")
    assert label is not None
    assert label.label == "negative"
    scores = claims.sentiment({"negative": 0.2, "neutral": 0.1, "positive": 0.1})
    assert scores is not None
    assert scores.negative == pytest.approx(0.5)
    for unusable in ("meh", 3, {"negative": 0.2}, {"negative": -1, "neutral": 0, "positive": 2}, {}):
        assert claims.sentiment(unusable) is None
