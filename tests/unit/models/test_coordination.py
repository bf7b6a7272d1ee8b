"""Coordination: organic spreading is not accused, and each sign is named."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coordination import FLAGGED, judge
from models.counts import key32
from models.signs import Signs


def fed(n: int, sign: str | None, *, seed: int = 3) -> Signs:
    """`n` shares by ordinary people, but for one sign."""
    chance, signs, at = random.Random(seed), Signs(), 1_750_000_000
    for i in range(n):
        at += 30 if sign == "machine-timing" else 1 + round(chance.expovariate(1 / 30))
        signs.add(
            at,
            i % 3 if sign == "few-accounts" else i,
            7 if sign == "serial-handles" else (1_000 + i if i % 5 == 0 else None),
            0 if sign == "no-followers" else chance.randrange(20, 2_000),
            86_400 if sign == "new-accounts" else 86_400 * chance.randrange(60, 3_000),
        )
    return signs


def test_people_are_not_accused() -> None:
    """Ordinary spreading scores near zero, over many seeds."""
    scores = [found.score for seed in range(50) if (found := judge(fed(200, None, seed=seed)))]
    assert max(scores) < 0.1


@pytest.mark.parametrize("sign", ["few-accounts", "serial-handles", "machine-timing", "no-followers", "new-accounts"])
def test_each_sign_is_found_and_named(sign: str) -> None:
    """A blatant sign alone scores at least one half, and is the first reason given, with its figures."""
    found = judge(fed(100, sign))
    assert found is not None
    assert found.score >= 0.5
    code, figures = found.reasons[0]
    assert code == sign
    part, whole = figures.split("/")[:2]
    assert 0 < int(part) <= int(whole)


@pytest.mark.parametrize("sign", ["few-accounts", "serial-handles", "no-followers", "new-accounts"])
def test_a_third_of_a_cascade_is_enough(sign: str) -> None:
    """A brigade with 30 % of the shares, spread over the cascade's whole life, is told by what it is."""
    chance, signs = random.Random(9), Signs()
    for n in range(300):
        bot = chance.random() < 0.3
        signs.add(
            1_750_000_000 + 40 * n + chance.randrange(30),
            key32(f"bot{chance.randrange(12)}" if bot and sign == "few-accounts" else f"human{n}"),
            7 if bot and sign == "serial-handles" else None,
            0 if bot and sign == "no-followers" else 150,
            86_400 if bot and sign == "new-accounts" else 86_400 * 900,
        )
    found = judge(signs)
    assert found is not None
    assert found.score >= FLAGGED
    assert [code for code, _ in found.reasons] == [sign]


def test_a_rush_is_told_with_its_time() -> None:
    """A sixth of the shares, but most of its ten minutes: how many, since when, and for how long."""
    chance, signs = random.Random(4), Signs()
    begin = 1_750_000_000
    for at in sorted(
        [(60 * n + chance.randrange(60), 150) for n in range(500)]
        + [(9_000 + chance.randrange(600), 0) for _ in range(100)]
    ):
        signs.add(begin + at[0], key32(str(signs.shares)), None, at[1], None)
    found = judge(signs)
    assert found is not None
    code, figures = found.reasons[0]
    part, whole, since, lasting = map(int, figures.split("/"))
    assert (code, whole) == ("rush-no-followers", 600)
    assert 95 <= part <= 100
    assert begin + 8_990 <= since <= begin + 9_060
    assert 540 <= lasting <= 600
    assert FLAGGED <= found.score <= 0.6


def test_a_large_brigade_is_told_with_its_time_too() -> None:
    """Half of the shares, all in ten minutes: it weighs as the sign of the whole that it is, and says when."""
    chance, signs = random.Random(4), Signs()
    people = [(60 * n + chance.randrange(60), 150) for n in range(200)]
    for at, followers in sorted(people + [(6_000 + chance.randrange(600), 0) for _ in range(200)]):
        signs.add(1_750_000_000 + at, key32(str(signs.shares)), None, followers, None)
    found = judge(signs)
    assert found is not None
    code, figures = found.reasons[0]
    assert code == "rush-no-followers"
    assert 540 <= int(figures.split("/")[3]) <= 600
    assert found.score >= 0.8


def test_a_rush_of_many_kinds_is_one_reason() -> None:
    """Some without followers, some new, some copies: none of them says it all."""
    chance, signs = random.Random(4), Signs()
    for n in range(400):
        bot = 200 <= n < 290
        copied = signs.say((1, 2, 3, 4) if bot and n % 3 == 0 else (5 * n + 7,) if n % 3 == 0 else ())
        followers, age = (0 if bot and n % 3 == 1 else 150), (86_400 if bot and n % 3 == 2 else 86_400 * 900)
        signs.add(1_750_000_000 + 40 * n + chance.randrange(30), key32(str(n)), None, followers, age, copied=copied)
    found = judge(signs)
    assert found is not None
    assert found.reasons[0][0] == "rush"
    assert found.score >= FLAGGED


def test_many_who_share_many_times_are_counted() -> None:
    """Two hundred accounts with ten shares each are too many to be kept one by one, and are told all the same."""
    chance, signs = random.Random(8), Signs()
    keys = [key32(f"bot{n % 200}") for n in range(2_000)] + [key32(f"human{n}") for n in range(2_000)]
    chance.shuffle(keys)
    for n, key in enumerate(keys):
        signs.add(1_750_000_000 + 40 * n + chance.randrange(30), key, None, None, None)
    found = judge(signs)
    assert found is not None
    code, figures = found.reasons[0]
    part, whole = map(int, figures.split("/"))
    assert code == "shared-again"
    assert part / whole == pytest.approx(0.45, abs=0.1)


def test_one_keen_account_is_no_brigade() -> None:
    """Somebody who shares it six times among twenty; one who alone makes nearly all of it is told."""
    keen, alone = Signs(), Signs()
    for n in range(21):
        keen.add(1_750_000_000 + 50 * n + n * n % 29, key32("me" if n % 4 == 0 else str(n)), None, None, None)
    for n in range(60):
        alone.add(1_750_000_000 + 50 * n + n * n % 29, key32("me" if n % 10 else str(n)), None, None, None)
    liked, robot = judge(keen), judge(alone)
    assert liked is not None
    assert robot is not None
    assert liked.score < FLAGGED < robot.score
    assert robot.reasons[0] == ("few-accounts", "54/60/1")


@pytest.mark.parametrize("mention", [False, True])
def test_who_has_trouble_may_write_twice(mention: bool) -> None:
    """A third of the shares of one post by accounts that had shared it is odd; of complaints it is what people do."""
    chance, signs = random.Random(8), Signs()
    keys = [key32(f"{n % 100}") for n in range(150)]
    chance.shuffle(keys)
    for n, key in enumerate(keys):
        signs.add(1_750_000_000 + 40 * n + chance.randrange(30), key, None, None, None, mention=mention)
    found = judge(signs, mentions=mention)
    assert found is not None
    assert (found.score >= FLAGGED) is not mention


def test_a_few_shares_say_nothing() -> None:
    """Below ten shares there is no verdict at all."""
    assert judge(fed(9, "few-accounts")) is None


def test_volleys_in_one_second_are_told_from_a_fast_crowd() -> None:
    """Volleys of eight every ten minutes are a machine's; as many shares a second by a crowd are a crowd's."""
    chance, volleys, crowd = random.Random(5), Signs(), Signs()
    for n in range(200):
        volleys.add(1_000_003 + n // 8 * 613, n, None, None, None)
    at = 1_000_003.0
    for n in range(200):
        at += chance.expovariate(2.0)
        crowd.add(int(at), n, None, None, None)
    found, organic = judge(volleys), judge(crowd)
    assert found is not None
    assert organic is not None
    assert found.reasons[0][0] == "same-second"
    assert found.score >= 0.5 > FLAGGED > organic.score


def test_full_minutes_say_nothing() -> None:
    """A source that rounds times to minutes is not a machine."""
    signs = Signs()
    for n in range(200):
        signs.add(1_000_020 + n // 8 * 60, n, None, None, None)
    assert signs.coarse
    found = judge(signs)
    assert found is not None
    assert found.score == 0


def test_copied_texts_are_few_among_many_shares() -> None:
    """Twelve equal quotes are a sign by themselves, and none in a cascade of a thousand reshares."""
    few, many = Signs(), Signs()
    for signs, shares in ((few, 12), (many, 1_000)):
        for n in range(shares):
            signs.add(1_000_000 + n * n % 977 + 50 * n, n, None, None, None)
        for _ in range(12):
            signs.say((1, 2, 3, 4))
    found, diluted = judge(few), judge(many)
    assert found is not None
    assert diluted is not None
    assert found.score >= 0.5
    assert diluted.score < FLAGGED


def test_fourteen_accounts_are_counted() -> None:
    """62 % of the shares by 14 accounts, among people who share once."""
    chance, signs = random.Random(2), Signs()
    for n in range(400):
        account = n % 14 if chance.random() < 0.62 else 1_000 + n
        signs.add(1_000_000 + 40 * n + chance.randrange(30), account, None, None, None)
    found = judge(signs)
    assert found is not None
    code, figures = found.reasons[0]
    part, whole, accounts = map(int, figures.split("/"))
    assert (code, accounts) == ("few-accounts", 14)
    assert 0.5 < part / whole <= 0.64


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 10)), max_size=150))
def test_any_shares_have_a_score(shares: list[tuple[int, int, int]]) -> None:
    """Whatever is fed, in whatever order of time: a score from 0 to 1."""
    signs = Signs()
    for at, account, followers in shares:
        signs.add(at, account, account % 3, followers, at % 10**7)
        signs.say((account, at))
    found = judge(signs)
    assert found is None or 0 <= found.score <= 1
