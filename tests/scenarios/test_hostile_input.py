"""Hostile input through every door, with real rendering: nothing breaks, nothing is lost silently, nobody is harmed."""

import asyncio
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from models.records import Delivery, Mention, Outcome, Post, Share, Tick, Topic, Why
from streams.sources import sink
from streams.understanding import build_matcher
from tests.contracts.block_kit import problems
from tests.contracts.fake_slack import Message
from tests.scenarios import hostile
from tests.scenarios.hostile import CONSOLE, CROWD, ONSET, TO, Day

pytestmark = pytest.mark.timeout(3 * hostile.HANG_S)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """One hostile day; what came of it does not change any more."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sink, "DEADLINE_S", hostile.HANG_S)
        return asyncio.run(hostile.live(tmp_path_factory.mktemp("hostile")))


def test_every_row_is_published_or_refused(day: Day) -> None:
    """At the doors the counts add up: each row of each file and each item of each request has one fate."""
    for door, offered in day.offered.items():
        admitted = [r for topic in (Topic.POSTS, Topic.SPREAD) for r in day.records(topic)
                    if isinstance(r, Post | Share) and r.source == door]  # fmt: skip
        refused = [d for d in day.dead if d.origin.startswith(f"{door}/")]
        assert len(admitted) + len(refused) == offered, door
    answers = [answer for status, answer in day.answers if status == 202]
    assert [status for status, _ in day.answers] == [202, 202, 400, 400, 202, 413]
    refused_items = sum(int(str(answer["refused"])) for answer in answers)
    assert refused_items == len([d for d in day.dead if d.origin.startswith("web/")])
    taken = sum(int(str(answer["published"])) for answer in answers)
    assert taken == len([r for t in (Topic.POSTS, Topic.SPREAD) for r in day.records(t)
                         if isinstance(r, Post | Share) and r.source == "web"])  # fmt: skip


def test_every_post_is_a_mention_or_names_nobody_or_is_a_dead_letter(day: Day) -> None:
    """On the topic, too, each record has exactly one of three fates: none is lost without a word."""
    dead = {d.origin for d in day.dead}
    mentioned = {m.post.id for m in day.mentions}
    brands = hostile.settings().brands
    matcher, watched = build_matcher(brands), {brand.name for brand in brands}
    fates = {"mention": 0, "nobody": 0, "dead": 0}
    for offset, entry in enumerate(day.runner.log[Topic.POSTS]):
        if isinstance(entry.record, Tick):
            continue
        if f"posts/0/{offset}" in dead:
            fates["dead"] += 1
            continue
        post = entry.record or hostile.decoded(entry.raw)
        assert isinstance(post, Post)
        named = post.id in mentioned
        known = watched.intersection(post.known_brands or ())
        matched = post.known_brands != () and matcher.match([post], lambda text, hint: "und")[0]
        assert named == bool(known or matched), post.id[:80]
        fates["mention" if named else "nobody"] += 1
    assert fates["dead"] == len([origin for origin in dead if origin.startswith("posts/")])
    assert all(number > 0 for number in fates.values())


def test_every_dead_letter_says_why_and_where_from(day: Day) -> None:
    """A reason, a sentence, an origin of its own; only the doors refuse, no stage behind them stumbles."""
    assert len({d.id for d in day.dead}) == len(day.dead) == len({d.origin for d in day.dead})
    assert all(d.reason and d.detail and d.origin for d in day.dead)
    assert {d.origin.split("/")[0] for d in day.dead} == {"posts", "web", "wave", "table"}
    assert {d.reason for d in day.dead} == {
        "malformed", "invalid", "empty", "bad-text", "bad-time", "no-time", "no-root",
    }  # fmt: skip


def test_five_hundred_brands_at_once_are_five_hundred_mentions(day: Day) -> None:
    """A post that names everybody is everybody's mention, once each, and nobody's alarm."""
    crowd = {m.id: m for m in day.mentions if m.post.id == "wave:crowd"}.values()
    assert sorted(m.brand for m in crowd) == sorted([*CROWD, "acme"])
    assert {n.incident.brand for n in day.notifications} == {"acme"}


def test_ten_megabytes_are_cut_and_ten_thousand_characters_of_handle_too(day: Day) -> None:
    """What comes in by a door is bounded, and says that it was cut."""
    posts = {m.post.id: m.post for m in day.mentions if isinstance(m, Mention)}
    huge, long = posts["wave:huge"], posts["wave:long-handle"]
    assert len(huge.text) <= 20_000
    assert "truncated" in huge.notes
    assert max(len(long.author.id), len(long.author.handle), len(long.author.name)) <= 512


def test_the_honest_posts_raise_the_alarm(day: Day) -> None:
    """In the midst of all this the wave is told within ten minutes, by every channel, and to its end."""
    notifications = day.notifications
    assert notifications[0].why is Why.FIRST
    assert notifications[0].at - ONSET <= timedelta(minutes=10)
    assert [n.why for n in notifications].count(Why.ENDED) == 1
    sent = [r for r in day.records(Topic.DELIVERIES) if isinstance(r, Delivery) and r.channel]
    assert {d.outcome for d in sent} == {Outcome.SENT}
    assert len(sent) == 3 * len(notifications)
    assert len(day.mails) == len(notifications)


def test_the_alerts_show_the_hostile_posts(day: Day) -> None:
    """What follows would prove nothing if the venom had never come near a human."""
    for shown in (day.terminal, str(day.slack), str([plain(mail) for mail in day.mails])):
        assert "channel" in shown
        assert "onerror" in shown
        assert "Bcc: " in shown


def test_slack_pings_nobody_and_links_nowhere_but_to_the_post(day: Day) -> None:
    """Markup of ours aside, no angle bracket is live; a link to a post is ours in its words, and names its host."""
    assert day.slack
    for message in day.slack:
        assert problems(message.blocks) == []
        for text in marked_up(message):
            ours = re.sub(rf"<{CONSOLE}/incidents/\w+\|[^<>]*>", "", text)
            assert not re.search(r"[<>]", ours)
        for element in rich(message):
            assert element["type"] in {"text", "link"}
            if element["type"] == "link":
                assert element["text"] == "open the post on evil.example"


def test_mail_keeps_its_headers_and_has_one_link(day: Day) -> None:
    """Nobody else is written to; the page has no tag of theirs, and its only link is to our console."""
    for mail in day.mails:
        assert mail["To"] == TO
        assert {name.lower() for name in mail} & {"bcc", "cc", "reply-to"} == set()
        assert len(mail.get_all("Subject")) == 1  # type: ignore[arg-type]
        assert mail.defects == []
        page = Live()
        page.feed(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
        assert len(page.links) == 1
        assert page.links[0].startswith(f"{CONSOLE}/incidents/")
        assert page.handlers == []
        assert not page.tags & {"script", "iframe", "form", "object", "svg"}
        assert page.pictures <= 1
        assert re.findall(r"https?://\S+", plain(mail)) == page.links


def test_the_terminal_obeys_nothing(day: Day) -> None:
    """No control character and nothing that turns a line around; addresses in what people wrote are not addresses."""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", day.terminal)
    lines = [line for line in day.terminal.splitlines() if re.search(r"https?:", line)]
    assert all(re.fullmatch(r"[█│] +(→ https://tocsin\.example/\S+|https://evil\.example/\S*)", line) for line in lines)


class Live(HTMLParser):
    """Collects what is alive in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.pictures = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.pictures += tag == "img"


def plain(mail: object) -> str:
    return mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined,no-any-return]


def marked_up(message: Message) -> list[str]:
    """All texts that Slack parses."""
    texts = [message.text]
    for block in message.blocks:
        if block["type"] in {"section", "context"}:
            parts = [block["text"]] if "text" in block else block["elements"]
            texts += [part["text"] for part in parts if part["type"] == "mrkdwn"]
    return texts


def rich(message: Message) -> list[dict[str, object]]:
    """All elements of rich text, which Slack does not parse."""
    return [
        element
        for block in message.blocks
        if block["type"] == "rich_text"
        for section in block["elements"]
        for element in section["elements"]
    ]
