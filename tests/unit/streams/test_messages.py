"""Playbooks and templates of the settings: read, spoken, and found out when something is wrong with them."""

import logging
from pathlib import Path

import msgspec
import pytest

from streams import messages
from streams.channels import contexts
from streams.settings.lint import Level, lint
from streams.settings.messages import messages as remarks
from streams.settings.people import PlaybookSettings, TemplateSettings
from streams.settings.schema import BrandSettings, Settings

ACME = BrandSettings(name="acme", query="acme", label="Acme", locale="fr", playbook="crisis")
CRISIS = PlaybookSettings(
    steps=("Read.",), statement_fr="Nous savons.", statement_en="We know.", topics={"safety-recall": "recall"}
)
SETTINGS = Settings(brands=(ACME,), playbooks={"crisis": CRISIS, "recall": PlaybookSettings(steps=("Stop the sale.",))})


def said(settings: Settings) -> list[str]:
    return [f"{remark.level.value} {remark.key}: {remark.message} | {remark.remedy}" for remark in remarks(settings)]


def with_playbook(**changes: object) -> Settings:
    return msgspec.structs.replace(
        SETTINGS, playbooks=dict(SETTINGS.playbooks) | {"crisis": msgspec.structs.replace(CRISIS, **changes)}
    )


def with_templates(folder: Path, **sources: str) -> Settings:
    for name, text in sources.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return msgspec.structs.replace(SETTINGS, templates=TemplateSettings(folder=str(folder)))


def test_a_brand_speaks_with_its_playbook_and_in_exercises_too() -> None:
    """With those of its topics; a brand without one has none."""
    speak = contexts(SETTINGS)
    for name in ("acme", "drill:acme"):
        playbook = speak(name).playbook
        assert playbook is not None
        assert playbook.steps == ("Read.",)
        assert playbook.topics["safety-recall"].steps == ("Stop the sale.",)
        assert playbook.statement == {"en": "We know.", "fr": "Nous savons."}
    assert speak("gone").playbook is None


def test_good_playbooks_have_no_remarks() -> None:
    """Nothing to say of what is right."""
    assert said(SETTINGS) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            msgspec.structs.replace(SETTINGS, brands=(msgspec.structs.replace(ACME, playbook="crysis"),)),
            'error brands[acme].playbook: there is no playbook "crysis" | did you mean crisis?',
        ),
        (
            with_playbook(topics={"safety-recall": "recal"}),
            'error playbooks.crisis.topics.safety-recall: there is no playbook "recal" | did you mean recall?',
        ),
        (with_playbook(topics={"recal": "recall"}), "warning playbooks.crisis.topics.recal: there is no such topic"),
        (with_playbook(topics={}), 'warning playbooks.recall: no brand uses this playbook | set playbook = "recall"'),
        (with_playbook(topics={"fraud": "crisis"}), "has topics of its own"),
        (with_playbook(steps=("x",) * 10), "warning playbooks.crisis.steps: is more than somebody reads at three"),
        (with_playbook(statement_en="x" * 1_001), "warning playbooks.crisis.statement_en: is longer than 1000"),
        (with_playbook(statement_fr=""), "warning playbooks.crisis.statement_fr: is missing"),
        (with_playbook(steps=(), statement_fr="", statement_en=""), "says nothing of what to do first"),
    ],
)
def test_what_is_odd_about_a_playbook_is_said(settings: Settings, words: str) -> None:
    """Names of nothing, and texts that nobody reads at night."""
    assert any(words in remark for remark in said(settings))


def test_good_templates_have_no_remarks(tmp_path: Path) -> None:
    """Rendered for every kind of message, in both languages."""
    good = "{{ subject }} {% for post in posts %}{{ post.text }}{% endfor %}{{ playbook.statement }}"
    assert said(with_templates(tmp_path, mail_html=good, subject_txt="{{ subject }}")) == []


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("mail_html", "{% if %}", "error templates.mail.html: line 1: "),
        ("mail_txt", "{{ headlin }}", "error templates.mail.txt: 'headlin' is undefined"),
        ("slack_txt", "{{ posts[0].text }}", "error templates.slack.txt: "),  # a calm message has no posts
        ("subject_txt", "{{ call }}", "error templates.subject.txt: makes an empty text"),
        ("mail_htm", "", "holds no template"),
        ("mial_html", "x", "warning templates.folder: mial.html is not used | did you mean mail.html?"),
    ],
)
def test_what_is_wrong_with_a_template_is_said_before_an_alert_needs_it(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    """Syntax, unknown variables, what is only sometimes there, and names that mean nothing."""
    assert any(words in remark for remark in said(with_templates(tmp_path, **{name: text})))


def test_a_folder_that_is_not_there_is_an_error() -> None:
    """As a part of everything else that is checked."""
    settings = msgspec.structs.replace(SETTINGS, templates=TemplateSettings(folder="/nowhere/at/all"))
    assert any(r.level is Level.ERROR and r.key == "templates.folder" for r in lint(settings))


def test_a_broken_template_is_logged_once_and_counted_each_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator hears of it; the log is not filled with it."""
    broken = messages.Broken()
    before = _counted("mail.txt")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            broken("mail.txt", "line 1: wrong")
    assert len(caplog.records) == 1
    assert _counted("mail.txt") == before + 3


def _counted(name: str) -> float:
    return messages.metrics.TEMPLATES_BROKEN.labels(name)._value.get()


def test_files_that_are_no_text_are_told(tmp_path: Path) -> None:
    """Whatever lies in the folder, settings are read to the end."""
    settings = with_templates(tmp_path)
    (tmp_path / "mail.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "mail.html").mkdir()
    assert sum("cannot be read" in remark for remark in said(settings)) == 2
    assert messages.templates(settings) is not None
