"""Coordination: organic spreading is not accused, and each sign is named."""

import random

import pytest

from models.coordination import Signs, judge, stem


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
