"""Playbooks: what whoever is called does first, wherever they read it."""

from dataclasses import replace

import msgspec
import pytest

from alerts.render import mail, mail_html, slack, terminal
from alerts.render.facts import facts
from alerts.render.playbook import Playbook, guide
from models.records import Notification
from tests import samples
from tests.contracts.block_kit import problems
from tests.unit.alerts.render.test_hostile import ENVELOPE

EN = replace(samples.EN, playbook=samples.PLAYBOOK)
FR = replace(samples.FR, playbook=samples.PLAYBOOK_FR)


def test_first_steps_come_before_the_evidence_and_the_statement_after_it() -> None:
    """In mail, Slack and on a terminal alike."""
    sample = samples.waiting()
    told = facts(sample, EN)
    blocks = str(slack.message(sample, EN)[1])
    for text in (mail.plain(told, EN), mail_html.html(told, EN, "", ""), terminal.block(sample, EN), blocks):
        places = [text.index(part) for part in ("First steps", "+33 1 99 00 12 34", "How rare", "Please unplug it.")]
        assert places == sorted(places)
    assert problems(slack.message(sample, EN)[1]) == []


def test_the_statement_is_in_the_reader_s_language_or_in_the_one_there_is() -> None:
    """A statement in another language is better than none."""
    assert guide(samples.waiting().incident, FR).statement.startswith("Nous avons connaissance")
    english = replace(FR, playbook=Playbook(statement={"en": "We know."}))
    assert guide(samples.waiting().incident, english).statement == "We know."


def test_a_topic_has_a_playbook_of_its_own() -> None:
    """A recall needs other steps than a rude waiter."""
    recall = Playbook(steps=("Stop the sale.",))
    context = replace(EN, playbook=replace(samples.PLAYBOOK, topics={"safety-recall": recall}))
    assert guide(samples.waiting().incident, context).steps == ("Stop the sale.",)
    other = replace(EN, playbook=replace(samples.PLAYBOOK, topics={"fraud": recall}))
    assert guide(samples.waiting().incident, other).steps == samples.PLAYBOOK.steps


@pytest.mark.parametrize(
    "sample", [samples.opportunity_alert(), samples.acknowledged(), samples.resolved(), samples.digest_of(3)]
)
def test_nobody_is_sent_to_the_press_office_for_good_or_quiet_news(sample: Notification) -> None:
    """A playbook is for bad news that goes on."""
    assert not facts(sample, EN).guide


def test_a_playbook_is_cleaned_like_any_other_text() -> None:
    """Whoever writes settings is trusted; what was pasted into them is not."""
    nasty = "\x1b[2J<!channel> \u202e<script>x</script>\r\nBcc: a@b.example"
    context = replace(EN, playbook=Playbook(steps=(nasty,) * 40, call=(nasty,), dont=(nasty,), statement={"en": nasty}))
    sample = samples.waiting()
    told = facts(sample, context)
    assert len(told.guide.steps) == 12
    for text in (terminal.block(sample, context), mail.plain(told, context)):
        assert not set(text) & {"\x1b", "\u202e", "\r"}
    assert "<script>" not in mail_html.html(told, context, "", "")
    assert "<!channel>" not in str([b for b in slack.message(sample, context)[1] if b["type"] == "section"])
    assert mail.message(sample, context, ENVELOPE, None)["Bcc"] is None


def test_a_long_statement_keeps_its_lines_and_an_end() -> None:
    """It is to be copied; beyond 1,500 characters it is no holding statement."""
    text = "\n".join(["First line.", "", "Second line.", "x" * 5_000])
    shown = guide(samples.waiting().incident, replace(EN, playbook=Playbook(statement={"en": text}))).statement
    assert shown.startswith("First line.\n\nSecond line.\n")
    assert len(shown) == 1_500
    assert msgspec.json.encode(shown)
