"""Who goes first when many letters wait for one channel, and which of them are given up."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.protocol import Receipt
from alerts.lanes import DeliveryPolicy, Lanes
from alerts.ledger import Ledger, Letter, post, received
from alerts.turns import Rank, Turns
from models.clock import ManualClock
from models.records import Notification, Outcome, Severity, Why
from models.stage import Stepped
from tests import samples
from tests.contracts.fake_channel import Died, FakeChannel, later
from tests.simulated import SimulatedClock, simulate
from tests.unit.alerts.outbox_desk import Desk, alert, told_to


def about(incident: str, severity: Severity, why: Why = Why.FIRST, *, quiet: bool = False) -> Notification:
    base = msgspec.structs.replace(samples.incident(samples.viral()), id=incident, severity=severity)
    return msgspec.structs.replace(samples.notification(base, why, channels=("slack",)), quiet=quiet)


async def rush(desk: Desk, *lives: list[Notification]) -> dict[str, Stepped[Ledger]]:
    """Several incidents at once, as an engine serves them."""

    async def save(ledger: Ledger) -> None: ...

    steps = [desk.step(Ledger(incident=n[0].incident.id), n, desk.clock.now(), save) for n in lives]
    done = await asyncio.gather(*steps)
    return {life[0].incident.id: stepped for life, stepped in zip(lives, done, strict=True)}


async def test_the_worst_news_go_first_and_what_calls_nobody_last() -> None:
    """Eight incidents come together: news by severity, then repeats, then quiet changes; equals as they came."""
    slack = FakeChannel("slack")
    lives = [
        about("quiet", Severity.P1, Why.ACKNOWLEDGED, quiet=True),
        about("over", Severity.P1, Why.ENDED),
        about("again", Severity.P1, Why.REPEAT_DUE),
        about("mild", Severity.P3),
        about("bad", Severity.P2, Why.WORSE),
        about("worst", Severity.P1),
        about("unanswered", Severity.P1, Why.UNANSWERED),
    ]
    await rush(Desk(slack), *([each] for each in lives))
    order = ["worst", "unanswered", "bad", "mild", "over", "again", "quiet"]
    assert [n.incident.id for n in slack.seen] == order


async def test_an_incident_is_as_urgent_as_the_worst_that_waits_in_it() -> None:
    """A repeat is not skipped and comes before the news of its own incident: so it goes as early as they would."""
    slack = FakeChannel("slack")
    first, then = about("a", Severity.P1, Why.REPEAT_DUE), about("a", Severity.P1, Why.WORSE)
    other = about("b", Severity.P2)
    await rush(Desk(slack), [other], [first, then])
    assert [n.id for n in slack.seen] == [first.id, other.id, then.id]


async def test_a_quiet_change_does_not_wait_for_ever() -> None:
    """News that never end do not starve it: after the deadline it counts as news."""
    slack = FakeChannel("slack")
    desk = Desk(slack)
    old = desk.clock.now() - timedelta(seconds=901)
    quiet = about("quiet", Severity.P2, Why.ACKNOWLEDGED, quiet=True)
    letter = Letter(notification=quiet.id, channel="slack", since=old, due=old)
    waits = post(Ledger(incident="quiet"), letter, quiet)

    async def save(ledger: Ledger) -> None: ...

    fresh = desk.step(Ledger(incident="mild"), [about("mild", Severity.P3)], desk.clock.now(), save)
    await asyncio.gather(fresh, desk.step(waits, (), desk.clock.now(), save))
    assert [n.incident.id for n in slack.seen] == ["quiet", "mild"]


class Moody(FakeChannel):
    """Takes everything but what is about one incident."""

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        if notification.incident.id == "poison":
            self.calls += 1
            raise later()
        return await super().send(notification, previous)


async def test_while_the_channel_works_a_letter_has_its_fair_tries() -> None:
    """Others get through for hours: what is refused all the time is given up after twenty tries of its own."""
    slack = Moody("slack")
    desk = Desk(slack)
    poison, started = about("poison", Severity.P2), desk.clock.now()
    await desk.feed(poison)
    n = 0
    while desk.ledger.waiting:
        n += 1
        desk.clock.advance(100)
        await rush(desk, [about(f"i{n}", Severity.P2)])
        await desk.feed()
    ((_, outcome, attempts),) = desk.outcomes()
    assert (outcome, attempts) == (Outcome.EXPIRED, DeliveryPolicy().fair_tries)
    assert desk.clock.now() - started > timedelta(seconds=DeliveryPolicy().deadline_s)


async def test_time_in_the_queue_of_a_channel_that_works_costs_no_letter_its_life() -> None:
    """It had to wait for half an hour, and its first try fails: it is tried again."""
    slack = FakeChannel("slack", [None, later()])
    desk = Desk(slack)
    long_ago = desk.clock.now() - timedelta(minutes=30)
    letter = Letter(notification=alert().id, channel="slack", since=long_ago, due=long_ago)
    await rush(desk, [about("other", Severity.P2)])
    desk.stored = msgspec.msgpack.encode(post(Ledger(incident="i"), letter, alert()))
    await desk.feed()
    await desk.until_quiet()
    assert desk.outcomes() == [("slack", Outcome.SENT, 2)]


async def test_when_a_channel_is_dead_all_that_waits_goes_to_the_failover_together() -> None:
    """Two hundred incidents need not run into the same wall one after the other: within minutes all have moved on."""
    mail, slack = FakeChannel("mail", [later()] * 500), FakeChannel("slack")
    desk = Desk(mail, slack, failover={"mail": "slack"})
    lives = [[msgspec.structs.replace(about(f"i{n}", Severity.P2), channels=("mail",))] for n in range(200)]
    states = {key: stepped.state for key, stepped in (await rush(desk, *lives)).items()}

    async def save(ledger: Ledger) -> None: ...

    while any(state is not None and state.waiting for state in states.values()):
        desk.clock.advance(30)
        stepped = await asyncio.gather(
            *(desk.step(state, (), desk.clock.now(), save) for state in states.values() if state is not None)
        )
        states = {s.state.incident: s.state for s in stepped if s.state is not None}
    assert len(slack.seen) == 200
    assert desk.clock.monotonic() <= 900 + 120
    assert mail.calls < 40


async def test_a_success_ends_the_rest_but_not_the_patience_that_was_asked_for() -> None:
    """One mail of two is answered `wait 60 s`, the other one is taken: nobody calls before the minute is over."""
    clock = ManualClock(samples.NOW)
    lanes = Lanes({"mail": FakeChannel("mail")}, clock, DeliveryPolicy())
    letter = Letter(notification="n", channel="mail", since=clock.now(), due=clock.now())
    lanes.failed(letter, later())
    lanes.worked("mail")
    assert lanes.wait_s("i", letter) == 0
    lanes.failed(letter, later(60.0))
    lanes.worked("mail")
    assert lanes.wait_s("i", letter) == 60


async def test_a_quiet_message_that_may_have_gone_out_as_the_first_is_not_skipped() -> None:
    """Its answer was lost: the next message must learn of it, lest the incident have two."""
    slack = FakeChannel("slack", [Died()], sent_but=True)
    desk = Desk(slack)
    with pytest.raises(Died):
        await desk.feed(told_to("", 1, "slack", quiet=True))
    desk.restart()
    await desk.feed(told_to("", 1, "slack", quiet=True), told_to("", 2, "slack"))
    assert [o for _, o, _ in desk.outcomes()] == [Outcome.SENT, Outcome.SENT]
    assert slack.previous[-1] is not None


async def test_a_receipt_without_a_root_leaves_the_incident_s_first_message_known() -> None:
    """Found again after a kill, a message may not say which one it follows: the one that is known stays."""
    known = received(Ledger(incident="i"), "slack", Receipt(reference="C/1", root="1"))
    assert received(known, "slack", Receipt(reference="C/2")).receipts["slack"] == Receipt(reference="C/2", root="1")
    assert received(known, "slack", Receipt(reference="C/2", root="2")).receipts["slack"].root == "2"


ANYBODY = Rank(quiet=False, repeat=False, severity=Severity.P1, since=samples.NOW)


@given(st.lists(st.tuples(st.floats(0.1, 3), st.integers(0, 6)), max_size=8))
def test_no_place_is_lost_whatever_becomes_of_those_who_wait(lives: list[tuple[float, int]]) -> None:
    """Some wait in vain, some are cancelled while they wait or are let in: one is inside at a time, none at the end."""

    async def scene() -> None:
        turns, clock, inside = Turns(1), SimulatedClock(samples.NOW), 0

        async def come(patience_s: float) -> None:
            nonlocal inside
            if await turns.take(ANYBODY, patience_s):
                inside += 1
                assert inside == 1
                try:
                    await clock.sleep(1)
                finally:
                    inside -= 1
                    turns.give_back()

        tasks = [asyncio.create_task(come(patience_s)) for patience_s, _ in lives]
        for rounds in range(7):
            for task, (_, cancelled_in) in zip(tasks, lives, strict=True):
                if cancelled_in == rounds:
                    task.cancel()
            await clock.sleep(0)
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ends} <= {type(None), asyncio.CancelledError}
        assert await turns.take(ANYBODY, 1.0)

    simulate(scene())
