"""The mail in a real browser: no script runs, and no link but ours is live."""

import re

import pytest

from alerts.render import mail_html
from alerts.render.facts import facts
from tests import samples
from tests.browser import chromium, dom
from tests.unit.alerts.render.test_hostile import poisoned

ATTACK = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "</td></table><a href='https://evil.example'>click</a><svg onload=document.title='owned'> https://evil.example"
)

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt-get install chromium to run this")


def test_nothing_hostile_comes_alive() -> None:
    """The page's title is ours after scripts have had their time, and the only link is the console's."""
    notification, context = poisoned(ATTACK)
    shown = dom(mail_html.html(facts(notification, context), context, "", ""))
    assert "<title>owned" not in shown
    assert re.findall(r'<a [^>]*href="([^"]*)"', shown) == [context.incident_url(notification.incident.id)]
    assert not re.search(r"<(script|svg|img)\b", shown)


def test_the_page_is_whole() -> None:
    """An ordinary alert has its button, its quotes and its footer."""
    shown = dom(mail_html.html(facts(samples.spike_alert(), samples.FR), samples.FR, "", ""))
    assert "prendre en charge" in shown
    assert shown.count('class="quote"') == 3
    assert "Vous recevez ce message" in shown
