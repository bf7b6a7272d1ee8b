"""A report as one page that needs nothing else: no network, no script, its style sheet inside."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final
from xml.etree.ElementTree import Element

from alerts.handling import Handled
from alerts.render.outlook import track_record
from models.position.figures import Change, Part, Person, Place, Rival, Standing, Story
from streams.console.markup import Child, document, el, outside
from streams.console.speech import Speech
from streams.report.charts import bars, meter, split
from streams.report.report import Report
from streams.report.say import UNCOUNTED, Say
from streams.report.style import CSS
from streams.report.summary import people, topic
from streams.zones import zone_of

_POLICY: Final = "default-src 'none'; style-src data:; img-src data:"
"""What a browser would let the page do, were there anything in it: nothing but its own looks."""
_ROWS: Final = 400
_TOLD: Final = {Change.MORE: "up", Change.LESS: "down"}


def page(report: Report) -> bytes:
    """The page, in the report's language and time zone."""
    say = Say(report.locale, zone_of(report.timezone))
    now = report.position.now
    parts: list[Child] = [*_figures(say, report), *_course(say, report), *_sentiment(say, report)]
    parts += [*_stories(say, report), *_topics(say, report), *_who(say, report), *_where(say, report)]
    return _document(
        say,
        report,
        el("h1", say("title", brand=report.title)),
        _period(say, report),
        el("div", [el("p", sentence, dir="auto") for sentence in report.summary], class_="lead"),
        [el("p", notice, class_="notice") for notice in _notices(say, report)],
        parts if now.mentions else None,
        _rivals(say, report),
        _incidents(say, report),
        _method(say),
    )


def _document(say: Say, report: Report, *body: Child | Sequence[Child]) -> bytes:
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("title", say("title", brand=report.title)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("link", rel="stylesheet", href="data:text/css;base64," + b64encode(CSS.encode()).decode()),
        el("link", rel="icon", href="data:,"),
    )
    foot = el("footer", el("p", say("made", time=say.minute(report.made_at))))
    return document(el("html", head, el("body", el("main", *body), foot), lang=say.locale))


def _period(say: Say, report: Report) -> Element:
    period = report.position.period
    text = say.period(period, report.timezone)
    if report.position.before is not None:
        text += f". {say('compared', length=say.length(period.length))}"
    return el("p", text[:1].upper() + text[1:], class_="soft")


def _notices(say: Say, report: Report) -> list[str]:
    position = report.position
    notices = [say("nobody-hint")] if position.listened and not position.now.mentions else []
    if position.listened and position.heard_from is not None:
        notices.append(say("late", time=say.minute(position.heard_from)))
    elif position.listened and position.deaf_hours:
        notices.append(say.counted("deaf", position.deaf_hours))
    if position.before is None:
        notices.append(say("no-before"))
    if report.origin == "file":
        notices.append(say("simulated"))
    return notices


def _section(title: str, *body: Child | Iterable[Child]) -> Element:
    return el("section", el("h2", title), *body)


def _table(head: Sequence[tuple[str, str]], rows: Sequence[Element], *, tall: bool = False) -> Element:
    """`head`: the name of each column, and its kind: `n` for numbers, `bar`, or nothing.

    A `tall` one has many columns: on a phone its cells stand below each other, each with its column's name.
    """
    for row in rows if tall else ():
        for cell, (name, _) in zip(row, head, strict=False):
            cell.set("data-label", name)
    cells = [el("th", name, class_=kind or None, scope="col") for name, kind in head]
    table = el("table", el("thead", el("tr", cells)), el("tbody", rows), class_="tall" if tall else None)
    return el("div", table, class_="scroll")


def _cell(*children: Child, kind: str = "") -> Element:
    return el("td", *children, class_=kind or None)


# ── how much, and how negative ────────────────────────────────────────────────────────────────────────────────


def _figures(say: Say, report: Report) -> list[Element]:
    now, before = report.position.now, report.position.before
    counts: list[tuple[str, Callable[[Standing], str]]] = [("mentions", lambda each: say.number(each.mentions))]
    if people(say, now, noun=False) is not None:
        counts.append(("authors", lambda each: people(say, each, noun=False) or UNCOUNTED))
    counts.append(("stories", lambda each: say.number(each.stories)))
    if now.reach is not None:
        counts.append(("reach", lambda each: _reach(say, each)))
    shares: list[tuple[str, Callable[[Standing], Part]]] = [
        ("negative", lambda each: each.negative),
        ("at-risk", lambda each: each.at_risk),
        ("adverse", lambda each: each.adverse),
        ("positive", lambda each: each.positive),
    ]
    facts = [_fact(say, name, tell(now), None if before is None else tell(before)) for name, tell in counts]
    for name, part in shares:
        was = None if before is None else say.share(part(before))
        facts.append(_fact(say, name, say.share(part(now)), was, say.range(part(now))))
    return [_section(say("figures"), el("dl", facts, class_="card"))]


def _reach(say: Say, standing: Standing) -> str:
    if standing.reach is None:
        return UNCOUNTED
    return say("at-most", n=say.about(standing.reach))


def _fact(say: Say, name: str, value: str, before: str | None, interval: str = "") -> Element:
    beside = [interval] if interval else []
    beside += [] if before is None else [say("was", before=before)]
    return el("div", el("dt", say(name)), el("dd", value), [el("div", each, class_="soft small") for each in beside])


def _course(say: Say, report: Report) -> list[Element]:
    series, step = report.position.series, report.position.step
    head = [(say("when"), ""), (say("mentions"), "n"), (say("negative"), "n"), (say("adverse"), "n"),
            (say("positive"), "n")]  # fmt: skip
    rows = [
        el(
            "tr",
            _cell(say.time(each.at) if step == "hour" else say.day(each.at)),
            [_cell(say.number(n), kind="n") for n in (each.mentions, each.negative, each.adverse, each.positive)],
        )
        for each in series[:_ROWS]
    ]
    numbers = el("details", el("summary", say("numbers")), _table(head, rows))
    return [_section(say("chart"), el("div", bars(say, series, step), numbers, class_="card"))]


def _sentiment(say: Say, report: Report) -> list[Element]:
    now, before = report.position.now, report.position.before
    shown = [el("h3", say("this-period")), split(say, now)]
    if before is not None and before.mentions:
        shown += [el("h3", say("period-before")), split(say, before)]
    return [_section(say("sentiment"), el("div", shown, class_="card"))]


# ── what, who, where ──────────────────────────────────────────────────────────────────────────────────────────


def _stories(say: Say, report: Report) -> list[Element]:
    return [_section(say("stories-title"), [_story(say, each) for each in report.position.stories])]


def _story(say: Say, story: Story) -> Element:
    facts = [el("strong", say.counted("voices", story.voices))]
    facts += [el("span", say.counted("mentions", story.mentions))] if story.mentions != story.voices else []
    facts += [el("span", say("story-share", share=say.share(story.negative)))] if story.mentions > 1 else []
    facts += [el("span", topic(say, story.topic))] if story.topic is not None else []
    source: list[Child] = [el("bdi", story.author or say("unnamed")), " · "]
    source += [el("bdi", story.network), " · "] if story.network else []
    source.append(outside(story.url, say.minute(story.at)))
    if story.followers is not None:
        source += [" · ", say.followers(story.followers)]
    return el(
        "article",
        el("p", facts, class_="tags small"),
        el("blockquote", story.excerpt, dir="auto"),
        el("p", *source, class_="soft small"),
        class_="card",
    )


def _topics(say: Say, report: Report) -> list[Element]:
    topics = report.position.topics
    if not topics:
        return []
    head = [(say("topic"), ""), (say("mentions"), "n"), (say("share"), "n"), ("", "bar")]
    rows = [
        el(
            "tr",
            _cell(topic(say, each.topic)),
            _cell(say.number(each.mentions), kind="n"),
            _cell(say.percent(each.share), kind="n"),
            _cell(meter(each.share, "bad"), kind="bar"),
        )
        for each in topics
    ]
    return [_section(say("topics"), el("div", _table(head, rows), class_="card"))]


def _who(say: Say, report: Report) -> list[Element]:
    critics, advocates = report.position.critics, report.position.advocates
    if not critics and not advocates:
        return []
    boxes = [_people(say, "critics", critics, "negative"), _people(say, "advocates", advocates, "positive")]
    return [_section(say("who"), el("div", boxes, class_="two"))]


def _people(say: Say, title: str, persons: Sequence[Person], kind: str) -> Element:
    head = [(say("author"), ""), (say("followers"), "n"), (say(kind), "n")]
    rows = [
        el(
            "tr",
            _cell(el("bdi", each.author), el("br"), el("bdi", each.network, class_="soft small"), kind="who"),
            _cell(UNCOUNTED if each.followers is None else say.number(each.followers), kind="n"),
            _cell(say.number(each.negative if kind == "negative" else each.positive), kind="n"),
        )
        for each in persons
    ]
    table = _table(head, rows) if rows else el("p", say("nobody-named"), class_="soft")
    return el("div", el("h3", say(title)), table, class_="card")


def _where(say: Say, report: Report) -> list[Element]:
    position = report.position
    boxes = [
        _places(say, "networks", "network", [(each.name or say("others"), each) for each in position.networks]),
        _places(say, "languages", "language", [(_language(say, each.name), each) for each in position.languages]),
    ]
    return [_section(say("where"), el("div", boxes, class_="two"))]


def _language(say: Say, code: str) -> str:
    key = f"language.{code}"
    return say(key) if say.knows(key) else code or say("others")


def _places(say: Say, title: str, column: str, places: Sequence[tuple[str, Place]]) -> Element:
    head = [(say(column), ""), (say("mentions"), "n"), (say("share"), "n"), (say("negative"), "n")]
    rows = [
        el(
            "tr",
            _cell(el("bdi", name), kind="who"),
            [_cell(text, kind="n") for text in (say.number(each.mentions), say.percent(each.share))],
            _cell(say.share(each.negative), kind="n"),
        )
        for name, each in places
    ]
    return el("div", el("h3", say(title)), _table(head, rows), class_="card")


# ── competitors, alerts, method ───────────────────────────────────────────────────────────────────────────────


def _rivals(say: Say, report: Report) -> Element | None:
    rivals = report.position.rivals
    if not any(each.mentions or each.mentions_before for each in rivals):
        return None
    head = [(say("brand"), ""), (say("mentions"), "n"), (say("voice"), "n"), ("", "bar"), (say("negative"), "n"),
            (say("change"), "")]  # fmt: skip
    rows = [_rival(say, report, each, us=index == 0) for index, each in enumerate(rivals)]
    hint = el("p", say("rivals-hint"), class_="soft small")
    return _section(say("rivals"), el("div", _table(head, rows, tall=True), hint, class_="card"))


def _rival(say: Say, report: Report, rival: Rival, *, us: bool) -> Element:
    voice, was = rival.share_of_voice, rival.share_of_voice_before
    return el(
        "tr",
        _cell(el("bdi", report.titles.get(rival.brand, rival.brand))),
        _cell(say.number(rival.mentions), _was(say, rival.mentions_before), kind="n"),
        _cell(UNCOUNTED if voice is None else say.percent(voice), _was(say, was, share=True), kind="n"),
        _cell(meter(voice or 0.0), kind="bar"),
        _cell(say.share(rival.negative), _aside(say.range(rival.negative)), _was_part(say, rival), kind="n"),
        el("td", say(f"told.{rival.change}"), class_=_TOLD.get(rival.change)),
        class_="us" if us else None,
    )


def _was(say: Say, value: float | None, *, share: bool = False) -> Element | None:
    if value is None:
        return None
    return _aside(say("was", before=say.percent(value) if share else say.number(value)))


def _was_part(say: Say, rival: Rival) -> Element | None:
    return None if rival.negative_before is None else _was(say, rival.negative_before.share, share=True)


def _aside(text: str) -> Element | None:
    return el("div", text, class_="soft small") if text else None


def _incidents(say: Say, report: Report) -> Element:
    handling, simulated = report.handling, report.origin == "file"
    notes: list[str] = []
    if not handling.incidents:
        notes.append(say("incidents-none-simulated" if simulated else "incidents-none"))
    if handling.false_alarms:
        notes.append(say.counted("false-alarms", handling.false_alarms))
    if handling.before is not None:
        notes.append(say("incidents-before", n=say.number(handling.before)))
    if handling.accuracy is not None:
        notes.append(f"{say('accuracy')}{say.colon}{track_record(handling.accuracy, say.locale)}")
    head = [(say("severity"), ""), (say("opened"), ""), (say("what"), ""), (say("answer"), "")]
    words = Speech(say.locale, say.zone)
    rows = [_incident(say, words, each, simulated=simulated) for each in handling.incidents]
    columns = head[:3] if simulated else head
    table = _table(columns, rows, tall=True) if rows else None
    return _section(say("incidents"), el("div", table, [el("p", note) for note in notes], class_="card"))


def _incident(say: Say, words: Speech, each: Handled, *, simulated: bool) -> Element:
    what = words(each.kind.value if each.kind is not None else f"phase.{each.phase}")
    false = el("div", say("false-alarm"), class_="small") if each.false_alarm else None
    answer = say("unanswered")
    if each.answered_at is not None:
        wait = say.duration(max((each.answered_at - each.told_at) / timedelta(seconds=1), 0.0))
        answer = say("answered", who=each.answered_by or UNCOUNTED, wait=wait)
    return el(
        "tr",
        _cell(el("span", each.severity.value, class_=f"badge {each.severity}")),
        _cell(say.minute(each.opened_at)),
        _cell(what if each.url is None else outside(each.url, what), false),
        None if simulated else _cell(el("bdi", answer)),
    )


def _method(say: Say) -> Element:
    lines = [el("p", say(f"method-{n}"), class_="soft small") for n in (1, 2, 3)]
    return _section(say("method"), lines)
