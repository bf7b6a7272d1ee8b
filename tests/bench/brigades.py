"""Is a brigade found that is only a part of one cascade? `python -m tests.bench.brigades`.

Prints JSON lines. Hosts are organic cascades: Weibo (every twelfth of 20 shares or more; times only), auspol (from 20
shares on), the SEISMIC sample (runs of 500 shares) and replies and quotes to one tweet (runs of 200). What a host
does not tell is drawn: followers from auspol's, an age under thirty days for one account in twenty, texts of others
for every seventh share; handles that end in a number stand for one in seven, each stem once. To each a brigade is
added that makes up 10 to 80 % of all shares then, and the whole is judged at its end:

* `again`: accounts with followers, one for eight shares, that share again and again over the host's whole life;
* `burst`: within ten minutes, accounts of which seven in ten have no followers, and seven in ten are new;
* `drip`: the same accounts, over the host's whole life;
* `mixed`: within half an hour, accounts that share twice; four in ten have no followers, four in ten are new, three in
  ten of the shares are quotes of one letter;
* `copies`: quotes of one letter with a few words changed, within an hour;
* `numbered`: accounts with followers whose handles are one stem and a number, over the host's whole life;
* `timer`: a share every 20 seconds on the dot; `volleys`: eight in one second, every ten minutes;
* `crowd`: ordinary accounts within ten minutes. Nobody can tell these from people by one post: a check of the bench.

`organic`: per set of hosts, the part of them that is flagged at 10, 20, 50, 100 shares and at the end;
`elsewhere`: the part of all hosts, were their public of another kind, with more accounts that are new or have no
followers. Peers, each with
the threshold that flags at most 2 % of all hosts at their end: the share of the ten busiest accounts (`top10`), that of
accounts with fewer than five followers (`lonely`), and of quotes that equal another or share a run of five words with
one (`duplicates`). Ours is found from the score on at which alerts tell it; `ours_crossed`: from one on that flags at
most 2 % of one half of the hosts, tried on the other half. At 30 %, `told`: the part of them that is flagged at any
time, and `told_at`: in the median, which part of the brigade's shares has come by then.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final, NamedTuple

from models.coordination import FLAGGED, judge
from models.counts import key32
from models.phrases import phrases
from models.signs import Signs
from tests.bench._corpora import DATA, organic, rows
from tests.bench.coordination import Event, auspol, hinde, weibo

PARTS: Final = (0.1, 0.2, 0.3, 0.5, 0.8)
KINDS: Final = ("again", "burst", "drip", "mixed", "copies", "numbered", "timer", "volleys", "crowd")
CUTS: Final = (10, 20, 50, 100)
DAY_S: Final = 86_400


class Shared(NamedTuple):
    """One share; `stem` of a handle that ends in a number, `said` the phrases of a quote."""

    at: int
    account: int
    stem: int | None
    followers: int | None
    age_s: int | None
    said: tuple[int, ...] = ()


class Public:
    """Draws what hosts do not tell, and what a brigade is made of."""

    def __init__(self, followers: Sequence[int], texts: Sequence[str], seed: int) -> None:
        self.chance = random.Random(seed)
        self.followers, self.texts = followers, texts

    def person(self, event: Event) -> Shared:
        at, account, followers, text = event
        chance = self.chance
        said = phrases(text) if text else ()
        if not text and chance.random() < 1 / 7:
            said = phrases(chance.choice(self.texts))
        return Shared(
            at=at,
            account=account,
            stem=chance.randrange(2**32) if chance.random() < 1 / 7 else None,
            followers=chance.choice(self.followers) if followers is None else followers,
            age_s=self.age(0.05),
            said=said,
        )

    def age(self, young: float) -> int:
        days = 30 * self.chance.random() if self.chance.random() < young else self.chance.uniform(30, 4_000)
        return int(days * DAY_S)

    def bot(self, at: int, account: int, *, lonely: float = 0.0, young: float = 0.05, letter: float = 0.0) -> Shared:
        chance = self.chance
        few = chance.random() < lonely
        said: tuple[int, ...] = ()
        if chance.random() < letter:
            words = LETTER.split()
            for _ in range(2):
                words[chance.randrange(len(words))] = chance.choice(["really", "again", "people", "today"])
            said = phrases(" ".join(words))
        followers = chance.randrange(5) if few else chance.choice(self.followers)
        return Shared(at, account, None, followers, self.age(young), said)


LETTER: Final = (
    "we all know that this company has lied to its customers for many years and that nobody who works there cares "
    "about what becomes of those who believed them so please pass this on before they take it down"
)


def hosts() -> dict[str, list[list[Shared]]]:
    posts = auspol()
    public = Public(
        [followers for events in posts.values() for _, _, followers, _ in events if followers is not None],
        [text for texts in organic().values() for text in texts[:2_000]],
        seed=11,
    )
    replies = hinde()
    sample = rows("cascades", "seismic_sample", "tweet.csv")[1:]
    seismic = [(17 + int(float(row["delay_s"])), n, int(row["followers"]), "") for n, row in enumerate(sample)]
    found: dict[str, list[list[Event]]] = {
        "weibo": [events for events in weibo()[::12] if len(events) >= 20],
        "auspol": [sorted(events) for events in posts.values() if len(events) >= 20],
        "seismic": [seismic[at : at + 500] for at in range(0, len(seismic) - 499, 500)],
        "hinde": [replies[at : at + 200] for at in range(0, len(replies) - 199, 200)],
    }
    return {name: [[public.person(event) for event in events] for events in each] for name, each in found.items()}


def planted(host: list[Shared], kind: str, part: float, public: Public) -> list[Shared]:
    """The host with a brigade beside it that makes up `part` of all shares, in order of time."""
    chance = public.chance
    many = max(round(len(host) * part / (1.0 - part)), 1)
    begin = host[chance.randrange(len(host) // 2)].at
    life = sorted(chance.choice(host).at + chance.randrange(60) for _ in range(many))
    within = {"burst": 600, "crowd": 600, "mixed": 1_800, "copies": 3_600}.get(kind, 0)
    rush = sorted(begin + chance.randrange(max(within, 1)) for _ in range(many))
    new = [-1 - n for n in range(many)]
    troop = max(many // 8, 2)
    bots = {
        "again": lambda: [public.bot(at, -1 - n % troop) for n, at in enumerate(life)],
        "burst": lambda: [public.bot(at, a, lonely=0.7, young=0.7) for at, a in zip(rush, new, strict=True)],
        "drip": lambda: [public.bot(at, a, lonely=0.7, young=0.7) for at, a in zip(life, new, strict=True)],
        "mixed": lambda: [
            public.bot(at, -1 - n % max(many // 2, 2), lonely=0.4, young=0.4, letter=0.3) for n, at in enumerate(rush)
        ],
        "copies": lambda: [public.bot(at, a, letter=1.0) for at, a in zip(rush, new, strict=True)],
        "numbered": lambda: [public.bot(at, a)._replace(stem=7) for at, a in zip(life, new, strict=True)],
        "timer": lambda: [public.bot(begin + 20 * n, a) for n, a in enumerate(new)],
        "volleys": lambda: [public.bot(begin + n // 8 * 600, a) for n, a in enumerate(new)],
        "crowd": lambda: [public.bot(at, a) for at, a in zip(rush, new, strict=True)],
    }[kind]()
    return sorted([*host, *bots], key=lambda each: each.at)


def feed(found: Signs, share: Shared) -> None:
    copied = found.say(share.said)
    found.add(share.at, key32(str(share.account)), share.stem, share.followers, share.age_s, copied=copied)


def fed(shares: Sequence[Shared]) -> Signs:
    found = Signs()
    for share in shares:
        feed(found, share)
    return found


def told_at(shares: Sequence[Shared]) -> float | None:
    """Which part of the brigade's shares has come when the whole is first flagged, judged at every fifth share."""
    found, theirs = Signs(), 0
    for n, share in enumerate(shares, start=1):
        feed(found, share)
        theirs += share.account < 0
        if n % 5 == 0 and (judged := judge(found)) is not None and judged.score >= FLAGGED:
            return theirs / sum(each.account < 0 for each in shares)
    return None


def score(shares: Sequence[Shared]) -> float:
    judged = judge(fed(shares))
    return 0.0 if judged is None else judged.score


def top10(shares: Sequence[Shared]) -> float:
    return sum(n for _, n in Counter(each.account for each in shares).most_common(10)) / len(shares) - 10 / len(shares)


def lonely(shares: Sequence[Shared]) -> float:
    return sum(each.followers is not None and each.followers < 5 for each in shares) / len(shares)


def duplicates(shares: Sequence[Shared]) -> float:
    said = Counter(phrase for each in shares for phrase in each.said)
    return sum(any(said[phrase] > 1 for phrase in each.said) for each in shares) / len(shares)


PEERS: Final[dict[str, Callable[[Sequence[Shared]], float]]] = {
    "top10": top10,
    "lonely": lonely,
    "duplicates": duplicates,
}


def found_from(level: float, scores: Sequence[float]) -> float:
    return round(sum(each >= level for each in scores) / len(scores), 4)


def flagged(cascades: Sequence[Sequence[Shared]]) -> float:
    return found_from(FLAGGED, [score(each) for each in cascades])


def crossed(quiet: Sequence[float], scores: Sequence[float]) -> float:
    """What a threshold finds in each half of the hosts that lets 2 % of the other half through."""
    found = 0
    for half in (0, 1):
        calm = sorted(quiet[half::2])
        found += sum(each > calm[int(0.98 * len(calm))] for each in scores[1 - half :: 2])
    return round(found / len(scores), 4)


def calm(named: dict[str, list[list[Shared]]]) -> dict[str, Any]:
    report = {}
    for name, cascades in named.items():
        cut = {str(n): flagged([each[:n] for each in cascades if len(each) >= n]) for n in CUTS}
        report[name] = cut | {"end": flagged(cascades), "n": len(cascades)}
    return report


def elsewhere(every: Sequence[Sequence[Shared]]) -> dict[str, float]:
    """The part of all hosts that is flagged, were the public another: so many without followers, so many new."""
    chance, found = random.Random(3), {}
    for few, new in ((0.05, 0.05), (0.1, 0.1), (0.15, 0.05), (0.2, 0.05), (0.05, 0.2)):
        other = [
            [
                each._replace(
                    followers=chance.randrange(5) if chance.random() < few else max(each.followers or 0, 5),
                    age_s=DAY_S * (1 if chance.random() < new else 1_000),
                )
                for each in host
            ]
            for host in every
        ]
        found[f"no followers {few}, new {new}"] = flagged(other)
    return found


def main() -> None:
    if not DATA.is_dir():
        sys.stdout.write("skipped: no ../shared/data\n")
        return
    named = hosts()
    lines: list[dict[str, Any]] = [{"organic": calm(named)}]
    every = [host for each in named.values() for host in each]
    lines.append({"elsewhere": elsewhere(every)})
    followers = [each.followers for host in named["auspol"] for each in host if each.followers is not None]
    levels = {name: sorted(map(peer, every))[int(0.98 * len(every))] for name, peer in PEERS.items()}
    quiet = [score(host) for host in every]
    for kind in KINDS:
        line: dict[str, Any] = {"kind": kind}
        for part in PARTS:
            public = Public(followers, [], seed=23)
            sets = {name: [planted(host, kind, part, public) for host in each] for name, each in named.items()}
            mixed = [shares for each in sets.values() for shares in each]
            scores = {name: [score(each) for each in found] for name, found in sets.items()}
            told = [part_seen for each in mixed if (part_seen := told_at(each)) is not None] if part == 0.3 else []
            line[str(part)] = {
                "ours": found_from(FLAGGED, [each for found in scores.values() for each in found]),
                **{f"ours_{name}": found_from(FLAGGED, found) for name, found in scores.items()},
                **({"told": round(len(told) / len(mixed), 4), "told_at": round(median(told), 3)} if told else {}),
                "ours_crossed": crossed(quiet, [each for found in scores.values() for each in found]),
                **{
                    name: round(sum(peer(each) > levels[name] for each in mixed) / len(mixed), 4)
                    for name, peer in PEERS.items()
                },
            }
        lines.append(line)
    for line in lines:
        sys.stdout.write(json.dumps({"bench": "brigades", "hosts": len(every), **line}) + "\n")


if __name__ == "__main__":
    main()
