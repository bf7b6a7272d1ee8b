"""Templates of the operator's: their words, our bounds, and never an alert less because of them."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given, settings

from alerts.render import mail, slack, terminal
from alerts.render.context import RenderContext
from alerts.render.facts import facts
from alerts.render.sandbox import OUTPUT_LIMIT, Broken, compiled, rendered
from alerts.render.specimens import specimens
from alerts.render.templates import NAMES, Templates, variables
from tests import samples
from tests.contracts.block_kit import problems
from tests.unit.alerts.render.test_hostile import ENVELOPE, HOSTILE, Tags, poisoned

EVERYTHING = """
{{ exercise }} {{ brand }} {{ brands|join(', ') }} {{ level }} {{ severity }} {{ subject }} {{ headline }}
{{ call }} {{ lead }} {{ next }} {{ why }} {{ reason }} {{ at }} {{ phase }} {{ in_charge }} {{ topic or '' }}
{% for d in details %}{{ d.label }}: {{ d.text }}
{% endfor %}
{% for p in posts %}{{ p.by }} {{ p.text }} {{ p.url }}
{% endfor %}
{% for step in playbook.steps %}{{ loop.index }}. {{ step }}
{% endfor %}{{ playbook.statement }} {{ link }}
"""


class Said:
    """Takes down what is told of broken templates."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def __call__(self, name: str, reason: str) -> None:
        self.heard.append((name, reason))


def with_templates(context: RenderContext, said: Said | None = None, **sources: str) -> RenderContext:
    """`mail_html="…"` is the template `mail.html`."""
    named = {name.replace("_", "."): text for name, text in sources.items()}
    return replace(context, templates=Templates(named, said or Said()))


def parts(context: RenderContext) -> tuple[str, str, str]:
    """Subject, text and HTML of the mail about the sample."""
    made = message_from_bytes(mail.message(samples.waiting(), context, ENVELOPE, None).as_bytes(), policy=default)
    _, text, html = made.walk()
    return str(made["Subject"]), text.get_content(), html.get_content()


def test_templates_take_the_place_of_our_words() -> None:
    """Subject, text, HTML, terminal and Slack, each on its own."""
    context = with_templates(
        samples.EN,
        subject_txt="{{ brand }}: {{ observed|int }}",
        mail_txt="Hello, {{ lead }}",
        mail_html="<p>{{ brand }} &amp; co: {{ headline }}</p>",
        terminal_txt="{{ level }} {{ brand }}\n  {{ next }}",
        slack_txt="*{{ brand }}* {{ link }}",
    )
    subject, text, html = parts(context)
    assert subject == "Maison Lumière: 212"
    assert text.startswith("Hello, 212 negative mentions")
    assert html.strip() == "<p>Maison Lumière &amp; co: Maison Lumière: negative mentions are surging</p>"
    assert "P1 Maison Lumière\n█   Nobody has taken charge yet." in terminal.block(samples.waiting(), context)
    _, blocks = slack.message(samples.waiting(), context)
    link = samples.EN.incident_url(samples.waiting().incident.id)
    assert f"*Maison Lumière* <{link}>" in str(blocks)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("{% if x %}", "line 1: Unexpected end of template"),
        ("{{ nothing_of_the_kind }}", "'nothing_of_the_kind' is undefined"),
        ("{{ posts[7].text }}", "has no element 7"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("  \n ", "makes an empty text"),
        ("{{ brand|safe }}", "No filter named 'safe'"),
        ("{{ brand|urlize }}", "No filter named 'urlize'"),
        ("{{ brand.__class__.__mro__ }}", "unsafe"),
        ("{{ details.append(1) }}", "unsafe"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% macro %} cannot be used"),
        ("{% include 'x' %}", "{% include %} cannot be used"),
        ("{% autoescape false %}{{ brand }}{% endautoescape %}", "{% autoescape %} cannot be used"),
        ("{{ 'a' * 1000000000 }}", "works on numbers only"),
        ("{{ '%999999999d' % 1 }}", "works on numbers only"),
        ("{{ '{:999999999}'.format(1) }}", "unsafe"),
        ("{{ 9 ** 9 ** 9 }}", "“**”"),
        ("{{ range(1000000000)|list }}", "a loop goes over at most 100"),
        ("{% for c in brand %}{{ c }}{% endfor %}", "not over a text"),
        ("{% for a in range(99) recursive %}{{ loop(range(99)) }}{% endfor %}", "never recursive"),
        ("{% for a in range(9) %}" * 4 + "x" + "{% endfor %}" * 4, "at most 3 deep"),
        ("{% for a in range(9) %}x{% endfor %}" * 41, "more than 40 loops"),
        ("{% for a in range(99) %}{% for b in range(99) %}{{ lead }}{% endfor %}{% endfor %}", "characters"),
        ("{% set x = 'abc' %}" + "{% set x = x + x %}" * 40 + "{{ x }}", "grew to more than"),
        ("{% set x = x ~ x %}", "cannot be used in {% set %}"),
        ("{{ " + "(" * 3_000, "nested too deeply"),
        ("x" * 70_000, "is longer than"),
    ],
)
@pytest.mark.parametrize("name", ["mail.txt", "mail.html"])
def test_a_broken_template_falls_back_and_says_so(name: str, broken: str, reason: str) -> None:
    """Whatever is wrong with it: our own words go out, and the operator is told why."""
    said = Said()
    context = with_templates(samples.EN, said, **{name.replace(".", "_"): broken})
    assert parts(context) == parts(samples.EN)
    assert [which for which, _ in said.heard] == [name]
    assert reason in said.heard[0][1]


def test_the_largest_output_is_still_one() -> None:
    """The bound is on the whole, not on what passes through."""
    template = compiled("mail.txt", "{% for a in range(100) %}{{ x }}{% endfor %}")
    assert len(rendered(template, {"x": "y" * (OUTPUT_LIMIT // 100)})) == OUTPUT_LIMIT
    with pytest.raises(Broken):
        rendered(template, {"x": "y" * (OUTPUT_LIMIT // 100 + 1)})


@settings(max_examples=40)
@given(HOSTILE)
@example("<!channel></td><script>x()</script>" * 4)  # so long in Slack's entities that the link at the end is cut
def test_hostile_text_stays_text_in_templates(text: str) -> None:
    """A template that shows everything makes no tag, link, header, command or mention of what the public wrote."""
    notification, context = poisoned(text)
    sources = {name.replace(".", "_"): EVERYTHING for name in NAMES}
    context = with_templates(context, **sources | {"mail_html": f'<div title="{{{{ brand }}}}">{EVERYTHING}</div>'})
    made = message_from_bytes(mail.message(notification, context, ENVELOPE, None).as_bytes(), policy=default)
    assert made["Bcc"] is None
    assert "\n" not in str(made["Subject"])
    page = Tags()
    page.feed([*made.walk()][2].get_content())
    assert page.tags == {"div"}
    assert not page.handlers
    shown = terminal.block(notification, context)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    _, blocks = slack.message(notification, context)
    assert problems(blocks) == []
    link = context.incident_url(notification.incident.id)
    assert "<" not in blocks[1]["text"]["text"].replace(f"<{link}>", "")


def test_every_variable_is_always_there() -> None:
    """What a template speaks of in one message, it can speak of in all."""
    names = {frozenset(variables("mail.txt", *specimen)) for specimen in specimens()}
    assert len(names) == 1


def test_posts_are_defanged_in_mail_and_as_they_are_on_a_terminal() -> None:
    """A mail program would make a link of them; a terminal's reader wants to copy the address."""
    told = facts(samples.waiting(), samples.EN)
    in_mail = variables("mail.html", told, samples.waiting(), samples.EN)["posts"][0]["url"]
    on_terminal = variables("terminal.txt", told, samples.waiting(), samples.EN)["posts"][0]["url"]
    assert in_mail == "hxxps://social[.]example/julie_mtl/1187"
    assert on_terminal == "https://social.example/julie_mtl/1187"
