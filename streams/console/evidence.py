"""What a signal rests on, as part of a page: figures, chart, posts. All of it may be hostile text."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from xml.etree.ElementTree import Element

from alerts.render.catalogue import known
from alerts.render.catalogue import say as words
from alerts.render.evidence import negative_share, organised, rarity
from alerts.render.nouns import counted
from alerts.render.outlook import track_record
from models.coordination import FLAGGED
from models.records import Coordination, Driver, Evidence, Incident, Point, Signal, SignalKind, SignalPhase
from streams.console.chart import peak, svg
from streams.console.markup import Child, el, outside
from streams.console.speech import Speech

_PRACTICALLY_NEVER: Final = 9.0
"""From this surprise on (one in a billion), odds are no longer spelt out."""

_WIDE: Final = 18


def headline(say: Speech, snapshot: Incident) -> str:
    """What is happening, in one sentence, from the first signal on (a wave may bring others along)."""
    if not snapshot.signals:
        return say(f"phase.{snapshot.phase}")
    first = min(snapshot.signals, key=lambda signal: (signal.onset, signal.id))
    return say(first.kind.value)


def lowered(sentence: str) -> str:
    """A sentence as it goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]


def evidence(say: Speech, signal: Signal, *, titled: bool) -> Element:
    """One signal: what was seen, how unusual it is, and what it rests on. `titled` where there are several."""
    return el(
        "section",
        el("h2", say(signal.kind.value)) if titled else None,
        el(
            "div",
            el("dl", [_fact(name, value) for name, value in _facts(say, signal)]),
            _chart(say, signal.evidence.series) if len(signal.evidence.series) > 1 else None,
            class_="card",
        ),
        el("h2", say("posts")) if signal.evidence.drivers else None,
        [_post(say, driver) for driver in signal.evidence.drivers],
    )


def _fact(name: str, value: str) -> Element:
    return el("div", el("dt", name), el("dd", value, dir="auto"), class_="wide" if len(value) > _WIDE else "narrow")


def _facts(say: Speech, signal: Signal) -> list[tuple[str, str]]:
    low, high = signal.interval
    window = say.span(timedelta(seconds=signal.window_s))
    usual = say("usual-range", expected=say.number(signal.expected), low=say.number(low), high=say.number(high))
    facts = [
        (say("observed"), say("observed-in", observed=say.number(signal.observed), window=window)),
        (say("usual"), usual),
        *_rarity(say, signal),
        (say("since"), say.time(signal.onset)),
    ]
    return facts + _spread(say, signal)


def _rarity(say: Speech, signal: Signal) -> list[tuple[str, str]]:
    """How often ordinary times would bring it: a spike's surprise is a rate, a cascade's is a chance."""
    if signal.kind is SignalKind.SPIKE:
        rare = rarity(signal, say.locale)
        return [] if rare is None else [(say("rarity"), rare)]
    if signal.surprise >= _PRACTICALLY_NEVER:
        return [(say("chance"), say("chance-never"))]
    odds = say.number(float(f"{10 ** max(signal.surprise, 0.0):.1e}"))
    return [(say("chance"), say("chance-less", odds=odds))]


def _spread(say: Speech, signal: Signal) -> list[tuple[str, str]]:
    seen = signal.evidence
    facts: list[tuple[str, str]] = []
    if seen.authors:
        facts.append((say("people"), say.number(seen.authors)))
    if (share := negative_share(seen, say.locale)) is not None:
        facts.append((say("negative-share"), share))
    if seen.reach is not None:
        facts.append((say("reach"), say("reach-followers", n=say.number(seen.reach))))
    if seen.forecast is not None:
        low, high = (say.number(end) for end in seen.forecast.interval)
        expected = say.number(seen.forecast.expected_final)
        facts.append((say("forecast"), say("forecast-range", expected=expected, low=low, high=high)))
    if seen.accuracy is not None:
        facts.append((say("accuracy"), track_record(seen.accuracy, say.locale)))
    facts += _people(say, seen)
    if seen.coordination is not None:
        facts.append((say("coordination"), _organised(say, seen.coordination, signal)))
    if seen.risk is not None:
        facts.append((say("risk"), f"{_topic(say, seen.risk.topic)} ({say.percent(seen.risk.score)})"))
    if seen.silent_below is not None and signal.phase is SignalPhase.RAISED:  # later it is the next level's
        facts.append((say("silent-below"), say.number(seen.silent_below)))
    if seen.networks:
        facts.append((say("networks"), ", ".join(f"{name} {say.number(n)}" for name, n in seen.networks)))
    if seen.words:
        facts.append((say("words"), ", ".join(seen.words)))
    return facts


def _topic(say: Speech, name: str) -> str:
    """A crisis topic in words; one that has none, by its name."""
    return words(say.locale, f"topic.{name}") if known(f"topic.{name}") else name


def _people(say: Speech, seen: Evidence) -> list[tuple[str, str]]:
    """Who spreads it, through whom it travels, and who could help."""
    facts = []
    if seen.amplifiers:
        facts.append((say("amplifiers"), ", ".join(_known(say, *each) for each in seen.amplifiers)))
    if seen.bridges:
        named = (
            say("bridge", name=name, shares=counted("shares", brought, say.locale)) for name, brought in seen.bridges
        )
        facts.append((say("bridges"), ", ".join(named)))
    if seen.advocates:
        facts.append((say("advocates"), ", ".join(_known(say, *each) for each in seen.advocates)))
    return facts


def _known(say: Speech, handle: str, followers: int | None) -> str:
    return handle if followers is None else f"{handle} ({counted('followers', followers, say.locale)})"


def _organised(say: Speech, coordination: Coordination, signal: Signal) -> str:
    """Below the score at which alerts speak of it, the score alone."""
    if coordination.score < FLAGGED:
        return say.percent(coordination.score)
    return organised(coordination, signal.kind, say.locale, say.time)


def _chart(say: Speech, series: Sequence[Point]) -> Element:
    highest = say.number(peak(series))
    caption = say("chart", start=say.time(series[0].at), end=say.time(series[-1].at), peak=highest)
    return el("figure", svg(series, caption), el("figcaption", caption))


def _post(say: Speech, driver: Driver) -> Element:
    facts: list[Child] = [el("bdi", driver.author or "?"), f" · {driver.network} · " if driver.network else " · "]
    facts.append(outside(driver.url, say.time(driver.created_at)))
    if driver.followers is not None:
        facts += [" · ", counted("followers", driver.followers, say.locale)]
    if driver.shares is not None:
        facts += [" · ", counted("shares", driver.shares, say.locale)]
    return el(
        "article",
        el("blockquote", driver.excerpt, dir="auto"),
        el("p", *facts, class_="soft small"),
        class_="card",
    )
