"""The page of a report: whole by itself, in both languages, and nothing of the public's becomes markup."""

import re
from html.parser import HTMLParser

import pytest

from streams.report.page import page
from streams.report.report import Report
from streams.settings.kinds import Locale
from tests import browser
from tests.unit.models.position.cases import mention, mentions
from tests.unit.streams.report.cases import crisis, report
from tests.unit.streams.report.test_report import alerts


class _Parts(HTMLParser):
    """The tags and attributes of a page, and what its texts say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said += data


def parts(found: Report) -> _Parts:
    return _Parts(page(found).decode())


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("file", [False, True])
def test_hostile_text_stays_text(locale: Locale, file: bool) -> None:
    """No script, image, handler or foreign address gets in; what was written is shown."""
    found = parts(report(crisis(), alerts(), locale=locale, file=file))
    assert not found.tags & {"script", "img", "style", "iframe", "b"}
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "style"]
    links = [value or "" for name, value in found.attributes if name in {"href", "src"}]
    assert all(link.startswith(("https://", "data:")) for link in links)
    assert "<script>document.title" in found.said
    assert "\u202e" not in found.said


def test_the_page_needs_nothing_else() -> None:
    """Nothing is loaded from anywhere, and its own policy would not let it."""
    text = page(report(crisis())).decode()
    loaded = re.findall(r'<link[^>]* href="([^"]*)"', text)
    assert len(loaded) == 2
    assert all(address.startswith("data:") for address in loaded)
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    ("locale", "titles"),
    [
        ("en", ["In figures", "Who", "Where", "Against competitors", "Alerts", "dangerous or recalled product"]),
        ("fr", ["En chiffres", "Qui", "Où", "Face aux concurrents", "Alertes", "produit dangereux ou rappelé"]),
    ],
)
def test_the_page_in_both_languages(locale: Locale, titles: list[str]) -> None:
    """Sections and sentences are in the report's language, and times in the brand's zone."""
    found = parts(report(crisis(), alerts(), locale=locale))
    assert all(title in found.said for title in titles)
    assert ("lang", locale) in found.attributes
    assert "Europe/Paris" in found.said


def test_the_chart_has_a_bar_for_each_day() -> None:
    """Seven days of UTC touch eight in Paris; no bar is taller than the chart, and each says its figures."""
    text = page(report(crisis())).decode()
    bars = re.search(r'<svg [^>]*class="bars".*?</svg>', text, re.DOTALL)
    assert bars is not None
    columns = [rect for rect in re.findall(r"<rect[^>]*>", bars[0]) if 'class="all"' in rect]
    heights = [float(found[1]) for rect in columns if (found := re.search(r'height="([\d.]+)"', rect))]
    assert bars[0].count("<title>") == len(heights) == 8
    assert max(heights) == 100.0
    assert min(heights) == 0.0


@pytest.mark.parametrize("file", [False, True])
def test_cells_of_wide_tables_know_their_column(file: bool) -> None:
    """On a phone a cell stands under its row's name, and says by itself what it is."""
    found = parts(report(crisis(), alerts(), file=file))
    labels = {value for name, value in found.attributes if name == "data-label" and value}
    answer = set() if file else {"Answer"}
    assert labels == {"Brand", "Mentions", "Share of voice", "Negative", "Change", "Severity", "Since", "What"} | answer


def test_an_empty_report_is_a_page_too() -> None:
    """Nothing to draw: it says so, and what to look at."""
    found = parts(report())
    assert "Nobody mentioned" in found.said
    assert "tocsin check" in found.said
    assert "In figures" not in found.said


def test_what_cannot_be_compared_is_said() -> None:
    """Without a past there is no “before”, and a notice says why."""
    found = parts(report(mentions(30, 3), before=False))
    assert "does not reach back far enough" in found.said
    assert "before:" not in found.said


@pytest.mark.parametrize("network", ["", "x" * 500])
def test_odd_names_do_not_break_it(network: str) -> None:
    """No name, or one without an end: the page still stands."""
    found = parts(report([mention(1, network=network, author="", language="")]))
    assert "1 mention" in found.said
    assert "x" * 100 not in found.said


@pytest.mark.skipif(browser.chromium() is None, reason="no chromium here: apt-get install chromium")
def test_a_browser_runs_nothing_of_it() -> None:
    """In a real browser the title stays ours, and the style sheet is understood."""
    tree = browser.dom(page(report(crisis(), alerts())).decode())
    assert "<title>Report: Acme &lt;b&gt;&amp; Co&lt;/b&gt;</title>" in tree
    assert "<script" not in tree
