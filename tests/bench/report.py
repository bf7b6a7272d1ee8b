"""What a report costs: mentions a second of reading and of folding, and memory. Prints one JSON line.

    python -m tests.bench.report [--sizes 100000 1000000] [--played 20000]

Two weeks of a brand and two rivals, made up: two in five posts are copies, and a few authors write much. `fold` is
`Reading` alone, on mentions that are there; its peer is decoding them from their bytes, which a report on a running
pipeline does first. The way of `--mentions` is two: `read`, rows admitted as posts (its peer: `json.loads` of each
line), and `play`, these posts through the pipeline in simulated time. `memory_mb` is what each adds to its process, at
its peak. Each part runs in a process of its own, on one core; rates are per second of processor time.
"""

import argparse
import asyncio
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Final

from alerts.handling import Casebook
from models.position.figures import Period
from models.position.reading import Reading
from models.records import Author, Mention, Post, Sentiment, Topic, digest
from streams import wire
from streams.backtest import play, settings_for
from streams.mentions import read_mentions
from streams.report.gather import Gathering
from streams.rows import Complaints

UNTIL: Final = datetime(2026, 3, 16, tzinfo=UTC)
PERIOD: Final = Period(UNTIL - timedelta(days=7), UNTIL)
BRANDS: Final = ("acme", "acme", "acme", "nord", "halo")
LABELS: Final = ("negative", "neutral", "neutral", "positive")
BATCH: Final = 5_000


def posts(number: int) -> Iterator[tuple[Post, str, str]]:
    """Posts with their brand and sentiment, by time."""
    chance = random.Random(7)
    for n in range(number):
        at = PERIOD.before.since + n * timedelta(days=14) / number
        told = chance.randrange(n + 1) if chance.random() < 0.4 else n
        author = min(int(chance.paretovariate(0.6)), 10_000_000)
        post = Post(
            id=f"bench:{n}",
            source="bench",
            network=chance.choice(("bluesky", "mastodon", "press", "forum")),
            author=Author(id=f"bench:{author}", handle=f"someone_{author}", followers=author % 9_000),
            text=f"acme was late again and nobody answers the phone, number {told}",
            created_at=at,
            seen_at=at,
        )
        yield post, chance.choice(BRANDS), chance.choice(LABELS)


def mentions(number: int) -> Iterator[Mention]:
    """The same, as the pipeline understands them."""
    for post, brand, label in posts(number):
        text = digest("text", post.text)
        yield Mention(
            id=digest("mention", post.id, brand),
            post=post,
            brand=brand,
            sentiment=Sentiment(**{each: 0.9 if each == label else 0.05 for each in set(LABELS)}),
            language="en",
            story=text,
            wording=text,
            model="bench",
        )


def batches(number: int) -> Iterator[list[Mention]]:
    batch = []
    for mention in mentions(number):
        batch.append(mention)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def reading() -> Reading:
    return Reading("acme", PERIOD, UTC, ("nord", "halo"))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fold(number: int) -> dict[str, float]:
    """The folding alone, and the decoding that comes before it where records come from topics."""
    position, folding, decoding = reading(), 0.0, 0.0
    for _ in batches(2 * BATCH):  # what the making of mentions needs is there before memory is looked at
        pass
    before = peak_mb()
    for batch in batches(number):
        began = process_time()
        for mention in batch:
            position.add(mention)
        folding += process_time() - began
        raw = [wire.encode(mention) for mention in batch]
        began = process_time()
        for each in raw:
            wire.decode(Topic.MENTIONS, each)
        decoding += process_time() - began
    memory = peak_mb() - before
    began = process_time()
    found = position.position()
    told = process_time() - began
    assert found.before is not None
    counted = sum(each.mentions + (each.mentions_before or 0) for each in found.rivals)
    assert counted == number, counted
    return {
        "mentions": number,
        "folded_per_s": round(number / folding),
        "decoded_per_s": round(number / decoding),
        "position_s": round(told, 3),
        "memory_mb": round(memory, 1),
    }


def read(number: int) -> dict[str, float]:
    """The rows of a file, as posts."""
    with tempfile.TemporaryDirectory() as folder:
        path = _written(Path(folder), number)
        before, parsed = peak_mb(), _timed(lambda: _parse(path))
        began = process_time()
        rows = read_mentions(path, {}, Complaints())
        taken = process_time() - began
    assert len(rows) == number
    return {
        "mentions": number,
        "read_per_s": round(number / taken),
        "parsed_per_s": round(number / parsed),
        "memory_mb": round(peak_mb() - before, 1),
    }


def played(number: int) -> dict[str, float]:
    """A file through the pipeline, and to the figures."""
    with tempfile.TemporaryDirectory() as folder:
        rows = read_mentions(_written(Path(folder), number), {}, Complaints())
    before, began = peak_mb(), process_time()
    runner = asyncio.run(play(rows, settings_for(rows, "1/week")))
    taken = process_time() - began
    gathering = Gathering(reading(), Casebook("acme"))
    for record in runner.records(Topic.MENTIONS):
        gathering.said(record)
    assert gathering.reading.position().now.mentions > 0
    return {
        "mentions": number,
        "played_per_s": round(number / taken),
        "memory_mb": round(peak_mb() - before, 1),
    }


def _written(folder: Path, number: int) -> Path:
    path = folder / "mentions.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for post, brand, label in posts(number):
            author = {"id": post.author.id, "handle": post.author.handle, "followers": post.author.followers}
            row = {"id": post.id, "created_at": post.created_at.isoformat(), "text": post.text, "author": author}
            out.write(json.dumps({**row, "brand": brand, "sentiment": label, "network": post.network}) + "\n")
    return path


def _parse(path: Path) -> None:
    with path.open("rb") as lines:
        for line in lines:
            json.loads(line)


def _timed(work: Callable[[], None]) -> float:
    began = process_time()
    work()
    return process_time() - began


PARTS: Final = {"fold": fold, "read": read, "play": played}


def alone(part: str, number: int) -> dict[str, float]:
    """One part in a process of its own: what another needed is not its memory."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.report", "--part", part, str(number)], stdout=subprocess.PIPE, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[100_000, 1_000_000], help="of `fold` and `read`")
    parser.add_argument("--played", type=int, default=20_000, help="of `play`")
    parser.add_argument("--part", nargs=2, metavar=("PART", "NUMBER"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        print(json.dumps(PARTS[options.part[0]](int(options.part[1]))))
        return
    result: dict[str, object] = {part: [alone(part, size) for size in options.sizes] for part in ("fold", "read")}
    result["play"] = alone("play", options.played)
    print(json.dumps({"bench": "report", **result, "machine": platform.machine(), "python": platform.python_version()}))


if __name__ == "__main__":
    main()
