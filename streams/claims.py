"""What a source claims, field by field: any value of any type becomes a typed one, None, or a refusal. Pure."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec

from models.records import Sentiment, digest

MAX_TEXT: Final = 20_000
"""Characters of a post's text that are kept."""
MAX_ID: Final = 512
MAX_URL: Final = 2_048
MAX_FOLLOWERS: Final = 5_000_000_000
"""More than there are people online: whoever claims it is not believed."""
MAX_COUNT: Final = 1_000_000_000_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMERIC: Final = re.compile(r"[+-]?\d{9,19}(\.\d{1,9})?")
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}(\.0+)?")
# C0 and C1 controls but tab and newline; bidirectional overrides, which can make an alert read backwards; and the
# byte order mark. Joiners and variation selectors stay: emoji and Persian need them.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_SUSPECT_RUN: Final = re.compile(r"[^\x00-\u02ff]{31}")
_MAX_MARKS: Final = 30
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9_-]{0,20})?")
_NETWORK: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_LABELS: Final = {
    "negative": (1.0, 0.0, 0.0),
    "neg": (1.0, 0.0, 0.0),
    "négatif": (1.0, 0.0, 0.0),
    "négative": (1.0, 0.0, 0.0),
    "negatif": (1.0, 0.0, 0.0),
    "neutral": (0.0, 1.0, 0.0),
    "neu": (0.0, 1.0, 0.0),
    "neutre": (0.0, 1.0, 0.0),
    "objective": (0.0, 1.0, 0.0),
    "positive": (0.0, 0.0, 1.0),
    "pos": (0.0, 0.0, 1.0),
    "positif": (0.0, 0.0, 1.0),
}


class Refused(Exception):
    """Why a raw post is not admitted: `reason` is a short code for metrics, `detail` a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def parse_json(raw: bytes) -> object:
    """The value that a JSON text holds; refuses everything else as `malformed`.

    Lone surrogates (`"\\ud800"`), which strict parsers reject, are let through: `text` replaces them.

    >>> parse_json(b'{"text": "hello"}')
    {'text': 'hello'}
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if b"\\ud" not in raw and b"\\uD" not in raw:
            raise Refused("malformed", str(error)) from error
    except RecursionError as error:
        raise Refused("malformed", "nested too deeply") from error
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused("malformed", str(error)) from error
    return value


def text(value: object) -> tuple[str, tuple[str, ...]]:
    """A post's text in NFC, without control characters and at most `MAX_TEXT` long, and notes on what was changed.

    Runs of combining marks are cut at 30, the bound of Unicode's Stream-Safe Text Format (UAX #15): normalising a
    longer one takes time that is quadratic in its length.

    >>> text("caf\\u0065\\u0301\\x00 ")
    ('café', ('control-characters',))
    """
    if value is None:
        return "", ()
    if not isinstance(value, str):
        raise Refused("bad-text", f"the text is of type {type(value).__name__}")
    whole = value[: 2 * MAX_TEXT]
    lines = whole.replace("\r\n", "\n").replace("\r", "\n")
    clean = _without_controls(lines)
    normal = unicodedata.normalize("NFC", clean).strip()
    kept = normal[:MAX_TEXT].rstrip()
    notes = []
    if clean != lines:
        notes.append("control-characters")
    if len(value) > len(whole) or len(normal) > MAX_TEXT:
        notes.append("truncated")
    return kept, tuple(notes)


def _without_controls(value: str) -> str:
    clean = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", value))
    return _few_marks(clean) if _SUSPECT_RUN.search(clean) else clean


def _few_marks(value: str) -> str:
    kept = []
    run = 0
    for char in value:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def label(value: object, limit: int = 200) -> str:
    """A short single line, such as a handle or a name; empty for what is neither text nor an integer."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value)[:limit] if abs(value) < 10**30 else ""
    line = " ".join(_without_controls(value[: 4 * limit]).split())
    return unicodedata.normalize("NFC", line)[:limit].rstrip()


def identity(value: object, network: str) -> str | None:
    """An id with its network before it; None where there is none. An overlong one is replaced by its digest.

    >>> identity("at://did:plc:1/app.bsky.feed.post/2", "bluesky")
    'bluesky:at://did:plc:1/app.bsky.feed.post/2'
    >>> identity("bluesky:at://x", "bluesky")
    'bluesky:at://x'
    """
    if isinstance(value, str) and len(value) > MAX_ID:
        return f"{network}:{digest('id', value)}"
    native = label(value, MAX_ID)
    if not native:
        return None
    return native if native.startswith(f"{network}:") else f"{network}:{native}"


def network(value: object, default: str) -> str:
    """The name of a network, in lower case; the source's own where the claim is no name."""
    name = label(value, 40).lower()
    return name if _NETWORK.fullmatch(name) else default


def moment(value: object) -> datetime:
    """A time in UTC: ISO 8601 with any offset (none: UTC), RFC 2822, or seconds, milli-, micro- or nanoseconds since
    1970, told apart by size. Refuses what is none (`no-time`) or no such thing (`bad-time`).

    >>> moment("2015-02-22T09:00:00+02:00").isoformat()
    '2015-02-22T07:00:00+00:00'
    >>> moment(1424588400) == moment("1424588400000") == moment("2015-02-22 07:00")
    True
    """
    if value is None or value == "":
        raise Refused("no-time", "there is no time of creation")
    try:
        found = _moment(value)
    except (ValueError, OverflowError, TypeError, IndexError) as error:
        raise Refused("bad-time", f"not a time: {str(value)[:80]!r} (write it as in 2026-03-01T12:00Z)") from error
    return found


YEARS: Final = range(1970, 2200)
"""When something can have been said or seen. At the calendar's own ends one step more is an overflow."""


def is_of_our_days(value: datetime) -> bool:
    """Whether reckoning with a time makes sense."""
    return value.year in YEARS


def optional_moment(value: object) -> datetime | None:
    """As `moment`, but None for what is no time."""
    try:
        return moment(value)
    except Refused:
        return None


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, bool):
        raise ValueError("a boolean")
    if isinstance(value, int | float):
        return _since_epoch(value)
    if not isinstance(value, str) or len(value) > 64:
        raise ValueError("neither text nor a number")
    stripped = value.strip()
    if _NUMERIC.fullmatch(stripped):
        return _since_epoch(float(stripped) if "." in stripped else int(stripped))
    try:
        return _utc(datetime.fromisoformat(stripped))
    except ValueError:
        return _utc(_in_words(stripped))


def _in_words(value: str) -> datetime:
    """`Sun, 22 Feb 2015 07:00:00 GMT` (RFC 2822) or `Sun Feb 22 07:00:00 +0000 2015`."""
    try:
        return parsedate_to_datetime(value)
    except ValueError:
        return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y")


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _since_epoch(value: float) -> datetime:
    size = abs(value)
    if not size < 1e19:  # also true of NaN
        raise ValueError("out of range")
    if size < 1e11:
        return _EPOCH + timedelta(seconds=value)
    if size < 1e14:
        return _EPOCH + timedelta(milliseconds=value)
    if size < 1e17:
        return _EPOCH + timedelta(microseconds=value)
    return _EPOCH + timedelta(microseconds=value // 1000)


def count(value: object, limit: int = MAX_COUNT) -> int | None:
    """A number of people or of acts; None for what is negative, absurd, or no whole number.

    >>> count("12"), count(-1), count(10**15), count("many")
    (12, None, None, None)
    """
    if isinstance(value, str):
        stripped = value.strip()
        if not _INTEGER.fullmatch(stripped):
            return None
        value = int(stripped.partition(".")[0])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and (not math.isfinite(value) or value != int(value)):
        return None
    return int(value) if 0 <= value <= limit else None


def link(value: object) -> str | None:
    """An http(s) address; None for every other scheme, and for what holds blanks or control characters."""
    if not isinstance(value, str) or len(value) > MAX_URL:
        return None
    stripped = value.strip()
    if not stripped or _SURROGATES.search(stripped) or _CONTROLS.search(stripped) or len(stripped.split()) != 1:
        return None
    try:
        parts = urlsplit(stripped)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return stripped if usable else None


def language(value: object) -> str | None:
    """The primary subtag of a BCP 47 tag, such as `fr` of `fr-CA`; None for anything else, `und` included."""
    found = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 32 else None
    if found is None:
        return None
    primary = found.group(1).lower()
    return None if primary == "und" else primary


def brands(value: object) -> tuple[str, ...] | None:
    """The brands that a source says a post is on; None where it does not say."""
    several = value if isinstance(value, list | tuple) else (value,)
    names = [label(each) for each in several[:100] if isinstance(each, str)]
    return tuple(dict.fromkeys(name for name in names if name)) or None


def sentiment(value: object) -> Sentiment | None:
    """A label (`negative`, `neutral`, `positive`, or in French) or the three probabilities; None for anything else."""
    if isinstance(value, str):
        found = _LABELS.get(value.strip().lower()[:20])
        return None if found is None else Sentiment(negative=found[0], neutral=found[1], positive=found[2])
    if not isinstance(value, Mapping):
        return None
    scores = [value.get(name) for name in ("negative", "neutral", "positive")]
    numbers = [float(s) for s in scores if isinstance(s, int | float) and not isinstance(s, bool) and 0 <= s <= 1]
    total = sum(numbers)
    if len(numbers) != 3 or total <= 0:
        return None
    return Sentiment(negative=numbers[0] / total, neutral=numbers[1] / total, positive=numbers[2] / total)
