"""Reports of a fictional brand, with hostile text in them."""

from collections.abc import Iterable
from datetime import timedelta

from alerts.handling import Casebook
from models.position.reading import Reading
from models.records import AnyRecord, Mention
from streams.report.report import About, Report, reported
from streams.settings.kinds import Locale
from streams.zones import zone_of
from tests.unit.models.position.cases import PERIOD, mention, mentions

HOSTILE = '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">\u202etxt.exe\x1b[31m'
TITLES = {"acme": "Acme <b>& Co</b>", "nord": "Nord"}


def crisis() -> list[Mention]:
    """A bad week after a calm one; among the posts one that is hostile to whoever reads it, and the most seen."""
    hostile = mention(
        900, "negative", author=HOSTILE, followers=9_000_000, story="loud", text=HOSTILE, url="javascript:alert(1)",
        network=HOSTILE, language=HOSTILE, topic="safety-recall",
    )  # fmt: skip
    loud = [mention(910 + n, "negative", story="loud", topic="safety-recall", day=3.2) for n in range(12)]
    glad = [mention(950 + n, "positive", day=2) for n in range(6)]
    rival = [*mentions(40, 4, brand="nord", first=1_000), *mentions(60, 6, brand="nord", day=-2, first=1_100)]
    return [hostile, *loud, *glad, *mentions(80, 10), *mentions(70, 4, day=-3, first=500), *rival]


def report(
    said: Iterable[Mention] = (),
    done: Iterable[AnyRecord] = (),
    *,
    locale: Locale = "en",
    file: bool = False,
    listened: bool = True,
    before: bool = True,
) -> Report:
    about = About(
        brand="acme",
        titles=TITLES,
        origin="file" if file else "topics",
        locale=locale,
        timezone="Europe/Paris",
        console_url="https://tocsin.example",
    )
    reading, casebook = Reading("acme", PERIOD, zone_of("Europe/Paris"), ("nord",)), Casebook("acme")
    if listened:
        reading.heard(PERIOD.before.since if before else PERIOD.since)
    for mentioned in said:
        reading.add(mentioned)
    for record in done:
        casebook.add(record)
    return reported(about, reading, casebook, PERIOD.until + timedelta(hours=1))
