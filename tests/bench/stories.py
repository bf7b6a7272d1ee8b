"""Which posts tell one story? Recall and precision of story ids: `python -m tests.bench.stories`.

Prints JSON lines. `changed`: posts from five corpora, each beside a copy that was changed as people and programs change
copies; the part that kept its story. `links`: one address in many spellings, beside two remarks or (`_opinions`) two
opinions. `fcc`: pairs of comments of one copied
letter (recall), and of two different letters (false). `real`: all pairs of one corpus that are near copies by an exact
comparison (sets of five-letter runs: Jaccard at least 0.8), and of those with one story the part that resembles
(containment at least 0.5; posts that pass on one link in other words do not). `different`: random pairs of one corpus.
`lookalikes`: what apps and bots write with one template and other facts, which are different stories.

`ours` is the story's id; `folded`, as incidents fold: by any of the stories that the posts tell. Peers in the same run:
`exact`, the text without case, signs, names and links; `minhash`, datasketch's MinHash with 128 permutations over runs
of five letters, same story from a Jaccard of 0.7 (pairs; it names no story). `among_*_kept_*`: the text alone, known by
other numbers of letters from one of so many first words (1: simply the first letters); the shipped numbers were chosen
on the even posts, and `changed` is of the odd.
"""

import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import combinations
from typing import Any, Final

from models.records import Author, Post, PostKind
from models.sentiment.classifier import clean
from models.stories import OWN_WORDS, Told, anchored, letters
from tests.bench._corpora import DATA, SAME, fcc, organic

OTHERS: Final = ((1, 32), (1, 48), (1, 64), (8, 24), (8, 32), (8, 40), (12, 32))
AT: Final = datetime(2026, 1, 5, tzinfo=UTC)
Pair = tuple[str, str]
_LINK: Final = re.compile(r"https?://\S+")
Judge = Callable[[str, str], bool]


def post(text: str, name: str = "a") -> Post:
    return Post(id=name, source="s", network="n", author=Author(id="u"), text=text, created_at=AT, seen_at=AT)


def ours(one: str, other: str) -> bool:
    return Told(post(one, "a")).story == Told(post(other, "b")).story


def folded(one: str, other: str) -> bool:
    """As incidents fold: by the story, or by that of the text alone."""

    return bool(set(Told(post(one, "a")).stories) & set(Told(post(other, "b")).stories))


def exact(one: str, other: str) -> bool:
    def bare(text: str) -> str:
        return re.sub(r"@user|\bhttp\b|[\W_]+", "", clean(text).lower())

    return len(bare(one)) >= OWN_WORDS and bare(one) == bare(other)


def known_by(among: int, kept: int) -> Judge:
    def same(one: str, other: str) -> bool:
        a, b = anchored(letters(one), among, kept), anchored(letters(other), among, kept)
        return len(a) >= OWN_WORDS and a == b

    return same


def minhash() -> Judge | None:
    try:
        from datasketch import MinHash
    except ImportError:
        return None
    seen: dict[str, Any] = {}

    def sketch(text: str) -> Any:
        if text not in seen:
            seen[text] = MinHash(num_perm=128)
            seen[text].update_batch([run.encode("utf-8", "replace") for run in runs(text)])
        return seen[text]

    return lambda one, other: sketch(one).jaccard(sketch(other)) >= 0.7


def runs(text: str) -> frozenset[str]:
    """The runs of five letters of a text without names and links."""
    bare = re.sub(r"@user|\bhttp\b|[\W_]+", "", clean(text).lower())
    return frozenset(bare[i : i + 5] for i in range(max(len(bare) - 4, 1)))


def changes(chance: random.Random) -> dict[str, Callable[[str], str]]:
    """How copies are changed, by name."""
    words = ["so true", "lol", "smh", "c'est fou", "à lire", "wow just wow"]
    tags = ["#fail", "#news", "#scandale", "#customerservice"]
    return {
        "cut": lambda t: t if len(t) < 90 else t[: chance.randrange(80, max(81, len(t) - 5))].rstrip() + "…",
        "cut-dots": lambda t: t if len(t) < 90 else t[: chance.randrange(80, max(81, len(t) - 5))] + " ...",
        "rt": lambda t: f"RT @someone{chance.randrange(99)}: {t}",
        "rt-cut": lambda t: f"RT @someone: {t}"[:137] + "...",
        "comment-rt": lambda t: f"{chance.choice(words)} RT @someone: {t}",
        "via": lambda t: f"{t} via @paper{chance.randrange(99)}",
        "tags": lambda t: f"{t} {' '.join(chance.sample(tags, 2))}",
        "tags-first": lambda t: f"{chance.choice(tags)} {t}",
        "names": lambda t: f"{t} @acme @someone",
        "name-first": lambda t: f"@acme {t}",
        "quoted": lambda t: f"“{t}”",
        "quoted-name": lambda t: f'"@someone: {t}" {chance.choice(words)}',
        "guillemets": lambda t: f"« {t} »",
        "emoji": lambda t: f"🔥🔥 {t} 😡",
        "capitals": lambda t: outside_links(t, str.upper),
        "accents": lambda t: t.translate(str.maketrans("éèêàùçîôâ", "eeeaucioa")),
        "punctuation": lambda t: outside_links(t, lambda said: said.replace(".", "!").replace(",", " -")) + " !!!",
        "link": lambda t: f"{_LINK.sub('', t)} https://t.co/{chance.randrange(10**9):x}",
        "comment-after": lambda t: f"{t} {chance.choice(words)}",
        "comment-first": lambda t: f"{chance.choice(words)}: {t}",
        "one-word-other": lambda t: other_word(t, chance),
        "typo": lambda t: typo(t, chance),
    }


def outside_links(text: str, change: Callable[[str], str]) -> str:
    said, kept = _LINK.split(text), _LINK.findall(text)
    return "".join(change(part) + link for part, link in zip(said, [*kept, ""], strict=True))


def other_word(text: str, chance: random.Random) -> str:
    parts = text.split(" ")
    parts[chance.randrange(len(parts))] = chance.choice(("thing", "vraiment", "people", "jamais", "station", "quelque"))
    return " ".join(parts)


def typo(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def changed(posts: list[str], judge: Judge) -> dict[str, float]:
    found = {}
    for name, change in changes(random.Random(7)).items():
        found[name] = rate(judge, ((text, change(text)) for text in posts))
    return found


def rate(judge: Judge, pairs: Iterable[Pair]) -> float:
    verdicts = [judge(one, other) for one, other in pairs]
    return round(sum(verdicts) / max(len(verdicts), 1), 4)


REMARKS: Final = ("Incroyable ce que fait Acme", "I had no idea. Worth a read")
OPINIONS: Final = (
    "Je n'ai jamais vu une entreprise traiter ses clients avec autant de mépris, c'est à lire",
    "My mother has been a customer of theirs for thirty years and this is what she gets for it",
)


def spellings(one: str, other: str) -> list[Pair]:
    """Two texts, one with an address, one with another spelling of it."""
    base = "https://www.journal.example/economie/2026/01/05/panne-acme"
    others = [
        "http://journal.example/economie/2026/01/05/panne-acme/",
        base + "?utm_source=twitter&utm_medium=social",
        base + "?fbclid=IwAR0x&at_medium=custom7",
        base + "#Echobox=1700000000",
        base + "#xtor=AL-32280270",
        "https://m.journal.example/economie/2026/01/05/panne-acme",
        "https://amp.journal.example/economie/2026/01/05/panne-acme",
        base + "/amp/",
        base + ".amp.html",
        "https://www.google.com/amp/s/www.journal.example/economie/2026/01/05/panne-acme",
        "https://www-journal-example.cdn.ampproject.org/c/s/www.journal.example/economie/2026/01/05/panne-acme",
        base.upper()
        .replace("HTTPS://WWW.JOURNAL.EXAMPLE/ECONOMIE", "https://WWW.Journal.example/economie")
        .replace("PANNE-ACME", "panne-acme"),
    ]
    pairs = [(base, spelling) for spelling in others]
    video = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    for spelling in ("https://youtu.be/dQw4w9WgXcQ?t=3", "https://m.youtube.com/watch?feature=share&v=dQw4w9WgXcQ"):
        pairs.append((video, spelling))
    pairs.append(("https://twitter.com/lea/status/12345/photo/1", "https://x.com/lea/status/12345?s=20"))
    return [(f"{one} {a}", f"{other} {b}") for a, b in pairs]


def other_links() -> list[Pair]:
    """Pairs of addresses that lead to different things."""
    pairs = [
        ("https://a.example/x?id=1", "https://a.example/x?id=2"),
        ("https://a.example/2026/panne", "https://a.example/2026/grève"),
        ("https://a.example/panne", "https://b.example/panne"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/aaaaaaaaaaa"),
        ("https://x.com/lea/status/1", "https://x.com/lea/status/2"),
        ("https://acme.example", "https://acme.example/"),
        ("https://t.co/abc", "https://t.co/abd"),
    ]
    return [(f"My bag is lost and nobody answers {a}", f"The food was rather good today {b}") for a, b in pairs]


def lookalikes(n: int = 3_000) -> list[Pair]:
    """Pairs that one template made of different facts."""
    chance = random.Random(11)
    places = ["Starbucks Coffee", "Gare de Lyon", "Terminal 2", "Blue Bottle", "Chez Paul", "Whole Foods", "Gate B12"]
    cities = ["San Francisco, CA", "Paris, Île-de-France", "Lyon", "Chicago, IL", "Montréal, Québec", "Leeds"]
    people = ["Léa", "Marcus", "Ines", "Bob Martin", "J. Keene", "Rosa"]
    templates: list[Callable[[], str]] = [
        lambda: f"I'm at {chance.choice(places)} in {chance.choice(cities)}",
        lambda: (
            f"Flight AC{chance.randrange(100, 999)} to {chance.choice(cities)} is delayed by {chance.randrange(2, 9)} h"
        ),
        lambda: f"Acme stock at {chance.randrange(100, 999)}.{chance.randrange(10, 99)} ({chance.randrange(1, 9)} %)",
        lambda: f"Le train {chance.randrange(1000, 9999)} vers {chance.choice(cities)} est supprimé",
        lambda: f"Happy birthday {chance.choice(people)}! All the best from {chance.choice(cities)}",
        lambda: f"Now playing: {chance.choice(people)} – Live at {chance.choice(places)}",
        lambda: f"{chance.choice(cities)}: {chance.randrange(-9, 39)} °C, wind {chance.randrange(99)} km/h, no rain",
        lambda: f"Bonjour {chance.choice(people)}, envoyez-nous votre numéro de dossier {chance.randrange(10**6)} svp",
        lambda: f"Hi {chance.choice(people)}, sorry to hear about your flight {chance.randrange(999)}. Please DM us.",
        lambda: (
            f"I rated {chance.choice(places)} {chance.randrange(1, 9)} stars: read my review of {chance.choice(places)}"
        ),
        lambda: (
            "The following flight was cancelled by Acme Airlines this morning because of the weather: "
            f"AC{chance.randrange(100, 999)} to {chance.choice(cities)}"
        ),
    ]
    pairs = []
    while len(pairs) < n:
        template = chance.choice(templates)
        one, other = template(), template()
        if letters(one) != letters(other):
            pairs.append((one, other))
    return pairs


def campaigns() -> tuple[list[Pair], list[Pair]]:
    """Pairs of comments to the FCC: (of one copied letter, of two different ones)."""
    clusters, chance = fcc(), random.Random(3)
    same: list[Pair] = []
    for name in SAME:
        pairs = list(combinations(clusters[name], 2))
        same += chance.sample(pairs, min(len(pairs), 60))
    other: list[Pair] = []
    for a, b in combinations((*SAME, "-1"), 2):
        other += [(chance.choice(clusters[a]), chance.choice(clusters[b])) for _ in range(100)]
    other += two(clusters["-1"], 1_000, chance)
    return same, other


def two(texts: list[str], n: int, chance: random.Random) -> list[Pair]:
    """Random pairs of different texts."""
    pairs = [chance.sample(texts, 2) for _ in range(n)]
    return [(one, other) for one, other in pairs if one != other]


def real(texts: list[str]) -> dict[str, float | int]:
    """Near copies that are in a corpus: how many keep one story, and how alike those with one story are."""
    sets = [runs(text) for text in texts]
    near = [(i, j) for i, j in _candidates(sets) if len(sets[i]) >= OWN_WORDS and _jaccard(sets[i], sets[j]) >= 0.8]
    stories: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        stories[Told(post(text, str(at))).story].append(at)
    joined = [pair for members in stories.values() for pair in combinations(members[:12], 2)]
    alike = [_contained(sets[i], sets[j]) >= 0.5 for i, j in joined]
    return {
        "near_copies": len(near),
        "recall": round(sum(ours(texts[i], texts[j]) for i, j in near) / max(len(near), 1), 4),
        "recall_folded": round(sum(folded(texts[i], texts[j]) for i, j in near) / max(len(near), 1), 4),
        "recall_exact": round(sum(exact(texts[i], texts[j]) for i, j in near) / max(len(near), 1), 4),
        "joined": len(joined),
        "alike": round(sum(alike) / max(len(alike), 1), 4),
    }


def _candidates(sets: list[frozenset[str]]) -> set[tuple[int, int]]:
    """Pairs that share a rare run; those of a Jaccard of 0.8 share many."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(sets):
        for run in each:
            places[run].append(at)
    return {pair for members in places.values() if len(members) <= 12 for pair in combinations(members, 2)}


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def _contained(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / min(len(a), len(b))


def quotes() -> dict[str, bool]:
    """Quotes of one post in other words: one story; of two posts: two."""

    def quote(text: str, root: str) -> Post:
        return Post(id=text, source="s", network="n", author=Author(id="u"), text=text, created_at=AT, seen_at=AT,
                    kind=PostKind.QUOTE, parent_id=root, root_id=root)  # fmt: skip

    one, other, third = quote("Look at this mess", "p1"), quote("Ils se moquent de nous", "p1"), quote("Look!", "p2")
    return {"same": Told(one).story == Told(other).story, "different": Told(one).story != Told(third).story}


def main() -> None:
    if not DATA.is_dir():
        sys.stdout.write("skipped: no ../shared/data\n")
        return
    corpora = organic()
    chance = random.Random(5)
    pool = [text for texts in corpora.values() for text in chance.sample(texts, 600)]
    even, odd = ([t for t in pool[part::2] if len("".join(letters(t))) >= OWN_WORDS] for part in (0, 1))
    different = {name: two(texts, 4_000, chance) for name, texts in corpora.items()}
    alike, (same, others) = lookalikes(), campaigns()
    judges: dict[str, Judge] = {"ours": ours, "folded": folded, "exact": exact}
    judges |= {f"among_{among}_kept_{kept}": known_by(among, kept) for among, kept in OTHERS}
    if (peer := minhash()) is not None:
        judges["minhash"] = peer
    for name, judge in judges.items():
        share = 1 if name != "minhash" else 8
        found = changed(odd[::share], judge)
        line: dict[str, Any] = {
            "bench": "stories", "judge": name, "posts": len(odd[::share]),
            "changed": round(sum(found.values()) / len(found), 4), "changed_by": found,
            "changed_even": round(sum((by := changed(even[:: share * 2], judge)).values()) / len(by), 4),
            "fcc_recall": rate(judge, same), "fcc_false": rate(judge, others),
            "different_false": {c: rate(judge, pairs[::share]) for c, pairs in different.items()},
            "lookalikes_false": rate(judge, alike[::share]),
        }  # fmt: skip
        if name in ("ours", "folded", "exact"):
            line |= {
                "links": rate(judge, spellings(*REMARKS)),
                "links_opinions": rate(judge, spellings(*OPINIONS)),
                "links_false": rate(judge, other_links()),
            }
        sys.stdout.write(json.dumps(line) + "\n")
    for name in ("airline", "deft", "sanders", "semeval"):
        sys.stdout.write(json.dumps({"bench": "stories", "real": name, **real(corpora[name])}) + "\n")
    sys.stdout.write(json.dumps({"bench": "stories", "quotes": quotes()}) + "\n")


if __name__ == "__main__":
    main()
