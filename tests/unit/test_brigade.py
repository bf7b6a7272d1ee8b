"""Brigades: who moves together again and again is found; neighbours by chance are not; memory is bounded."""

import random

from msgspec import msgpack

from tests.bench.brigade import ROOTS_TOGETHER, Brigade


def test_who_moves_together_is_found() -> None:
    """Five accounts that reshare four posts within seconds, among people who take their time."""
    chance, brigade = random.Random(1), Brigade()
    events = []
    for root in range(4):
        events += [(root * 7_200.0 + chance.uniform(0, 3_600), 1_000 + chance.randrange(400), root) for _ in range(60)]
        events += [(root * 7_200.0 + 500 + chance.uniform(0, 4), bot, root) for bot in range(5)]
    for at, account, root in sorted(events):
        brigade.add(root, account, at)
    assert brigade.marchers() == set(range(5))
    part, whole = brigade.part(3)
    assert (part, whole) == (4, 65)


def test_once_a_root_counts_once() -> None:
    """Two who reshare one post ten times over have met once."""
    brigade = Brigade()
    for n in range(10):
        brigade.add(1, n % 2, float(n))
    assert brigade.together(0, 1) == 1 < ROOTS_TOGETHER
    assert brigade.part(9) == (0, 0)


def test_memory_is_bounded() -> None:
    """A flood of reshares of ever new posts, all in the same seconds, takes at most 80,000 bytes."""
    brigade = Brigade()
    for n in range(20_000):
        brigade.add(n // 50 * 2**40, n * 2**30 % 2**32 + n, n / 100)
    assert len(msgpack.encode(brigade)) < 80_000
    again = msgpack.decode(msgpack.encode(brigade), type=Brigade)
    assert again == brigade
