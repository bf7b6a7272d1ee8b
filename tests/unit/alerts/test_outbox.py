"""The outbox: once, in order, retried, and never held up by a dead channel."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.channels.protocol import Channel
from alerts.ledger import FORGET_AFTER, SETTLED_KEPT, WAITING_KEPT, Ledger
from alerts.outbox import DeliveryPolicy, DeliveryStep
from models.clock import ManualClock
from models.records import Dead, Delivery, Notification, Outcome, Phase, Topic, Why, digest
from models.stage import Stepped
from tests import samples
from tests.contracts.fake_channel import Died, FakeChannel, later, never

EPOCH = datetime.fromtimestamp(0, UTC)


class Watch:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.attempts: list[tuple[str, str]] = []
        self.outcomes: list[tuple[str, Outcome]] = []

    def attempted(self, channel: str, result: str) -> None:
        self.attempts.append((channel, result))

    def settled(self, notification: Notification, delivery: Delivery) -> None:
        self.outcomes.append((delivery.channel, delivery.outcome))


class Desk:
    """Runs the step as an engine does: states go through bytes, `save` is durable, ticks wake."""

    def __init__(
        self,
        *channels: Channel,
        clock: ManualClock | None = None,
        policy: DeliveryPolicy | None = None,
        failover: dict[str, str] | None = None,
        operator: str = "",
    ) -> None:
        self.clock = clock or ManualClock(samples.NOW)
        self.watch = Watch()
        self._channels = {c.name: c for c in channels}
        self._policy = policy
        self._failover = failover
        self._operator = operator
        self.stored: bytes | None = None
        self.wake_at: datetime | None = None
        self.deliveries: list[Delivery] = []
        self.dead: list[Dead] = []
        self.restart()

    def restart(self) -> None:
        self.step = DeliveryStep(
            self._channels,
            self.clock,
            policy=self._policy,
            observer=self.watch,
            failover=self._failover,
            operator=self._operator,
        )

    @property
    def ledger(self) -> Ledger:
        return self.step.initial("i") if self.stored is None else msgspec.msgpack.decode(self.stored, type=Ledger)

    async def save(self, ledger: Ledger) -> None:
        self.stored = msgspec.msgpack.encode(ledger)

    async def feed(self, *notifications: Notification, now: datetime | None = None) -> Stepped[Ledger]:
        stepped = await self.step(self.ledger, notifications, now or self.clock.now(), self.save)
        self.stored = None if stepped.state is None else msgspec.msgpack.encode(stepped.state)
        self.wake_at = stepped.wake_at
        for emit in stepped.emits:
            if isinstance(emit.record, Dead):
                assert (emit.topic, emit.key) == (Topic.DEAD, emit.record.origin)
                self.dead.append(emit.record)
                continue
            assert emit.topic is Topic.DELIVERIES
            assert isinstance(emit.record, Delivery)
            assert emit.key == emit.record.incident
            self.deliveries.append(emit.record)
        return stepped

    async def until_quiet(self, rounds: int = 400) -> None:
        """Lets time pass from wake to wake, as ticks do, until no letter waits."""
        for _ in range(rounds):
            if not self.ledger.waiting or self.wake_at is None:
                return
            self.clock.advance(max(0.0, (self.wake_at - self.clock.now()).total_seconds()))
            await self.feed()
        raise AssertionError("letters still wait")

    def outcomes(self) -> list[tuple[str, Outcome, int]]:
        return [(d.channel, d.outcome, d.attempts) for d in self.deliveries]


def alert(n: int = 1, *channels: str, phase: Phase = Phase.OPEN) -> Notification:
    """The n-th notification about one incident, small."""
    base = msgspec.structs.replace(samples.incident(samples.viral(), revision=n), phase=phase)
    return samples.notification(base, Why.FIRST if n == 1 else Why.WORSE, channels=channels or ("slack",))


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
    assert "busy" in delivery.reason
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
    assert "Remedy" in desk.deliveries[0].reason


async def test_an_unknown_channel_is_told_with_a_remedy() -> None:
    """A channel that is not in the settings gives a Delivery that names the missing table; the others are sent."""
    desk = Desk(FakeChannel("slack"))
    await desk.feed(alert(1, "pager", "slack"))
    assert desk.outcomes() == [("pager", Outcome.REJECTED, 0), ("slack", Outcome.SENT, 1)]
    assert "[channels.pager]" in desk.deliveries[0].reason


async def test_a_channel_that_breaks_its_contract_harms_nobody_else() -> None:
    """An exception that is neither Retryable nor Rejected is a rejection on that channel alone."""
    desk = Desk(FakeChannel("slack", [ZeroDivisionError()]), FakeChannel("mail"))
    await desk.feed(alert(1, "slack", "mail"))
    assert sorted(desk.outcomes()) == [("mail", Outcome.SENT, 1), ("slack", Outcome.REJECTED, 1)]
    assert "ZeroDivisionError" in next(d.reason for d in desk.deliveries if d.channel == "slack")


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


async def test_an_incident_that_is_over_is_forgotten_after_a_day() -> None:
    """A day after the last word on a resolved incident its ledger is gone; before, a reopened one finds its thread."""
    desk = Desk(FakeChannel("slack"))
    over = alert(2, phase=Phase.RESOLVED)
    stepped = await desk.feed(alert(1), over)
    assert stepped.wake_at == over.at + FORGET_AFTER
    assert (await desk.feed(now=over.at + timedelta(hours=23))).state is not None
    assert (await desk.feed(now=over.at + FORGET_AFTER)).state is None


@settings(max_examples=40, deadline=None)
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
