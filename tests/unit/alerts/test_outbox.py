"""The outbox: once, in order, retried, and never held up by a dead channel."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from unittest.mock import AsyncMock

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.ledger import FORGET_AFTER, FORGET_UNHEARD, SETTLED_KEPT, WAITING_KEPT, Ledger
from alerts.outbox import DeliveryPolicy
from alerts.render.facts import facts
from alerts.render.reasons import english
from models.clock import ManualClock
from models.records import Delivery, Notification, Outcome, Phase, Why, digest
from tests import samples
from tests.contracts.fake_channel import Died, FakeChannel, Hung, later, never
from tests.unit.alerts.outbox_desk import Desk, alert, told_to


def said(delivery: Delivery) -> str:
    """What a delivery says of itself, in English."""
    return english(delivery.reasons)


async def test_each_channel_gets_it_once_and_the_word_comes_after() -> None:
    """A notification goes out by each of its channels once; a Delivery per channel says so, with deterministic ids."""
    slack, mail = FakeChannel("slack"), FakeChannel("mail")
    desk = Desk(slack, mail)
    await desk.feed(alert(1, "slack", "mail"))
    assert [len(slack.seen), len(mail.seen)] == [1, 1]
    assert desk.outcomes() == [("slack", Outcome.SENT, 1), ("mail", Outcome.SENT, 1)]
    assert [d.id for d in desk.deliveries] == [digest("delivery", alert(1).id, c) for c in ("slack", "mail")]
    assert desk.watch.outcomes == [("slack", Outcome.SENT), ("mail", Outcome.SENT)]


async def test_a_notification_that_comes_twice_is_sent_once_and_told_again_as_it_was() -> None:
    """The ledger knows what was sent: a repeat sends nothing, and repeats the same Delivery."""
    slack = FakeChannel("slack")
    desk = Desk(slack)
    await desk.feed(alert(), alert())
    desk.clock.advance(60)
    await desk.feed(alert())
    assert len(slack.seen) == 1
    assert len(set(desk.deliveries)) == 1
    assert desk.watch.outcomes == [("slack", Outcome.SENT)]


async def test_the_ledger_says_attempting_before_the_send() -> None:
    """Killed in the middle of a send, the ledger already knows that one was begun."""
    desk = Desk(FakeChannel("slack", [Died()]))
    with pytest.raises(Died):
        await desk.feed(alert())
    assert [(w.attempts, w.doubtful) for w in desk.ledger.waiting] == [(1, True)]


@pytest.mark.parametrize("sent", [True, False])
async def test_after_a_crash_the_channel_is_asked_before_sending_again(sent: bool) -> None:
    """People get it once, whether the crash came before or after the message went out."""
    slack = FakeChannel("slack", [Died()], sent_but=sent)
    desk = Desk(slack)
    with pytest.raises(Died):
        await desk.feed(alert())
    desk.restart()
    await desk.feed(alert())
    assert slack.asked == [alert().id]
    assert len(slack.seen) == 1
    assert desk.outcomes() == [("slack", Outcome.SENT, 2)]


async def test_a_crash_between_the_send_and_the_word_about_it_loses_neither() -> None:
    """Killed after a retried send was saved but before its Delivery was published, the next wake publishes it."""
    slack = FakeChannel("slack", [later(60)])
    desk = Desk(slack)
    await desk.feed(alert())
    desk.clock.advance(61)
    await desk.step(desk.ledger, (), desk.clock.now(), desk.save)  # its result is lost with the process
    desk.restart()
    await desk.feed()
    assert len(slack.seen) == 1
    assert desk.outcomes() == [("slack", Outcome.SENT, 2)]


async def test_a_busy_channel_is_tried_again_within_the_patience() -> None:
    """A short hiccup is waited for: no tick is needed."""
    slack = FakeChannel("slack", [later(), later(1.0)])
    desk = Desk(slack, policy=DeliveryPolicy(patience_s=5.0, batch_s=10.0))
    await desk.feed(alert())
    assert desk.outcomes() == [("slack", Outcome.SENT, 3)]
    assert desk.watch.attempts == [("slack", "retryable"), ("slack", "retryable"), ("slack", "ok")]


async def test_retry_after_is_honoured() -> None:
    """Asked to wait 120 s, the outbox gives the batch back and does not call before they are over."""
    slack = FakeChannel("slack", [later(120.0)])
    desk = Desk(slack)
    stepped = await desk.feed(alert())
    assert stepped.wake_at is not None
    assert stepped.wake_at >= samples.NOW + timedelta(seconds=120)
    desk.clock.advance(119)
    await desk.feed()
    assert slack.calls == 1
    desk.clock.advance(2)
    await desk.feed()
    assert desk.outcomes() == [("slack", Outcome.SENT, 2)]


async def test_a_dead_channel_is_given_up_after_the_deadline_and_pauses_grow() -> None:
    """After 15 minutes of refusals the notification has expired; it was tried often at first, then seldom."""
    mail = FakeChannel("mail", [later()] * 500)
    desk = Desk(mail)
    await desk.feed(alert(1, "mail"))
    await desk.until_quiet()
    (delivery,) = desk.deliveries
    assert delivery.outcome is Outcome.EXPIRED
    assert "asks for patience" in said(delivery)
    assert delivery.at - samples.NOW <= timedelta(minutes=16)
    assert 12 <= delivery.attempts <= 40


async def test_a_dead_channel_does_not_delay_another() -> None:
    """While mail refuses, Slack has long been sent, for this incident and for the next one."""
    slack, mail = FakeChannel("slack"), FakeChannel("mail", [later()] * 500)
    desk = Desk(slack, mail, policy=DeliveryPolicy(patience_s=0.0))
    await desk.feed(alert(1, "mail", "slack"))
    assert desk.outcomes() == [("slack", Outcome.SENT, 1)]
    await desk.feed(alert(2, "mail", "slack"))
    assert [d.channel for d in desk.deliveries] == ["slack", "slack"]
    assert mail.calls == 1  # the channel rests: the second notification did not run into the same wall


async def test_a_refusal_is_final_and_says_why() -> None:
    """Rejected is not tried again; the reason is in the Delivery."""
    desk = Desk(FakeChannel("slack", [never()]))
    await desk.feed(alert())
    assert desk.outcomes() == [("slack", Outcome.REJECTED, 1)]
    assert "Remedy" in said(desk.deliveries[0])


async def test_an_unknown_channel_is_told_with_a_remedy() -> None:
    """A channel that is not in the settings gives a Delivery that names the missing table; the others are sent."""
    desk = Desk(FakeChannel("slack"))
    await desk.feed(alert(1, "pager", "slack"))
    assert desk.outcomes() == [("pager", Outcome.REJECTED, 0), ("slack", Outcome.SENT, 1)]
    assert "[channels.pager]" in said(desk.deliveries[0])


async def test_a_channel_that_breaks_its_contract_harms_nobody_else() -> None:
    """An exception that is neither Retryable nor Rejected is a rejection on that channel alone."""
    desk = Desk(FakeChannel("slack", [ZeroDivisionError()]), FakeChannel("mail"))
    await desk.feed(alert(1, "slack", "mail"))
    assert sorted(desk.outcomes()) == [("mail", Outcome.SENT, 1), ("slack", Outcome.REJECTED, 1)]
    assert "ZeroDivisionError" in next(said(d) for d in desk.deliveries if d.channel == "slack")


async def test_an_incident_s_messages_come_in_order_and_know_their_predecessor() -> None:
    """While the first one waits the second does not overtake it, and it gets the first one's receipt."""
    slack = FakeChannel("slack", [later(60)])
    desk = Desk(slack)
    await desk.feed(alert(1), alert(2))
    await desk.until_quiet()
    assert [n.id for n in slack.seen] == [alert(1).id, alert(2).id]
    assert slack.previous[0] is None
    assert slack.previous[1] is not None
    assert slack.previous[1].root == "slack/root"


async def test_no_answer_is_asked_about_and_a_plain_refusal_is_not() -> None:
    """Only where the message may have gone out is the channel asked before the next try."""
    lost = FakeChannel("slack", [later(maybe_sent=True)], sent_but=True)
    plain = FakeChannel("mail", [later()])
    desk = Desk(lost, plain, policy=DeliveryPolicy(patience_s=5.0))
    await desk.feed(alert(1, "slack", "mail"))
    assert [len(lost.seen), len(plain.seen)] == [1, 1]
    assert lost.asked == [alert().id]
    assert plain.asked == []


async def test_asked_to_wait_beyond_the_deadline_it_gives_up_at_once() -> None:
    """A server that wants a day is not waited for in silence."""
    desk = Desk(FakeChannel("slack", [later(86_400)]))
    await desk.feed(alert())
    assert desk.outcomes() == [("slack", Outcome.EXPIRED, 1)]


async def test_a_slow_channel_gives_the_batch_back() -> None:
    """Sends that succeed but take 20 s each do not hold the engine for ever: the rest goes out at the next ticks."""
    clock = ManualClock(samples.NOW)
    slack = FakeChannel("slack", clock=clock, takes_s=20.0)
    desk = Desk(slack, clock=clock, policy=DeliveryPolicy(batch_s=30.0))
    stepped = await desk.feed(alert(1), alert(2), alert(3))
    assert len(slack.seen) == 2
    assert stepped.wake_at is not None
    await desk.feed()
    assert [n.id for n in slack.seen] == [alert(n).id for n in (1, 2, 3)]


async def test_closing_closes_the_channels() -> None:
    """No connection outlives the outbox."""
    slack = FakeChannel("slack")
    await Desk(slack).step.close()
    assert slack.closed


async def test_the_ledger_is_bounded() -> None:
    """An incident that goes on for ever, on a channel that is dead for ever, needs bounded memory."""
    desk = Desk(FakeChannel("slack"), FakeChannel("mail", [later()] * 500), policy=DeliveryPolicy(patience_s=0.0))
    for n in range(1, 60):
        await desk.feed(alert(n, "slack", "mail"))
    assert len(desk.ledger.settled) == SETTLED_KEPT
    assert len(desk.ledger.waiting) == WAITING_KEPT == len(desk.ledger.notifications)
    assert {d.outcome for d in desk.deliveries if d.channel == "mail"} == {Outcome.EXPIRED}


async def test_a_message_to_very_many_is_sent_once_though_it_comes_twice() -> None:
    """After a crash the alert that went to a hundred channels comes again: none of them is told twice."""
    channels = [FakeChannel(f"mail-{n}") for n in range(100)]
    desk = Desk(*channels)
    for _ in range(2):
        await desk.feed(alert(1, *(channel.name for channel in channels)))
    assert {len(channel.seen) for channel in channels} == {1}


async def test_an_incident_that_is_over_is_forgotten_after_a_day() -> None:
    """A day after the last word on a resolved incident its ledger is gone; before, a reopened one finds its thread."""
    desk = Desk(FakeChannel("slack"))
    over = alert(2, phase=Phase.RESOLVED)
    stepped = await desk.feed(alert(1), over)
    assert stepped.wake_at == over.at + FORGET_AFTER
    assert (await desk.feed(now=over.at + timedelta(hours=23))).state is not None
    assert (await desk.feed(now=over.at + FORGET_AFTER)).state is None


async def test_an_incident_whose_end_never_comes_here_is_forgotten_too() -> None:
    """Its only recipient has muted it, so nobody is told that it is over: a month after the last word it is gone."""
    desk = Desk(FakeChannel("slack"))
    await desk.feed(alert(1))
    last = alert(2)
    stepped = await desk.feed(last)
    assert stepped.wake_at == last.at + FORGET_UNHEARD
    assert (await desk.feed(now=last.at + FORGET_UNHEARD - timedelta(seconds=1))).state is not None
    assert (await desk.feed(now=last.at + FORGET_UNHEARD)).state is None


async def test_a_letter_that_waits_keeps_its_incident() -> None:
    """However long ago it was decided: it has not been told yet."""
    desk = Desk(FakeChannel("slack", [later()] * 500), policy=DeliveryPolicy(patience_s=0.0))
    await desk.feed(alert())
    assert (await desk.feed(now=alert().at + 2 * FORGET_UNHEARD)).state is not None


async def test_a_digest_is_forgotten_after_a_day() -> None:
    """It is told once: what its incidents, still open, come to is told elsewhere."""
    desk = Desk(FakeChannel("slack"))
    digest_ = msgspec.structs.replace(alert(), why=Why.DIGEST)
    assert (await desk.feed(digest_)).wake_at == digest_.at + FORGET_AFTER
    assert (await desk.feed(now=digest_.at + FORGET_AFTER)).state is None


@settings(max_examples=40)
@given(
    counts=st.lists(st.integers(1, 2), min_size=1, max_size=4),
    script=st.lists(st.sampled_from(["ok", "busy", "lost", "sent-but-lost"]), max_size=10),
)
async def test_any_weather_any_batches_people_get_each_once_and_in_order(
    counts: Sequence[int], script: list[str]
) -> None:
    """However the batches are cut and whatever the channel does for a while, each message arrives once, in order."""

    class Weather(FakeChannel):
        async def send(self, notification: Notification, previous: object) -> object:  # type: ignore[override]
            word = script.pop(0) if script else "ok"
            if word == "busy":
                raise later()
            if word == "lost":
                raise later(maybe_sent=True)
            receipt = await super().send(notification, previous)  # type: ignore[arg-type]
            if word == "sent-but-lost":
                raise later(maybe_sent=True)
            return receipt

    channel = Weather("slack")
    desk = Desk(channel)
    wanted = [alert(n) for n in range(1, sum(counts) + 1)]
    position = 0
    for count in counts:
        await desk.feed(*wanted[position : position + count])
        position += count
    await desk.until_quiet()
    assert [n.id for n in channel.seen] == [n.id for n in wanted][: len(channel.seen)]
    assert len(channel.seen) == len(wanted)
    assert {d.notification for d in desk.deliveries if d.outcome is Outcome.SENT} == {n.id for n in wanted}


# ── failover, and what reaches nobody ─────────────────────────────────────────────────────────────────────────


async def test_a_loud_letter_that_is_refused_goes_to_the_failover() -> None:
    """Mail refuses, Slack takes its place in the same call; both Deliveries say so, and nothing is lost."""
    slack, mail = FakeChannel("slack"), FakeChannel("mail", [never()])
    desk = Desk(slack, mail, failover={"mail": "slack"})
    await desk.feed(told_to("person:lea", 1, "mail"))
    assert desk.outcomes() == [("mail", Outcome.REJECTED, 1), ("slack", Outcome.SENT, 1)]
    assert said(desk.deliveries[0]).endswith("; passed on to slack")
    assert said(desk.deliveries[1]) == "in place of mail"
    assert {d.recipient for d in desk.deliveries} == {"person:lea"}
    assert desk.dead == []


async def test_a_letter_that_expires_goes_to_the_failover_too() -> None:
    """After 15 minutes of silence on one channel, the other one gets its chance, with a deadline of its own."""
    slack, mail = FakeChannel("slack", [later(), later()]), FakeChannel("mail", [later()] * 500)
    desk = Desk(slack, mail, failover={"mail": "slack"})
    await desk.feed(alert(1, "mail"))
    await desk.until_quiet()
    assert [(c, o) for c, o, _ in desk.outcomes()] == [("mail", Outcome.EXPIRED), ("slack", Outcome.SENT)]


async def test_failovers_in_a_circle_end() -> None:
    """Each channel is tried once per notification, whatever the settings say; then the recipient is lost."""
    desk = Desk(
        FakeChannel("a", [never()]),
        FakeChannel("b", [never()]),
        FakeChannel("c", [never()]),
        failover={"a": "b", "b": "c", "c": "a"},
    )
    await desk.feed(told_to("person:lea", 1, "a"))
    assert [(c, o) for c, o, _ in desk.outcomes()] == [(c, Outcome.REJECTED) for c in "abc"]
    assert "has failed too" in said(desk.deliveries[2])
    assert [d.reason for d in desk.dead] == ["undelivered"]


async def test_a_failover_that_has_the_message_already_is_not_called_twice() -> None:
    """Lea has mail and Slack; when mail fails, Slack, its failover, has told her: one message, and nobody is lost."""
    slack, mail = FakeChannel("slack"), FakeChannel("mail", [never()])
    desk = Desk(slack, mail, failover={"mail": "slack"})
    await desk.feed(told_to("person:lea", 1, "slack", "mail"))
    assert len(slack.seen) == 1
    assert desk.dead == []


async def test_a_quiet_change_is_not_passed_on_nor_mourned() -> None:
    """What calls nobody needs no other way when it fails."""
    desk = Desk(FakeChannel("slack"), FakeChannel("mail", [never()]), failover={"mail": "slack"}, operator="slack")
    await desk.feed(told_to("person:lea", 1, "mail", quiet=True))
    assert [(c, o) for c, o, _ in desk.outcomes()] == [("mail", Outcome.REJECTED)]
    assert desk.dead == []


async def test_whom_nothing_has_reached_is_a_dead_letter_with_the_causes() -> None:
    """All channels of a recipient fail: one record on `dead` names incident, recipient and each cause."""
    desk = Desk(FakeChannel("slack", [never()]), FakeChannel("mail", [never()]))
    await desk.feed(told_to("person:lea", 1, "slack", "mail"))
    (dead,) = desk.dead
    assert (dead.reason, dead.key) == ("undelivered", desk.deliveries[0].incident)
    assert "person:lea" in dead.detail
    assert "slack: rejected" in dead.detail
    assert "mail: rejected" in dead.detail
    assert msgspec.json.decode(dead.payload, type=Notification).id == alert(1).id


async def test_one_channel_that_works_is_enough() -> None:
    """Mail fails, Slack works: told by one is told."""
    desk = Desk(FakeChannel("slack"), FakeChannel("mail", [never()]))
    await desk.feed(told_to("person:lea", 1, "slack", "mail"))
    assert desk.dead == []


async def test_a_recipient_without_a_channel_is_lost_at_once() -> None:
    """An alert that is addressed to somebody who cannot be reached does not vanish."""
    desk = Desk(FakeChannel("slack"))
    empty = msgspec.structs.replace(told_to("person:lea", 1), channels=())
    await desk.feed(empty)
    assert [d.recipient for d in desk.deliveries] == ["person:lea"]
    assert "has no channel" in desk.dead[0].detail


async def test_the_operator_is_told_of_a_dead_channel_once_in_a_quarter_of_an_hour() -> None:
    """Mail is dead: one short message for all alerts that are lost on it, and another one 15 minutes later."""
    ops, mail = FakeChannel("ops", can_look_back=False), FakeChannel("mail", [never()] * 9)
    desk = Desk(ops, mail, operator="ops")
    for n in range(1, 4):
        await desk.feed(told_to("person:lea", n, "mail"))
    assert [n.why for n in ops.seen] == [Why.UNDELIVERED]
    assert "person:lea was not told of" in ops.seen[0].note
    french = facts(ops.seen[0], samples.FR)
    assert "n’a pas été prévenu" in french.lead and "was not" not in french.lead
    assert [(each.label, each.text.partition(" ")[0]) for each in french.details] == [("mail", "refusé\u00a0:")]
    assert ops.previous == [None]
    assert len(desk.dead) == 3
    desk.clock.advance(900)
    await desk.feed(told_to("person:lea", 4, "mail"))
    assert len(ops.seen) == 2


async def test_an_operator_who_cannot_be_told_is_not_told_of_it() -> None:
    """The operator's own channel fails: no message about the message."""
    desk = Desk(FakeChannel("ops", [never()] * 9), FakeChannel("mail", [never()] * 9), operator="ops")
    await desk.feed(told_to("person:lea", 1, "mail"))
    assert [(c, o) for c, o, _ in desk.outcomes()] == [("mail", Outcome.REJECTED), ("ops", Outcome.REJECTED)]
    assert len(desk.dead) == 1


async def test_two_recipients_on_one_channel_get_one_message_and_a_word_each() -> None:
    """The same notification to the team and to Lea, who both read one channel: sent once, noted for both."""
    slack = FakeChannel("slack")
    desk = Desk(slack)
    await desk.feed(told_to("channel:slack", 1, "slack"), told_to("person:lea", 1, "slack"))
    assert len(slack.seen) == 1
    assert sorted((d.recipient, d.outcome) for d in desk.deliveries) == [
        ("channel:slack", Outcome.SENT),
        ("person:lea", Outcome.SENT),
    ]
    await desk.feed(told_to("person:tom", 1, "slack"))
    assert len(slack.seen) == 1
    assert (desk.deliveries[-1].recipient, said(desk.deliveries[-1])) == ("person:tom", "by the same message")
    assert len({d.id for d in desk.deliveries}) == 3


async def test_who_is_called_is_called_whatever_the_others_are_told() -> None:
    """A step of the escalation calls Lea and tells the team quietly, under one id: each gets its own."""
    lea, care = FakeChannel("care:lea"), FakeChannel("care")
    desk = Desk(lea, care)
    await desk.feed(told_to("person:lea", 1, "care:lea"), told_to("channel:care", 1, "care", quiet=True))
    assert [(n.recipient, n.quiet) for n in lea.seen] == [("person:lea", False)]
    assert [(n.recipient, n.quiet) for n in care.seen] == [("channel:care", True)]


@pytest.mark.parametrize("apart", [False, True])
async def test_a_quiet_word_on_her_channel_does_not_stand_for_the_call(apart: bool) -> None:
    """The team was told quietly, by the channel by which Lea is called: she is called all the same, by one message."""
    care = FakeChannel("care")
    desk = Desk(care)
    quiet, loud = told_to("channel:care", 1, "care", quiet=True), told_to("person:lea", 1, "care")
    for batch in ((quiet,), (loud,)) if apart else ((quiet, loud),):
        await desk.feed(*batch)
    assert [n.quiet for n in care.seen][-1] is False
    assert len(care.seen) == 1 + apart
    assert [d.outcome for d in desk.deliveries if d.recipient == "person:lea"] == [Outcome.SENT]
    await desk.feed(told_to("channel:team", 1, "care", quiet=True))
    assert len(care.seen) == 1 + apart


@pytest.mark.parametrize("apart", [False, True])
async def test_a_quiet_word_and_the_call_have_ids_of_their_own(apart: bool) -> None:
    """Whoever knows repeats by the id, as a webhook's receiver does, does not take the call for one."""
    care = FakeChannel("care")
    desk = Desk(care)
    quiet, loud = told_to("channel:care", 1, "care", quiet=True), told_to("person:lea", 1, "care")
    for batch in ((quiet,), (loud,)) if apart else ((quiet, loud),):
        await desk.feed(*batch)
    assert [n.id for n in care.seen if not n.quiet] == [loud.id]
    assert loud.id not in {n.id for n in care.seen if n.quiet}
    assert {d.notification for d in desk.deliveries} == {loud.id}


async def test_what_several_read_is_addressed_to_the_channel() -> None:
    """Nobody who reads along is taken for somebody else: not in words, and not by the links in a mail."""
    care = FakeChannel("care")
    await Desk(care).feed(told_to("person:lea", 1, "care"), told_to("person:tom", 1, "care"))
    assert [n.recipient for n in care.seen] == ["channel:care"]


async def test_a_quiet_copy_does_not_take_the_failover_from_the_call() -> None:
    """The call fails while the team's quiet copy waits: it is passed on, and mourned, as a call."""
    lea, pager = FakeChannel("care:lea", [never()]), FakeChannel("pager", [never()])
    desk = Desk(lea, pager, FakeChannel("care"), failover={"care:lea": "pager"})
    await desk.feed(told_to("person:lea", 1, "care:lea"), told_to("channel:care", 1, "care", quiet=True))
    assert pager.calls == 1
    (lost,) = desk.dead
    assert "person:lea was not told" in lost.detail
    assert msgspec.json.decode(lost.payload, type=Notification).recipient == "person:lea"


async def test_a_failover_that_has_told_one_of_two_counts_for_the_other() -> None:
    """Lea and the team share Slack, which fails over to a mailbox by which Lea has it: the team has it there, too."""
    slack, mail = FakeChannel("slack", [later(5), never()]), FakeChannel("mail")
    desk = Desk(slack, mail, failover={"slack": "mail"})
    await desk.feed(told_to("channel:slack", 1, "slack"), told_to("person:lea", 1, "mail", "slack"))
    await desk.until_quiet()
    assert len(mail.seen) == 1
    assert desk.dead == []
    told = {d.recipient for d in desk.deliveries if d.outcome is Outcome.SENT}
    assert told == {"channel:slack", "person:lea"}


@pytest.mark.parametrize("apart", [False, True])
async def test_a_call_is_made_though_its_answer_waits_behind_it(apart: bool) -> None:
    """Attention counts on Léa having been called: after an outage too she is, and told at once who has taken charge."""
    call = told_to("person:lea", 1, "care")
    taken = msgspec.structs.replace(alert(2, "care", phase=Phase.ACKNOWLEDGED), recipient="person:lea", quiet=True)
    care = FakeChannel("care")
    desk = Desk(care)
    for batch in ((call,), (taken,)) if apart else ((call, taken),):
        await desk.feed(*batch)
    assert [n.incident.phase for n in care.seen] == [Phase.OPEN, Phase.ACKNOWLEDGED]
    assert [d.outcome for d in desk.deliveries] == [Outcome.SENT, Outcome.SENT]


async def test_who_comes_to_share_a_letter_that_waits_for_its_turn_is_told_too() -> None:
    """Lea's mail fails while a letter to its failover stands in a queue: that goes out for both, and says so twice."""
    ops, mail = Hung("ops"), FakeChannel("mail", [never()])
    desk = Desk(ops, mail, failover={"mail": "ops"})
    another = msgspec.structs.replace(alert(1, "ops"), id="another")
    first = asyncio.ensure_future(desk.step(Ledger(incident="another"), [another], desk.clock.now(), AsyncMock()))
    while not ops.begun:  # noqa: ASYNC110 (the first one takes the only place)
        await asyncio.sleep(0)  # noqa: TID251
    both = asyncio.ensure_future(desk.feed(told_to("channel:ops", 1, "ops"), told_to("person:lea", 1, "mail")))
    while ("mail", Outcome.REJECTED) not in desk.watch.outcomes:  # noqa: ASYNC110 (the mail fails)
        await asyncio.sleep(0)  # noqa: TID251
    ops.freed.set()
    await asyncio.gather(first, both)
    assert {(d.channel, d.recipient, d.outcome) for d in desk.deliveries} == {
        ("mail", "person:lea", Outcome.REJECTED),
        ("ops", "channel:ops", Outcome.SENT),
        ("ops", "person:lea", Outcome.SENT),
    }
    assert [n.recipient for n in ops.seen if n.id == alert(1).id] == ["channel:ops"]


async def test_an_old_quiet_change_gives_way_to_a_newer_message() -> None:
    """After an outage only the last quiet change goes out; what was loud goes out whatever came after it."""
    slack = FakeChannel("slack", [later(60)])
    desk = Desk(slack)
    await desk.feed(told_to("", 1, "slack"))
    await desk.feed(*(told_to("", n, "slack", quiet=n in (2, 4, 5)) for n in range(2, 6)))
    await desk.until_quiet()
    assert [n.incident.revision for n in slack.seen] == [1, 3, 5]
    skipped = [d for d in desk.deliveries if d.outcome is Outcome.SUPERSEDED]
    assert len(skipped) == 2
    assert "newer message" in said(skipped[0])


@example(first=["ok", "never", "busy"], second=["busy", "busy", "dies"], loud=[False, True, True, False])
@settings(max_examples=60)
@given(
    first=st.lists(st.sampled_from(["ok", "busy", "never", "dies"]), max_size=8),
    second=st.lists(st.sampled_from(["ok", "busy", "never", "dies"]), max_size=8),
    loud=st.lists(st.booleans(), min_size=1, max_size=4),
)
async def test_any_weather_any_death_nobody_is_lost_unnoticed(
    first: list[str], second: list[str], loud: list[bool]
) -> None:
    """Two channels, one standing in for the other, and deaths in the middle: each loud message arrives or is mourned.

    Nothing comes twice on a channel that can look back, and what is told about it is the same each time.
    """
    answers = {"ok": lambda: None, "busy": later, "never": never, "dies": Died}
    mail = FakeChannel("mail", [answers[word]() for word in first])
    slack = FakeChannel("slack", [answers[word]() for word in second])
    desk = Desk(mail, slack, failover={"mail": "slack"})
    wanted = [told_to("person:lea", n, "mail", quiet=not is_loud) for n, is_loud in enumerate(loud, 1)]

    async def survive(*notifications: Notification) -> None:
        for _ in range(20):
            try:
                await desk.feed(*notifications)
                return
            except Died:
                desk.restart()

    for each in wanted:
        await survive(each)
    for _ in range(400):
        if not desk.ledger.waiting:
            break
        desk.clock.advance(5)
        await survive()
    mourned = [dead.origin.rpartition("/")[2] for dead in {d.id: d for d in desk.dead}.values()]
    for each in (n for n in wanted if not n.quiet):
        reached = each.id in [n.id for n in (*mail.seen, *slack.seen)]
        assert reached != (each.id in mourned)
    for channel in (mail, slack):
        assert len({n.id for n in channel.seen}) == len(channel.seen)
    assert len({(d.id, d.outcome) for d in desk.deliveries}) == len({d.id for d in desk.deliveries})


# ── bulkheads ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_send_that_hangs_gives_the_call_back_and_is_taken_in_later() -> None:
    """The call ends after `batch_s`; the next one does not wait again; the answer that comes at last counts, once."""
    mail, slack = Hung("mail"), FakeChannel("slack")
    desk = Desk(mail, slack, policy=DeliveryPolicy(batch_s=0.02))
    stepped = await desk.feed(alert(1, "mail", "slack"))
    assert desk.outcomes() == [("slack", Outcome.SENT, 1)]
    assert stepped.wake_at == desk.clock.now()
    await desk.feed()
    await desk.feed(alert(2, "mail", "slack"))
    assert [d.channel for d in desk.deliveries] == ["slack", "slack"]
    assert mail.begun == 1
    mail.freed.set()
    await desk.until_quiet()
    assert [n.id for n in mail.seen] == [alert(1).id, alert(2).id]
    assert [(c, a) for c, _, a in desk.outcomes()][2:] == [("mail", 1), ("mail", 1)]


async def test_what_hangs_when_the_incidents_move_away_is_cut_off_and_asked_about() -> None:
    """A rebalance: the send under way ends here, and its letter says that it may have gone out."""
    mail = Hung("mail")
    desk = Desk(mail, policy=DeliveryPolicy(batch_s=0.02))
    await desk.feed(alert(1, "mail"))
    await desk.step.release()
    mail.freed.set()
    desk.restart()
    await desk.feed()
    assert mail.asked == [alert(1).id]
    assert len(mail.seen) == 1


async def test_a_channel_that_takes_several_at_once_is_given_several() -> None:
    """One mail that hangs does not hold up the mails of other incidents."""
    mail = Hung("mail")
    mail.at_once = 2  # type: ignore[attr-defined]
    desk = Desk(mail, policy=DeliveryPolicy(batch_s=0.02))
    await desk.feed(alert(1, "mail"))
    other = Ledger(incident="j")
    await desk.step(other, [told_to("", 7, "mail")], desk.clock.now(), desk.save)
    assert mail.begun == 2
    third = await desk.step(Ledger(incident="k"), [told_to("", 8, "mail")], desk.clock.now(), desk.save)
    assert third.state is not None
    assert [w.attempts for w in third.state.waiting] == [0]
    await desk.step.close()


async def test_a_quiet_copy_that_failed_on_the_failover_is_no_try_of_the_call() -> None:
    """The team's quiet copy met a channel that was ill; Lea's call fails on hers: the failover is tried for it."""
    care, mail = (
        FakeChannel("care", [never()]),
        FakeChannel("mail", [never()]),
    )
    desk = Desk(care, mail, failover={"mail": "care"})
    await desk.feed(told_to("channel:care", 1, "care", quiet=True))
    await desk.feed(told_to("person:lea", 1, "mail"))
    assert [(n.recipient, n.quiet) for n in care.seen] == [("person:lea", False)]
    assert desk.dead == []


async def test_her_own_quiet_copy_stands_for_no_call_of_hers() -> None:
    """Lea was told quietly in the chat, and her call by mail fails: the chat, its failover, calls her."""
    chat, mail = FakeChannel("chat"), FakeChannel("mail", [never()])
    desk = Desk(chat, mail, failover={"mail": "chat"})
    await desk.feed(told_to("person:lea", 1, "chat", quiet=True))
    await desk.feed(told_to("person:lea", 1, "mail"))
    assert [(n.recipient, n.quiet) for n in chat.seen] == [("person:lea", True), ("person:lea", False)]
    ends = {d.id: (d.channel, d.quiet, d.outcome) for d in desk.deliveries}
    assert sorted(ends.values()) == [
        ("chat", False, Outcome.SENT),
        ("chat", True, Outcome.SENT),
        ("mail", False, Outcome.REJECTED),
    ]


async def test_who_was_told_quietly_is_not_reached_by_that() -> None:
    """Her call failed, and so did its failover: the quiet copy in the chat does not make her called."""
    chat, mail, ops = FakeChannel("chat"), FakeChannel("mail", [never()]), FakeChannel("ops", [never()])
    desk = Desk(chat, mail, ops, failover={"mail": "ops"})
    await desk.feed(told_to("person:lea", 1, "chat", quiet=True))
    await desk.feed(told_to("person:lea", 1, "mail"))
    assert [dead.reason for dead in desk.dead] == ["undelivered"]
