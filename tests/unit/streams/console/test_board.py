"""The board: what is open, what was told to whom, and what was withheld and why."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.audit import Act
from models.records import Ack, AnyRecord, Outcome, Phase, Severity, Tick, Why
from streams.console.board import MAX_EVENTS, MAX_INCIDENTS, Board, Did, Told, Withheld
from tests.unit.streams.console.cases import NOW, delivery, incident, notification, withheld


def board(*records: AnyRecord) -> Board:
    full = Board()
    for record in records:
        full.take(record)
    return full


def ack(by: str, via: str, *, after_s: float) -> Ack:
    at = NOW + timedelta(seconds=after_s)
    return Ack(id=f"{by}{after_s}", brand="nuage", incident=incident().id, by=by, via=via, at=at)


def test_the_latest_revision_is_shown() -> None:
    """An incident that was told open and then over is over, whichever came first."""
    first = notification(incident(revision=1))
    last = notification(incident(phase=Phase.RESOLVED, revision=4), Why.ENDED)
    for full in (board(first, last), board(last, first)):
        assert full.open() == []
        assert [case.incident for case in full.recent()] == [last.incident]


def test_the_worst_comes_first() -> None:
    """Open incidents are sorted by severity, then the newest first."""
    mild = incident("mild", severity=Severity.P3)
    old = incident("old", opened_at=NOW - timedelta(hours=9))
    new = incident("new")
    full = board(*(notification(each) for each in (mild, old, new)))
    assert [case.id for case in full.open()] == [new.id, old.id, mild.id]


def test_the_timeline_says_what_was_told_to_whom() -> None:
    """Each notification has its deliveries; what was withheld stands between them; the newest is first."""
    first = notification(incident(revision=1))
    worse = notification(incident(revision=20), Why.WORSE)
    silent = withheld(first.incident.id, Why.SAME, reason="no change")
    refused = delivery(first, "care", Outcome.REJECTED, reason="no such mailbox")
    full = board(delivery(first), refused, first, worse, silent)
    case = full.find(first.incident.id)
    assert case is not None
    newest, quiet, oldest = case.timeline()
    assert isinstance(newest, Told)
    assert newest.why is Why.WORSE
    assert quiet == Withheld(silent.id, silent.at, "nuage", Why.SAME, "no change")
    assert isinstance(oldest, Told)
    assert [(each.channel, each.outcome) for each in oldest.deliveries] == [
        ("care", Outcome.REJECTED),
        ("team", Outcome.SENT),
    ]


def test_what_nobody_was_told_is_listed() -> None:
    """A decision to stay silent, without any notification, is shown with its reason."""
    full = board(withheld("other", Why.BELOW_SEVERITY, reason="P4"))
    assert [event.why for event in full.withheld()] == [Why.BELOW_SEVERITY]
    assert full.find("other") is None


def test_ticks_mean_nothing() -> None:
    """Time passes through the topics; the board does not mind."""
    assert board(Tick(now=NOW)).open() == []


RECORDS = [
    first := notification(incident(revision=1)),
    worse := notification(incident(revision=2), Why.WORSE),
    taken := notification(incident(phase=Phase.ACKNOWLEDGED, revision=3, acknowledged_by="Léa"), Why.ACKNOWLEDGED),
    over := notification(incident(phase=Phase.RESOLVED, revision=4), Why.ENDED),
    *(ack(who, "slack", after_s=number) for number, who in enumerate(("Léa", "Tom", "Léa"))),
    *(delivery(each, channel) for each in (first, worse, taken, over) for channel in ("team", "care")),
    withheld(first.incident.id, Why.SAME),
    withheld("lonely", Why.BELOW_SEVERITY),
]


def test_the_timeline_names_who_did_what() -> None:
    """What somebody did stands with the news of it, by channel; what nobody was told of stands for itself."""
    told = notification(incident(phase=Phase.ACKNOWLEDGED, revision=2, acknowledged_by="Léa"), Why.ACKNOWLEDGED)
    case = board(told, ack("Tom", "mail", after_s=30), ack("Léa", "slack", after_s=-1)).find(told.incident.id)
    assert case is not None
    late, news = case.timeline()
    assert isinstance(late, Did) and (late.by, late.via, late.act) == ("Tom", "mail", Act.ACK)
    assert isinstance(news, Told) and news.did is not None
    assert (news.did.by, news.did.via, news.why) == ("Léa", "slack", Why.ACKNOWLEDGED)


def test_who_did_it_is_known_from_the_news_alone() -> None:
    """Where the act itself is no longer kept, the notification says by whom; of a snooze only until when."""
    closed = incident(phase=Phase.RESOLVED, revision=3, resolved_by="Zoé")
    until = NOW + timedelta(hours=1)
    quiet = incident(phase=Phase.SNOOZED, revision=2, snoozed_until=until)
    case = board(notification(closed, Why.FALSE_ALARM), notification(quiet, Why.SNOOZED)).find(closed.id)
    assert case is not None
    deeds = {each.why: each.did for each in case.timeline() if isinstance(each, Told) and each.did is not None}
    assert (deeds[Why.FALSE_ALARM].by, deeds[Why.FALSE_ALARM].via) == ("Zoé", "")
    assert (deeds[Why.SNOOZED].by, deeds[Why.SNOOZED].until) == ("", until)


def test_each_act_goes_with_the_news_that_is_nearest() -> None:
    """Somebody who takes charge, and again once it has come back, did so by the channel of each time."""
    first, again = (
        notification(
            incident(
                phase=Phase.ACKNOWLEDGED, revision=n, acknowledged_by="Léa", updated_at=NOW + timedelta(minutes=n)
            ),
            Why.ACKNOWLEDGED,
        )
        for n in (2, 9)
    )
    case = board(again, first, ack("Léa", "slack", after_s=121), ack("Léa", "console", after_s=539)).find(
        first.incident.id
    )
    assert case is not None
    assert [each.did.via for each in case.timeline() if isinstance(each, Told) and each.did] == ["console", "slack"]


@given(st.integers(0, 10_000), st.integers(1, 3))
def test_order_and_repeats_do_not_matter(seed: int, times: int) -> None:
    """Two topics are read side by side, and again after a lost connection: the board is the same."""
    shuffled = RECORDS * times
    random.Random(seed).shuffle(shuffled)
    plain, mixed = board(*RECORDS), board(*shuffled)
    assert [case.timeline() for case in mixed.recent()] == [case.timeline() for case in plain.recent()]
    assert mixed.withheld() == plain.withheld()


def test_memory_is_bounded() -> None:
    """Neither many incidents nor many events of one let the board grow without end; what is open stays longest."""
    open_one = notification(incident("open", opened_at=NOW - timedelta(days=9), updated_at=NOW - timedelta(days=9)))
    full = board(open_one)
    for number in range(MAX_INCIDENTS + 50):
        full.take(withheld(f"lonely {number}", Why.SAME))
    assert full.find(open_one.incident.id) is not None
    assert len(full.withheld(10 * MAX_INCIDENTS)) == MAX_INCIDENTS - 1
    for number in range(MAX_EVENTS + 50):
        full.take(withheld(open_one.incident.id, Why.SAME, after_min=number))
    case = full.find(open_one.incident.id)
    assert case is not None
    assert len(case.timeline()) == MAX_EVENTS + 1
