"""A matcher that does what `docs/queries.md` says, word by word and slowly; it shares no code with the real one.

It knows the letters that its tests use: Latin ones, a few look-alikes, emoji. Queries are trees, such as
`("and", ("word", "orange"), ("not", ("lang", "fr")))`; `written` says how a user would type one.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.matching.evaluation import DetectLanguage, Matchable
from models.matching.folding import Folding

Tree = tuple[Any, ...]
Span = tuple[int, int]
LOOKS_LIKE = {"о": "o", "а": "a", "е": "e", "р": "p", "с": "c", "О": "O", "А": "A", "ο": "o", "Ο": "O"}
UNSEEN = "\u200b\u200c\u200d\u00ad\ufe0f🏻🏼🏽🏾🏿"


def written(tree: Tree) -> str:
    """The tree as a query."""
    match tree:
        case ("word" | "strict" | "tag" | "lang" | "source" | "site" as kind, text):
            sign = {"strict": "=", "lang": "lang:", "source": "source:", "site": "site:"}.get(kind, "")
            return f'{sign}"{text}"' if " " in text else f"{sign}{text}"
        case ("near", left, right, distance):
            return f"({written(left)} NEAR/{distance} {written(right)})"
        case ("not", child):
            return f"(NOT {written(child)})"
        case (operator, left, right):
            return f"({written(left)} {operator.upper()} {written(right)})"
    raise AssertionError(tree)


class NaiveMatcher:
    """Same answers as the real matcher, by reading each post for each brand."""

    def __init__(self, queries: Mapping[str, tuple[Tree, Folding]]) -> None:
        self._queries = queries

    def match(self, posts: Sequence[Matchable], detect: DetectLanguage) -> list[tuple[str, ...]]:
        return [
            tuple(sorted(brand for brand, (tree, fold) in self._queries.items() if _true(tree, post, fold, detect)))
            for post in posts
        ]


def _true(tree: Tree, post: Matchable, fold: Folding, detect: DetectLanguage) -> bool:
    match tree:
        case ("lang", codes):
            return detect(post.text, post.language) in codes.split(",")
        case ("source", names):
            return bool({post.source.lower(), post.network.lower()} & set(names.split(",")))
        case ("site", domain):
            hosts = [_host(part) for part in [*post.text.split(), post.url or ""] if "." in part]
            return any(host == domain or host.endswith("." + domain) for host in hosts)
        case ("not", child):
            return not _true(child, post, fold, detect)
        case ("and", left, right):
            return _true(left, post, fold, detect) and _true(right, post, fold, detect)
        case ("or", left, right):
            return _true(left, post, fold, detect) or _true(right, post, fold, detect)
        case ("near", left, right, distance):
            pairs = [(a, b) for a in _spans(left, post.text, fold) for b in _spans(right, post.text, fold)]
            return any(max(b[0] - a[1], a[0] - b[1]) - 1 <= distance for a, b in pairs)
    return bool(_spans(tree, post.text, fold))


def _host(part: str) -> str:
    """The host of a link, or of a word that may be one."""
    link = part.split("://")[-1]
    return "".join(c if c.isalnum() or c in ".-" else " " for c in link).split(" ")[0].strip(".").lower()


@dataclass
class _Reading:
    """The words of a text, and each tag with the number of the word that it begins with."""

    words: list[str]
    tags: list[tuple[str, int]]


def _spans(tree: Tree, text: str, fold: Folding) -> list[Span]:
    """First and last word of each place where a word, phrase or tag stands."""
    kind, wanted = tree
    reading = _read(text, confusables=fold.confusables)
    alike = _strictly if kind == "strict" else _folded(fold)
    open_end = wanted.endswith("*")
    query = _read(wanted.rstrip("*"), confusables=fold.confusables)
    if kind == "tag":
        tag = query.tags[0][0]
        return [(at, at) for each, at in reading.tags if _same([tag], [each], alike, open_end)]
    width = len(query.words)
    found = [
        (i, i + width - 1)
        for i in range(len(reading.words) - width + 1)
        if _same(query.words, reading.words[i : i + width], alike, open_end)
    ]
    for tag, at in reading.tags:
        for parts in _inside(tag):
            places = range(len(parts) - width + 1)
            found += [(at, at) for i in places if _same(query.words, parts[i : i + width], alike, open_end)]
    return found


def _inside(tag: str) -> list[list[str]]:
    """The words that people may see in a hashtag in CamelCase; two or three humps may be one name."""
    pieces = [p for p in tag[1:].split("_") if p]
    humps = [_camel(piece, numbers_only=False) for piece in pieces]
    if tag[0] != "#" or all(len(each) == 1 for each in humps):
        return []
    names = [["".join(each[i : i + n])] for each in humps for n in (2, 3) for i in range(len(each) - n + 1)]
    numbers = [part for piece in pieces for part in _camel(piece, numbers_only=True)]
    return [[part for each in humps for part in each], numbers if len(numbers) > 1 else [], *names]


def _same(wanted: list[str], words: list[str], alike: Callable[[str], str], open_end: bool) -> bool:
    left, right = [alike(w) for w in wanted], [alike(w) for w in words]
    return left[:-1] == right[:-1] and (right[-1].startswith(left[-1]) if open_end else right[-1] == left[-1])


def _strictly(word: str) -> str:
    return word


def _folded(fold: Folding) -> Callable[[str], str]:
    def alike(word: str) -> str:
        if fold.case:
            word = word.lower().replace("ß", "ss")
        if fold.accents:
            letters = unicodedata.normalize("NFD", word.replace("œ", "oe").replace("Œ", "OE"))
            word = "".join(c for c in letters if unicodedata.category(c) != "Mn")
        return word

    return alike


def _read(text: str, *, confusables: bool) -> _Reading:
    text = unicodedata.normalize("NFC", "".join(c for c in text if c not in UNSEEN))
    kept = [p for p in text.split() if not p.startswith(("http", "www.")) and ("@" not in p[1:] or p[0] in "@#'(")]
    reading = _Reading([], [])
    for part in kept:
        word = ""
        for i, char in enumerate(part + " "):
            before = part[i - 1] if i else " "
            if char in "#@" and not (before.isalnum() or before in "_@#&/") and part[i + 1 : i + 2].isalnum():
                reading.tags.append((_tag(part[i:], confusables=confusables), len(reading.words)))
            if char.isalnum():
                word += char
                continue
            if word:
                reading.words.append(_seen(word) if confusables else word)
            word = ""
            if ord(char) >= 0x2300:
                reading.words.append(char)
    return reading


def _tag(rest: str, *, confusables: bool) -> str:
    end = next((i for i, c in enumerate(rest) if i and not (c.isalnum() or c == "_")), len(rest))
    return rest[0] + "_".join(_seen(w) if confusables else w for w in rest[1:end].split("_"))


def _seen(word: str) -> str:
    """A word that mixes alphabets, in Latin where all of it can be; run by run of letters, since digits divide."""
    runs = [""]
    for char in word:
        if runs[-1] and runs[-1][-1].isdigit() != char.isdigit():
            runs.append("")
        runs[-1] += char
    return "".join(map(_latin, runs))


def _latin(run: str) -> str:
    strange = [c for c in run if c > "\u036f"]
    if not strange or len(strange) == len(run) or any(c not in LOOKS_LIKE for c in strange):
        return run
    return "".join(LOOKS_LIKE.get(c, c) for c in run)


def _camel(piece: str, *, numbers_only: bool) -> list[str]:
    parts, start = [], 0
    for i in range(1, len(piece)):
        a, b, after = piece[i - 1], piece[i], piece[i + 1 : i + 2]
        hump = (a.islower() and b.isupper()) or (a.isupper() and b.isupper() and after.islower())
        if (hump and not numbers_only) or a.isdigit() != b.isdigit():
            parts.append(piece[start:i])
            start = i
    return [*parts, piece[start:]]
