"""Hostile text: whatever the public writes, no channel obeys it, and every message stays within its limits."""

import re
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.render import mail, mail_html, slack, terminal
from alerts.render.context import RenderContext
from alerts.render.facts import facts
from alerts.render.safety import clean, defang, web_url
from models.records import Driver, Notification, Signal
from tests import samples
from tests.contracts.block_kit import problems

VENOM = st.sampled_from(
    ["<!channel>", "<@U1>", "<http://e.example|x>", "&lt;", "</td><script>x()</script>", '"><img src=x onerror=x()>',
     "\r\nBcc: victim@e.example", "\x1b[2J", "\x9b31m", "\u202e", "https://e.example/a", "www.e.example", "a@e.example",
     "javascript:x()", "{brand}", "%s", "$x^2$", "\ud800", "\x00", "😀" * 40, "é́́́́́́", "العربية", "_*~`"]
)  # fmt: skip
HOSTILE = st.lists(st.one_of(VENOM, st.text(max_size=30)), max_size=12).map("".join)
ENVELOPE = mail.Envelope("Tocsin <bell@lumiere.example>", ("cm@lumiere.example",), samples.NOW)


def poisoned(text: str) -> tuple[Notification, RenderContext]:
    """An alert in which everything that the public can choose is `text`."""
    driver = Driver(post_id=text, author=text, excerpt=text, created_at=samples.ONSET, url=text, network=text)
    linked = msgspec.structs.replace(driver, url="https://x.example/" + text)
    base: Signal = samples.spike()
    evidence = msgspec.structs.replace(
        base.evidence,
        drivers=(driver, linked, driver, driver),
        words=(text,) * 9,
        networks=((text, 3),) * 9,
        amplifiers=((text, 5),) * 9,
        risk=msgspec.structs.replace(base.evidence.risk, topic=text) if base.evidence.risk else None,
    )
    signal = msgspec.structs.replace(base, evidence=evidence, story=text)
    return samples.notification(samples.incident(signal)), RenderContext(text, "fr", "https://tocsin.example")


class Tags(HTMLParser):
    """Collects what is alive in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")


@settings(max_examples=60)
@given(HOSTILE)
def test_slack_shows_it_and_obeys_nothing(text: str) -> None:
    """Within Slack's limits; the only angle brackets are our own link; foreign words stand in inert elements."""
    notification, context = poisoned(text)
    fallback, blocks = slack.message(notification, context)
    assert problems(blocks) == []
    assert len(fallback) <= slack.TEXT_LIMIT
    for block in blocks:
        if block["type"] in ("section", "context"):
            for part in [block["text"]] if "text" in block else block["elements"]:
                assert part["verbatim"] is True
                rest = re.sub(r"<https://tocsin\.example/incidents/\w+\|[^<>]*>", "", part["text"])
                assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", rest)
    assert not re.search(r"[<>]", fallback)


@settings(max_examples=60)
@given(HOSTILE)
def test_mail_headers_and_html_stay_ours(text: str) -> None:
    """No header is injected, no tag of theirs exists, and the only link is the one to our console."""
    notification, context = poisoned(text)
    made = mail.message(notification, context, ENVELOPE, None)
    parsed = message_from_bytes(made.as_bytes(), policy=default)
    assert parsed["Bcc"] is None
    assert parsed["To"] == "cm@lumiere.example"
    assert "\n" not in str(parsed["Subject"])
    page = Tags()
    page.feed(mail_html.html(facts(notification, context), context, "", ""))
    assert page.links == [context.incident_url(notification.incident.id)]
    assert not page.handlers
    assert not page.tags & {"script", "img", "iframe", "form", "object", "svg"}


@settings(max_examples=60)
@given(HOSTILE)
def test_a_terminal_gets_no_command(text: str) -> None:
    """No control character, escape sequence or line that runs backwards reaches the terminal."""
    notification, context = poisoned(text)
    shown = terminal.block(notification, context)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


@given(st.text(), st.integers(1, 50))
def test_clean_text_is_one_short_line(text: str, limit: int) -> None:
    """Within the limit, encodable, on one line, and cleaning again changes nothing more."""
    once = clean(text, limit)
    assert len(once) <= limit
    once.encode()  # no lone surrogate is left
    assert "\n" not in once
    assert clean(once, limit) == once


@given(HOSTILE)
def test_defanged_text_has_no_address(text: str) -> None:
    """Nothing that a mail program would make a link of is left."""
    assert not re.search(r"(https?|ftp|javascript|mailto):|\w\.[a-zA-Z]{2,}|@\w", defang(clean(text)), re.IGNORECASE)


@given(st.one_of(HOSTILE, HOSTILE.map("https://a.example/".__add__)))
def test_an_address_is_plain_or_nothing(url: str) -> None:
    """What may stand in a link is http(s), without characters that could end the link."""
    safe = web_url(url)
    assert safe is None or re.fullmatch(r"https?://[^\s<>\"|\\^`{}]+", safe, re.IGNORECASE)
