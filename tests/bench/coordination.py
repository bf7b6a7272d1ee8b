"""Is organised amplification told from that of people? `python -m tests.bench.coordination`.

Prints JSON lines. Organic cascades: Weibo (times), auspol (times, accounts, followers), replies and quotes to one tweet
(accounts, followers, minutes, texts). No set has the age of accounts or their handles: those two signs are only tried
on simulated brigades. `organic`: per sign, what 99 % of organic cascades stay below, and the largest; and the part that
is flagged (score from 0.3) at ten shares, at fifty and at the end; with the levels as shipped, and (`crossed`) with a
threshold on the score that lets 1 % of one half through, tried on the other.

* `fcc`: waves of 30 texts, of a copied letter (`copied`) or one that a program filled in (`filled`), pure or mixed with
  comments that stand in no cluster, against organic waves of 30 consecutive texts. Peers: the share of texts of which
  another in the wave is equal (`duplicates`), and, of which another has a Jaccard of 0.7 by datasketch (`minhash`).
* `simulated`: organic cascades in which a part of the shares is replaced by those of a brigade, per kind of brigade.
* `moved_together`: accounts that share a brand's posts together, by the code that ships, shares in the order of time:
  accounts found, posts flagged by this sign alone (each judged at 10, at 50 and at its last share), bytes a brand;
  beside CooRTweet's rule on the whole (pairs within `time_window`, at least `min_participation` posts). On the Russian
  retweets; on auspol, without and with ten accounts that reshare twenty of its posts within five seconds; on simulated
  fans who share every post of a brand at once, without and with a brigade of a hundred among them.
* `one_cascade`: AUC of the score of single Russian cascades against auspol's.
"""

import csv
import gzip
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import msgpack

from models.brigade import POSTS, WITHIN_S, Brigade
from models.coordination import ENOUGH, FLAGGED, judge, signs_of, surely
from models.counts import key32
from models.phrases import phrases
from models.records import SharedTogether
from models.signs import Signs
from models.virality.branches import Branches
from models.virality.cascade import utc
from models.virality.history import History
from models.virality.together import Together, told
from tests.bench._corpora import DATA, FILLED, SAME, fcc, organic, rows, windows

YEAR_S: Final = 365 * 86_400
Event = tuple[int, int, int | None, str]
"""(Unix time, hash of the account, followers, text)."""


def weibo() -> list[list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    with gzip.open(DATA / "cascades" / "weibo" / "events.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            # Accounts are not told: each event is given one of its own.
            found[row["cascade_no"]].append((17 + int(row["delay_s"]), int(row["event_no"]), None, ""))
    return enough(found)


def auspol() -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for row in rows("cascades", "auspol", "events.csv"):
        event = (17 + int(float(row["delay_s"])), int(row["user"]), int(row["magnitude_followers"]), "")
        found[row["cascade_id"]].append(event)
    return {cascade: events[1:] for cascade, events in found.items()}


def hinde() -> list[Event]:
    found = []
    for row in rows("crises", "target_hinde_2017", "tweets.csv"):
        at = int(datetime.fromisoformat(row["time_local_unknown_tz"] + "+00:00").timestamp())
        followers = int(row["followers"]) if row["followers"].isdigit() else None
        found.append((at, key32(row["user"]), followers, row["text_cleaned"]))
    return sorted(found)


def russian() -> list[tuple[int, int, int]]:
    """(Unix time, account, the tweet that was retweeted), in order of time."""
    found = rows("coordination", "coortweet_russian", "russian_coord_tweets.csv")
    return sorted((int(row["timestamp"]), int(row["account"]), int(row["object"])) for row in found)


def enough(cascades: dict[str, list[Event]]) -> list[list[Event]]:
    return [sorted(events) for events in cascades.values() if len(events) >= 10]


def signs(events: Sequence[Event]) -> Signs:
    found = Signs()
    for at, account, followers, text in events:
        copied = found.say(phrases(text))
        found.add(at, key32(str(account)), None, followers, None, copied=copied)
    return found


def score(found: Signs) -> float:
    judged = judge(found)
    return 0.0 if judged is None else judged.score


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The probability that a positive scores above a negative; ties count half (Mann and Whitney)."""
    ranked = Counter(negative)
    below, ties = 0.0, 0.0
    order = sorted(ranked)
    for value in positive:
        below += sum(ranked[each] for each in order if each < value)
        ties += ranked[value]
    return round((below + ties / 2) / (len(positive) * len(negative)), 4)


def organic_cascades() -> dict[str, list[list[Event]]]:
    replies = hinde()
    return {
        "weibo": weibo(),
        "auspol": enough(auspol()),
        "hinde": [replies[at : at + 200] for at in range(0, len(replies) - 199, 200)],
    }


def calm(cascades: dict[str, list[list[Event]]]) -> dict[str, Any]:
    """What organic cascades show, per sign and all together."""
    every = [events for found in cascades.values() for events in found]
    whole = [signs(events) for events in every]
    sure: dict[str, list[float]] = defaultdict(list)
    for sign in (each for found in whole for each in signs_of(found)):
        weighed = max(sign.part - sign.usual, 0.0)
        sure[sign.code].append(surely(weighed, max(sign.whole, sign.at_least)))
    levels = {}
    for code, found in sure.items():
        # One who repeats is told in one of two ways, and a sign of a rush only where there is one.
        every_one = sorted([0.0] * (len(whole) - len(found)) + found)
        levels[code] = [round(every_one[int(0.99 * len(whole))], 3), round(every_one[-1], 3)]
    scores = [score(each) for each in whole]
    flagged = {
        name: {
            str(cut): round(sum(score(signs(e[:cut])) >= FLAGGED for e in found) / len(found), 4) for cut in (10, 50)
        }
        | {"end": round(sum(score(signs(e)) >= FLAGGED for e in found) / len(found), 4), "n": len(found)}
        for name, found in cascades.items()
    }
    return {"sign_99_max": levels, "flagged": flagged, "crossed": crossed(scores)}


def crossed(scores: Sequence[float]) -> list[float]:
    """Per half: the part above the threshold that lets 1 % of the other half through."""
    found = []
    for part in (0, 1):
        train, test = sorted(scores[part::2]), scores[1 - part :: 2]
        found.append(round(sum(each > train[int(0.99 * len(train))] for each in test) / len(test), 4))
    return found


def seen(wave: Sequence[str]) -> float:
    found = Signs()
    for n, text in enumerate(wave):
        copied = found.say(phrases(text))
        found.add(1_000 + 37 * n + n * n % 29, key32(str(n)), None, None, None, copied=copied)
    return score(found)


def duplicates(wave: Sequence[str]) -> float:
    counts = Counter(wave)
    return sum(counts[text] > 1 for text in wave) / len(wave)


def minhash() -> Callable[[Sequence[str]], float] | None:
    try:
        from datasketch import MinHash
    except ImportError:
        return None
    from tests.bench.stories import runs

    def near(wave: Sequence[str]) -> float:
        sketches = []
        for text in wave:
            sketch = MinHash(num_perm=64)
            sketch.update_batch([run.encode("utf-8", "replace") for run in runs(text)])
            sketches.append(sketch)
        alike = [any(a is not b and a.jaccard(b) >= 0.7 for b in sketches) for a in sketches]
        return sum(alike) / len(wave)

    return near


def letters_to_the_fcc() -> list[dict[str, Any]]:
    """Copied and filled-in waves against organic ones: ours and the peers."""
    clusters, chance = fcc(), random.Random(2)
    people = [wave for texts in organic().values() for wave in windows(texts, 30)][::4]
    people += windows(clusters["-1"], 30)
    copied = [text for name in SAME for text in clusters[name]]
    filled = [text for name in FILLED for text in clusters[name]]

    def waves(texts: list[str], part: float) -> list[list[str]]:
        made = []
        for _ in range(60):
            wave = chance.sample(texts, round(30 * part))
            wave += chance.sample(clusters["-1"], 30 - len(wave))
            chance.shuffle(wave)
            made.append(wave)
        return made

    judges: dict[str, Callable[[Sequence[str]], float]] = {"ours": seen, "duplicates": duplicates}
    if (peer := minhash()) is not None:
        judges["minhash"] = peer
    lines = []
    for name, judged in judges.items():
        calm = [judged(wave) for wave in people]
        line: dict[str, Any] = {"bench": "coordination", "fcc": name, "organic_waves": len(people)}
        for kind, texts in (("copied", copied), ("filled", filled)):
            for part in (1.0, 0.5, 0.25):
                found = [judged(wave) for wave in waves(texts, part)]
                line[f"auc_{kind}_{part}"] = auc(found, calm)
                if name == "ours":
                    line[f"flagged_{kind}_{part}"] = round(sum(each >= FLAGGED for each in found) / len(found), 3)
        if name == "ours":
            line["flagged_organic"] = round(sum(each >= FLAGGED for each in calm) / len(calm), 4)
            line["crossed"] = crossed(calm)
        lines.append(line)
    return lines


def simulated(cascades: list[list[Event]]) -> dict[str, Any]:
    """A part of the shares of organic cascades (of 50 to 500) is a brigade's: the part flagged, and the AUC."""
    base = [events for events in cascades if 50 <= len(events) <= 500][::6]
    calm = [score(signs(events)) for events in base]
    report: dict[str, Any] = {"cascades": len(base)}
    for kind in ("few-accounts", "serial-handles", "timer", "one-second", "no-followers", "new-accounts", "quotes"):
        for part in (0.3, 0.6):
            found = [score(brigaded(events, kind, part, random.Random(n))) for n, events in enumerate(base)]
            flagged = round(sum(each >= FLAGGED for each in found) / len(found), 3)
            report[f"{kind} {part}"] = {"auc": auc(found, calm), "flagged": flagged}
    return report


def brigaded(events: list[Event], kind: str, part: float, chance: random.Random) -> Signs:
    """The signs of a cascade of which `part` is a brigade's; the others are people with followers and old accounts."""
    found, bots = Signs(), set(chance.sample(range(len(events)), round(part * len(events))))
    times = [event[0] for event in events]
    if kind == "timer":  # in the first part, alone: every 20 s on the dot
        start = len(events) - len(bots)
        bots = set(range(start, len(events)))
        times = times[:start] + [times[start - 1] + 20 * (n + 1) for n in range(len(bots))]
    if kind == "one-second":  # volleys of eight
        order = sorted(bots)
        for at in range(0, len(order), 8):
            for each in order[at : at + 8]:
                times[each] = times[order[at]]
    letter = "we all know that this company has lied to its customers for many years"
    for n in sorted(range(len(events)), key=lambda each: times[each]):
        bot = n in bots
        account = n % 14 if bot and kind == "few-accounts" else 1_000 + n
        stem = 7 if bot and kind == "serial-handles" else None
        followers = 0 if bot and kind == "no-followers" else 150
        age_s = 86_400 if bot and kind == "new-accounts" else YEAR_S
        found.add(times[n], key32(str(account)), stem, followers, age_s)
        if kind == "quotes":
            words = " ".join(
                chance.choice(["ship", "late", "blue", "why", "open", "tea", "run", "sky"]) for _ in range(9)
            )
            found.say(phrases(letter if bot else words))
    return found


def coortweet(shares: Sequence[tuple[int, int, int]], window_s: float, posts: int) -> dict[str, Any]:
    """The rule on all shares at once: accounts of pairs that were within `window_s` on at least `posts` posts."""
    roots: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for at, account, root in shares:
        roots[root].append((at, account))
    pairs: dict[tuple[int, int], set[int]] = defaultdict(set)
    for root, events in roots.items():
        events.sort()
        for n, (at, account) in enumerate(events):
            for then, other in events[n + 1 :]:
                if then - at > window_s:
                    break
                if other != account:
                    pairs[min(account, other), max(account, other)].add(root)
    accounts = {account for pair, on in pairs.items() if len(on) >= posts for account in pair}
    return figures(accounts, shares)


def figures(accounts: set[int], shares: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    every = {account for _, account, _ in shares}
    return {
        "accounts": len(accounts),
        "of_accounts": round(len(accounts) / len(every), 5),
        "their_shares": round(sum(account in accounts for _, account, _ in shares) / len(shares), 5),
        "brigade_found": [sum(a < 0 for a in accounts), sum(a < 0 for a in every)],
    }


class Desk:
    """One brand's shares, in the order of time, through the code that ships: what cascades tell, what a desk knows."""

    def __init__(self) -> None:
        self.brigade = Brigade("acme")
        self.roots: dict[int, tuple[Together, History]] = defaultdict(lambda: (Together(), History()))
        self.bytes = 0

    def share(self, at: int, account: int, root: int) -> int:
        """Takes in one share; how many the post has."""
        together, history = self.roots[root]
        together.add(at, account & 0xFFFFFFFF)
        history.add(at)
        now, total = utc(at), history.total()
        for emit in told(together, history, brands=("acme",), post_id=str(root), shares=total, now=now):
            assert isinstance(emit.record, SharedTogether)
            self.brigade = self.brigade.hear(emit.record, at)
            self.bytes = max(self.bytes, len(msgpack.encode(self.brigade)))
        return total


def online(shares: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """Accounts found, and posts flagged by this sign alone, each judged at 10, at 50 and at its last share."""
    desk, found = Desk(), set[int]()
    signed = {each & 0xFFFFFFFF: each for _, each, _ in shares}
    last = {root: n for n, (_, _, root) in enumerate(shares)}
    judged: dict[str, list[float]] = {"ordinary": [], "theirs": []}
    theirs = {root for _, account, root in shares if account < 0}
    for n, (at, account, root) in enumerate(shares):
        total = desk.share(at, account, root)
        if last[root] == n or total in {10, 50}:
            found |= {signed[each] for each in desk.brigade.marchers(str(root), utc(at))[0]}
            if total >= ENOUGH:
                doubt = desk.brigade.sign(str(root), utc(at), total).doubt
                judged["theirs" if root in theirs else "ordinary"].append(doubt)
    flagged = {
        f"{name}_flagged": [sum(each >= FLAGGED for each in doubts), len(doubts)] for name, doubts in judged.items()
    }
    return figures(found, shares) | {"bytes": desk.bytes} | flagged


def fans(brigade: int) -> list[tuple[int, int, int]]:
    """A brand's 300 fans, half of whom share each of its 60 posts, most within two minutes; and a brigade on 20."""
    chance = random.Random(5)
    quick = [chance.lognormvariate(4.0, 0.7) for _ in range(300)]
    found = []
    for root in range(60):
        posted = 17 + root * 43_000
        for account, median_s in enumerate(quick):
            if chance.random() < 0.5:
                found.append((posted + int(median_s * chance.lognormvariate(0.0, 0.7)), account, root))
        if root % 3 == 0:
            found += [(posted + 40 + chance.randrange(5), -1 - n, root) for n in range(brigade)]
    return sorted(found)


def moved_together() -> list[dict[str, Any]]:
    cascades = auspol()
    chance = random.Random(4)
    ordinary, brigade = [], []
    begun = sorted(chance.randrange(30 * 86_400) for _ in cascades)  # the file has no dates: a month of posts
    chosen = set(chance.sample([c for c, events in cascades.items() if len(events) >= 5], 20))
    for root, (cascade, events) in enumerate(cascades.items()):
        ordinary += [(begun[root] + at, account, root) for at, account, _, _ in events]
        if cascade in chosen:
            first = begun[root] + events[0][0] + 60
            brigade += [(first + chance.randrange(5), -1 - n, root) for n in range(10)]
    sets = {
        "russian": russian(),
        "auspol": sorted(ordinary),
        "auspol_and_brigade": sorted(ordinary + brigade),
        "fans": fans(0),
        "fans_and_brigade": fans(100),
    }
    lines = []
    for name, shares in sets.items():
        line: dict[str, Any] = {"bench": "coordination", "moved_together": name, "shares": len(shares)}
        line["ours"] = online(shares)
        for window_s, posts in ((WITHIN_S, POSTS), (60.0, 2)):
            line[f"coortweet_{window_s:.0f}s_{posts}"] = coortweet(shares, window_s, posts)
        lines.append(line)
    return lines


def one_cascade() -> float:
    """AUC of the score of a Russian cascade against one of auspol: by the shares of one post alone."""
    roots: dict[str, list[Event]] = defaultdict(list)
    for at, account, root in russian():
        roots[str(root)].append((at, account, None, ""))
    theirs = [score(signs(events)) for events in enough(roots)]
    return auc(theirs, [score(signs([(a, b, None, d) for a, b, _, d in e])) for e in enough(auspol())])


def bridges() -> dict[str, Any]:
    """On Weibo: how often the resharer with the largest subtree is named, and how much of it is counted."""
    with gzip.open(DATA / "cascades" / "weibo" / "events.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        cascades: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for row in csv.DictReader(lines):
            event = (int(row["delay_s"]), int(row["event_no"]), int(row["parent_event_no"]))
            cascades[row["cascade_no"]].append(event)
    first, counted, told_follower = 0, [], 0
    for events in cascades.values():
        branches, parents, subtree = Branches(), {}, Counter[int]()
        for _, event, parent in sorted(events):
            branches.add(event + 1, parent + 1, str(event))
            parents[event] = parent
            for _ in range(500):
                if parent < 0:
                    break
                subtree[parent] += 1
                parent = parents.get(parent, -1)
        if not subtree or subtree.most_common(1)[0][1] < 10:
            continue
        most = subtree.most_common(1)[0][1]
        top = branches.top(3)
        first += bool(top) and subtree[int(top[0][0])] == most
        told_follower += any(subtree[int(handle)] == most for handle, _ in top)
        counted.append(top[0][1] / most if top else 0.0)
    n = len(counted)
    median = round(sorted(counted)[n // 2], 3)
    return {"cascades": n, "named_first": round(first / n, 3), "among_three": round(told_follower / n, 3),
            "counted_median": median}  # fmt: skip


def main() -> None:
    if not DATA.is_dir():
        sys.stdout.write("skipped: no ../shared/data\n")
        return
    cascades = organic_cascades()
    lines = [
        {"bench": "coordination", "organic": calm(cascades)},
        *letters_to_the_fcc(),
        {"bench": "coordination", "simulated": simulated(cascades["weibo"])},
        *moved_together(),
        {"bench": "coordination", "one_cascade": one_cascade()},
        {"bench": "coordination", "bridges": bridges()},
    ]
    for line in lines:
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
