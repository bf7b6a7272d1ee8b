"""Two hundred incidents at once, and a mail server that fails three times in ten."""

from collections import Counter

from models.records import Outcome, Why
from tests.contracts.mail_storm import storm


async def test_in_a_storm_every_incident_ends_with_its_last_mail() -> None:
    """4xx, cut connections, time-outs before and after the mail was taken: none lost, in order, repeats recognisable.

    SMTP cannot be asked what it has taken. So a mail whose answer was lost comes again, and can only be recognised:
    it has the same Message-ID.
    """
    run = await storm(seed=1, incidents=200, share=0.3)
    assert {d.outcome for d in run.deliveries.values()} == {Outcome.SENT, Outcome.SUPERSEDED}
    assert {d.why for d in run.deliveries.values() if d.outcome is Outcome.SUPERSEDED} == {Why.ACKNOWLEDGED}
    assert run.dead == 0
    for incident, told in run.told.items():
        wanted = [d.notification for n in told for d in run.deliveries.values() if d.notification == n.id]
        assert wanted == [n.id for n in told]  # a word about each
        sent = [n.id for n in told if n.why is not Why.ACKNOWLEDGED]
        got = list(dict.fromkeys(i.partition(".")[0][1:] for i in run.mails[incident]))
        assert got == sent  # the alert, then the end: in order, and nothing else but repeats of these two
    assert run.repeats >= run.lost_answers > 0
    assert sum(run.weather.values()) > 500


async def test_in_fair_weather_nothing_comes_twice() -> None:
    """Without faults every mail comes once, and takes one attempt."""
    run = await storm(seed=1, incidents=40, share=0.0)
    assert run.repeats == 0
    assert run.weather == Counter(ok=80)
