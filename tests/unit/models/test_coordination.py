"""Coordination: organic spreading is not accused, and each sign is named."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coordination import FLAGGED, Signs, judge, stem


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


def test_a_few_shares_say_nothing() -> None:
    """Below ten shares there is no verdict at all."""
    assert judge(fed(9, "few-accounts")) is None


@pytest.mark.parametrize(
    ("handle", "expected"), [("", None), ("42", None), ("12345", ""), ("Ann_2024", "ann"), ("é99999", "é")]
)
def test_stems(handle: str, expected: str | None) -> None:
    """A serial number is three digits or more at the end."""
    assert stem(handle) == expected


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
def test_any_shares_have_a_score_and_little_memory(shares: list[tuple[int, int, int]]) -> None:
    """Whatever is fed, in whatever order of time: a score from 0 to 1, at most 1,200 bytes, the same when decoded."""
    signs = Signs()
    for at, account, followers in shares:
        signs.add(at, account, account % 3, followers, at % 10**7)
        signs.say((account, at))
    found = judge(signs)
    assert found is None or 0 <= found.score <= 1
    raw = msgspec.msgpack.encode(signs)
    assert len(raw) <= 1_200
    assert judge(msgspec.msgpack.decode(raw, type=Signs)) == found
