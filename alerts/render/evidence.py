"""The lines of evidence under an alert: what makes it believable, or dismissible."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import known, say
from alerts.render.context import Locale, RenderContext
from alerts.render.nouns import counted
from alerts.render.outlook import speed, track_record
from alerts.render.safety import clean
from alerts.render.standing import moment
from alerts.severity import points
from models.coordination import FLAGGED
from models.records import Coordination, Evidence, Forecast, Notification, Signal, SignalKind, SignalPhase

Line = tuple[str, str]

TOO_FEW_FOR_A_RATIO: Final = 3.0
"""Below this, "140 times the usual" would say more about the calm than about the storm."""

_ONCE_A_YEAR: Final = 5.72
"""Beyond once a year (by the minute, as −log10) weeks of a brand's past tell nothing more exact."""

_ONCE_IN_HOURS: Final = 2.0

_WEIGHS: Final = 0.55
"""From this part of its maximum on, a part of the severity is named."""

_DISCOUNTED: Final = 0.85

_SURPRISE_CAP: Final = 12.0
"""Beyond one in 10¹² a probability says more about the model than about the world."""


def details(signal: Signal, notification: Notification, context: RenderContext) -> Iterator[Line]:
    """(label, text) pairs in the order in which a tired person asks."""
    locale = context.locale
    evidence = signal.evidence
    yield from _risk(evidence, context)
    yield (
        say(locale, "label.since"),
        say(
            locale,
            "since",
            time=moment(signal.onset, context, notification.at),
            duration=speech.duration(notification.at - signal.onset, locale),
        ),
    )
    if (share := negative_share(evidence, locale)) is not None:
        yield say(locale, "label.share"), share
    yield from _who(signal, context)
    yield from _where(evidence, context)
    yield from _words(evidence, context)
    if evidence.forecast is not None:
        yield say(locale, "label.forecast"), _forecast(evidence.forecast, context)
    if evidence.accuracy is not None:
        yield say(locale, "label.accuracy"), track_record(evidence.accuracy, locale)
    yield from _amplifiers(signal, context)
    yield from _bridges(evidence, context)
    yield from _reach(evidence, context)
    if evidence.coordination is not None and evidence.coordination.score >= FLAGGED:
        yield (
            say(locale, "label.coordination"),
            organised(evidence.coordination, signal.kind, locale, lambda at: moment(at, context, notification.at)),
        )
    yield from _advocates(evidence, context)
    level = notification.incident.severity.value
    yield say(locale, "label.severity", level=level), _severity(signal, context)
    yield from _numbers(signal, context)


def _severity(signal: Signal, context: RenderContext) -> str:
    """Which parts of the formula weigh, in words."""
    locale, parts = context.locale, points(signal)
    shares = {
        "surprise": parts.surprise / 3.0,
        "size": parts.size / 3.0,
        "reach": parts.reach / 2.0,
        "negativity": parts.negativity / 2.0,
        "risk": parts.risk,
    }
    reasons = [say(locale, f"severity.{part}") for part, share in shares.items() if share > _WEIGHS]
    text = speech.listed(reasons) or say(locale, "severity.none")
    if parts.discount < _DISCOUNTED:
        return say(locale, "severity.discount", reasons=text)
    return text


def _numbers(signal: Signal, context: RenderContext) -> Iterator[Line]:
    """The statistics come last: they convince the one who doubts, and need not be read by the others."""
    locale = context.locale
    if signal.expected >= TOO_FEW_FOR_A_RATIO:  # below, the first sentence has said it
        low, high = (speech.number(round(edge), locale) for edge in signal.interval)
        expected = speech.number(round(signal.expected), locale)
        yield say(locale, "label.usual"), say(locale, "usual.range", expected=expected, low=low, high=high)
    if signal.kind is SignalKind.SPIKE:
        if (rare := rarity(signal, locale)) is not None:
            yield say(locale, "label.rare"), rare
    elif signal.surprise >= _SURPRISE_CAP:
        yield say(locale, "label.chance"), say(locale, "chance.capped")
    elif signal.surprise >= 1:
        yield say(locale, "label.chance"), say(locale, "chance", odds=_odds(signal.surprise, context))
    below = signal.evidence.silent_below
    if below is not None and signal.phase is SignalPhase.RAISED:  # later it is only what made it worse
        key = "silent.negative" if signal.kind is SignalKind.SPIKE else "silent.shares"
        yield say(locale, "label.silent"), say(locale, key, n=speech.number(below, locale))
    yield from _caution(signal, context)


def rarity(signal: Signal, locale: Locale) -> str | None:
    """How often ordinary times would bring a spike such as this: its surprise is a rate per minute. None: too often."""
    if signal.phase is SignalPhase.ENDED or signal.surprise < _ONCE_IN_HOURS:
        return None
    if signal.surprise >= _ONCE_A_YEAR:
        return say(locale, "rare.year")
    hours = max(1, round(10.0**signal.surprise / 60))
    span = timedelta(hours=hours) if hours < 48 else timedelta(days=round(hours / 24))
    return say(locale, "rare", span=speech.duration(span, locale))


def _caution(signal: Signal, context: RenderContext) -> Iterator[Line]:
    caution, locale = signal.evidence.caution, context.locale
    if caution is not None:
        date = speech.date(caution.until.astimezone(context.zone), locale)
        alarms = counted("false-alarms", caution.false_alarms, locale)
        yield say(locale, "label.caution"), say(locale, "caution", date=date, alarms=alarms)


def _odds(surprise: float, context: RenderContext) -> str:
    return speech.about(10.0 ** int(surprise), context.locale)


def _risk(evidence: Evidence, context: RenderContext) -> Iterator[Line]:
    if evidence.risk is None:
        return
    locale = context.locale
    key = f"topic.{evidence.risk.topic}"
    topic = say(locale, key) if known(key) else clean(evidence.risk.topic, 60)
    sure = speech.percent(evidence.risk.score, locale)
    yield say(locale, "label.risk"), say(locale, "risk", topic=topic, percent=sure)


def negative_share(evidence: Evidence, locale: Locale) -> str | None:
    """How much of what is said is negative, against what is usual, if that is known: a crisis, or just much talk?"""
    usual = evidence.usual_share
    if usual is None or evidence.mentions <= 0:
        return None
    share = min(1.0, evidence.adverse / evidence.mentions)
    percents = {
        "percent": speech.percent(share, locale),
        "usual": speech.percent(usual.share, locale),
        "low": speech.percent(usual.low, locale),
        "high": speech.percent(usual.high, locale),
    }
    key = "share.usual" if usual.holds(share) else "share.unusual"
    return say(locale, key, **percents)


def _who(signal: Signal, context: RenderContext) -> Iterator[Line]:
    evidence, parts = signal.evidence, []
    if evidence.authors > 0:
        parts.append(counted("people", evidence.authors, context.locale))
    if evidence.stories > 0 and signal.kind is SignalKind.SPIKE:  # a viral post is one story by its nature
        parts.append(counted("stories", evidence.stories, context.locale))
    if parts:
        yield say(context.locale, "label.who"), speech.listed(parts)


def _where(evidence: Evidence, context: RenderContext) -> Iterator[Line]:
    """Shares of the whole, since a name with a bare number after it reads like one more name."""
    whole = sum(n for _, n in evidence.networks)
    named = [(clean(name, 20), n) for name, n in evidence.networks[:4] if n > 0]
    if len(named) == 1:
        yield say(context.locale, "label.where"), named[0][0]
    elif named:
        parts = [f"{name} {speech.percent(n / whole, context.locale)}" for name, n in named]
        yield say(context.locale, "label.where"), speech.listed(parts)


def _words(evidence: Evidence, context: RenderContext) -> Iterator[Line]:
    words = [speech.quoted(clean(word, 30), context.locale) for word in evidence.words[:6]]
    if words:
        yield say(context.locale, "label.words"), speech.listed(words)


def _forecast(forecast: Forecast, context: RenderContext) -> str:
    locale = context.locale
    low, high = forecast.interval
    shares = counted("shares", forecast.expected_final, locale, rough=True)
    parts = [
        say(
            locale,
            "forecast.size",
            expected=shares,
            low=speech.about(low, locale),
            high=speech.about(high, locale),
        ),
        say(locale, "forecast.double", percent=speech.likelihood(forecast.p_double, locale)),
    ]
    if forecast.p_viral is not None and forecast.p_viral < 0.995:  # else it is certain, or there already
        parts.append(say(locale, "forecast.viral", percent=speech.likelihood(forecast.p_viral, locale)))
    if forecast.shares_per_hour >= 1:
        parts.append(speed(forecast, locale))
    if forecast.reproduction is not None and forecast.reproduction >= 1.0:  # below, it reads like good news
        parts.append(say(locale, "forecast.reproduction", n=speech.number(round(forecast.reproduction, 1), locale)))
    return speech.listed(parts)


def _amplifiers(signal: Signal, context: RenderContext) -> Iterator[Line]:
    """Who resharers of a post are; in a surge, the best-known of those who complain."""
    names = _known(signal.evidence.amplifiers, context)
    if names:
        label = "label.voices" if signal.kind is SignalKind.SPIKE else "label.amplifiers"
        yield say(context.locale, label), speech.listed(names)


def _bridges(evidence: Evidence, context: RenderContext) -> Iterator[Line]:
    """Through whom a post came to those who would not have seen it: whom to answer first."""
    locale = context.locale
    names = [
        say(locale, "bridge", name=clean(handle, 40), shares=counted("shares", brought, locale, rough=True))
        for handle, brought in evidence.bridges[:2]
    ]
    if names:
        yield say(locale, "label.bridges"), speech.listed(names)


def _advocates(evidence: Evidence, context: RenderContext) -> Iterator[Line]:
    names = _known(evidence.advocates, context)
    if names:
        yield say(context.locale, "label.advocates"), speech.listed(names)


def _known(people: Sequence[tuple[str, int | None]], context: RenderContext) -> list[str]:
    """The first three, each with what is known of their audience."""
    names = []
    for handle, followers in people[:3]:
        name = clean(handle, 40)
        if followers is not None:
            name += f" ({counted('followers', followers, context.locale, rough=True)})"
        names.append(name)
    return names


def _reach(evidence: Evidence, context: RenderContext) -> Iterator[Line]:
    if evidence.reach is not None and evidence.reach > 0:
        people = counted("people", evidence.reach, context.locale, rough=True)
        yield say(context.locale, "label.reach"), say(context.locale, "reach", people=people)


def organised(coordination: Coordination, kind: SignalKind, locale: Locale, when: Callable[[datetime], str]) -> str:
    """How sure it is that the spreading is organised, and why; `when` says a time as its reader knows it."""
    level = "coordination.high" if coordination.score >= 0.6 else "coordination.some"
    verdict = say(locale, level, percent=speech.percent(coordination.score, locale))
    what = say(locale, "unit.mentions" if kind is SignalKind.SPIKE else "unit.shares")
    reasons: list[str] = []
    for code, detail in coordination.reasons[:3]:
        key = f"reason.{code}"
        figures = _figures(detail)
        if figures is None or not known(key):
            reasons.append(f"{clean(code, 30)} ({clean(detail, 60)})")
            continue
        part_of, whole, beside, lasting = figures
        percent = speech.percent(min(part_of / whole, 1.0), locale)
        words = {
            "percent": percent,
            # Of what it is a part is said once.
            "part": percent if reasons else say(locale, "part", percent=percent, what=what),
            # Of those who move together it says how many they are, and on how many posts they did.
            "accounts": counted("accounts", part_of if code == "moved-together" else beside, locale),
            "posts": counted("posts", beside, locale),
            "time": when(datetime.fromtimestamp(beside, UTC)),
            "span": speech.duration(timedelta(seconds=lasting), locale),
        }
        reasons.append(say(locale, key, **words))
    return speech.labelled(verdict, speech.listed(reasons), locale) if reasons else verdict


def _figures(detail: str) -> tuple[int, int, int, int] | None:
    """The numbers of `part/whole`, `part/whole/accounts or posts` or `part/whole/since/seconds`, 0 for those that are
    missing; None of anything else."""
    numbers = detail.split("/")
    if not 2 <= len(numbers) <= 4 or not all(n.isascii() and n.isdigit() and len(n) <= 10 for n in numbers):
        return None
    part, whole, beside, lasting = (*(int(n) for n in numbers), 0, 0)[:4]
    return (part, whole, beside, lasting) if whole > 0 else None
