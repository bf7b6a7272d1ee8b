"""Slack by token: one message per incident, threads for what must be heard, and nothing sent twice."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from alerts.channels.http import Answer
from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_api import _read
from alerts.outbox import DeliveryPolicy, DeliveryStep
from models.clock import ManualClock
from models.records import Delivery, Notification, Outcome, Why
from tests import samples
from tests.contracts.fake_slack import CHANNEL, TOKEN, FakeSlack, Fault
from tests.contracts.slack_workspace import DIRECT, PERSON

POST, UPDATE = "chat.postMessage", "chat.update"


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack


@pytest_asyncio.fixture
async def channel(fake: FakeSlack) -> AsyncIterator[SlackChannel]:
    made = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url, timeout_s=1)
    yield made
    await made.close()


async def test_the_first_message_carries_the_chart_in_its_thread(fake: FakeSlack) -> None:
    """The alert is a message of its own; the chart follows in its thread, as a PNG, however long it takes to draw."""
    patient = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url, timeout_s=30)
    receipt = await patient.send(samples.spike_alert(), None)
    await patient.close()
    (root,) = fake.roots()
    assert receipt == Receipt(reference=f"{CHANNEL}/{root.ts}", root=root.ts)
    assert [f["png"] for f in root.files] == [True]


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", Fault(error="missing_scope")),
        ("files.getUploadURLExternal", Fault(status=500)),
        ("upload", Fault(reset=True)),
        ("files.completeUploadExternal", Fault(body="nonsense")),
    ],
)
async def test_a_chart_that_fails_never_blocks_the_alert(
    fake: FakeSlack, channel: SlackChannel, method: str, fault: Fault
) -> None:
    """Whatever goes wrong with the picture, the alert is out and has its receipt."""
    fake.fail(method, fault)
    assert (await channel.send(samples.spike_alert(), None)).root
    assert len(fake.roots()) == 1


async def test_an_incident_keeps_its_one_message(fake: FakeSlack, channel: SlackChannel) -> None:
    """Worse: edited, and called out in the channel. Acknowledged, quietly: edited, with a line in the thread."""
    first = await channel.send(samples.spike_alert(), None)
    worse = await channel.send(samples.worse_alert(), first)
    quiet = await channel.send(samples.acknowledged(), worse)
    (root,) = fake.roots()
    assert root.edits == 2
    assert "Camille Roche has taken charge" in root.text
    assert [(m.broadcast, m.thread_ts) for m in fake.replies()] == [(True, root.ts), (False, root.ts)]
    assert {first.root, worse.root, quiet.root} == {root.ts}


async def test_the_message_keeps_its_evidence_until_it_is_over(fake: FakeSlack, channel: SlackChannel) -> None:
    """Whoever took charge still needs the figures and the posts; once it is over, one short message is left."""
    receipt = await channel.send(samples.spike_alert(), None)
    await channel.send(samples.acknowledged(), receipt)
    (root,) = fake.roots()
    assert "rich_text" in [block["type"] for block in root.blocks]
    await channel.send(samples.resolved(), receipt)
    assert [block["type"] for block in root.blocks] == ["section", "context"]


@pytest.mark.parametrize(
    ("why", "broadcast"),
    [(Why.WORSE, True), (Why.REOPENED, True), (Why.UNANSWERED, True), (Why.ESCALATED, False), (Why.SNOOZED, False)],
)
async def test_only_what_must_be_heard_is_shown_in_the_channel(
    fake: FakeSlack, channel: SlackChannel, why: Why, broadcast: bool
) -> None:
    """Worse, again, and unanswered are broadcast; a call to somebody in particular stays in the thread."""
    first = await channel.send(samples.spike_alert(), None)
    await channel.send(samples.notification(samples.escalated().incident, why), first)
    assert [m.broadcast for m in fake.replies()] == [broadcast]


async def test_a_digest_is_a_message_of_its_own(fake: FakeSlack, channel: SlackChannel) -> None:
    """It neither edits the incident whose name it bears, nor is it edited by what follows."""
    first = await channel.send(samples.spike_alert(), None)
    summary = await channel.send(samples.digest_of(3), first)
    await channel.send(samples.acknowledged(), summary)
    alert, told = fake.roots()
    assert "Digest: 3 incidents" in told.text
    assert (alert.edits, told.edits) == (1, 0)
    assert await channel.find(samples.digest_of(3).id, None) == summary


async def test_a_person_s_messages_are_edited_where_slack_put_them(fake: FakeSlack) -> None:
    """A user id takes posts, but not edits: those go to the direct messages with that person."""
    direct = SlackChannel("team:U0FAKE", TOKEN, PERSON, lambda _: samples.EN, base_url=fake.base_url)
    first = await direct.send(samples.spike_alert(), None)
    await direct.send(samples.acknowledged(), first)
    (root,) = fake.roots()
    assert first.reference == f"{DIRECT}/{root.ts}"
    assert root.edits == 1
    assert await direct.find(samples.acknowledged().id, first) is not None
    await direct.close()


async def test_another_person_in_the_settings_is_told_instead(fake: FakeSlack) -> None:
    """The settings now name somebody else: neither this incident nor any other goes to whom they named before."""
    direct = SlackChannel("lead", TOKEN, PERSON, lambda _: samples.EN, base_url=fake.base_url)
    receipt = await direct.send(samples.worse_alert(), Receipt(reference="D0OTHER/1.0", root="1.0"))
    assert receipt.reference.startswith(f"{DIRECT}/")
    assert (await direct.send(samples.spike_alert(), None)).reference.startswith(f"{DIRECT}/")
    await direct.close()


async def test_a_person_is_told_although_the_app_may_not_look_back(fake: FakeSlack) -> None:
    """Without im:write the message still goes out, and its edits find it by what Slack answered."""
    fake.workspace.missing_scopes.add("conversations.open")
    direct = SlackChannel("team:U0FAKE", TOKEN, PERSON, lambda _: samples.EN, base_url=fake.base_url)
    first = await direct.send(samples.spike_alert(), None)
    await direct.send(samples.acknowledged(), first)
    assert [m.edits for m in fake.roots()] == [1]
    await direct.close()


async def test_another_channel_in_the_settings_gets_a_message_of_its_own(
    fake: FakeSlack, channel: SlackChannel
) -> None:
    """The settings now name another channel: what was sent to the old one is left alone."""
    receipt = await channel.send(samples.worse_alert(), Receipt(reference="C0OLD/1.0", root="1.0"))
    assert [m.ts for m in fake.roots()] == [receipt.root]
    assert UPDATE not in fake.calls


@pytest.mark.parametrize(("notified", "broadcast"), [(1, True), (2, True), (3, False), (9, False)])
async def test_only_the_first_repeat_is_shown_in_the_channel(
    fake: FakeSlack, channel: SlackChannel, notified: int, broadcast: bool
) -> None:
    """Later repeats stay in the thread: who follows it is called, the channel is not flooded."""
    first = await channel.send(samples.spike_alert(), None)
    await channel.send(samples.repeat_alert(notified), first)
    assert [m.broadcast for m in fake.replies()] == [broadcast]


async def test_a_deleted_message_is_posted_anew(fake: FakeSlack, channel: SlackChannel) -> None:
    """Somebody deleted the incident's message: the next notification makes a new one instead of failing."""
    receipt = await channel.send(samples.worse_alert(), Receipt(reference=f"{CHANNEL}/1.0", root="1.0"))
    assert [m.ts for m in fake.roots()] == [receipt.root]
    assert UPDATE in fake.calls


def first_and_followers() -> list[Notification]:
    return [samples.spike_alert(), samples.worse_alert(), samples.repeat_alert(9), samples.acknowledged()]


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("lost", [Fault(reset=True, after=True), Fault(hang=True, after=True)])
async def test_an_answer_that_gets_lost_is_found(
    fake: FakeSlack, channel: SlackChannel, which: int, lost: Fault
) -> None:
    """The message went out and the answer did not come back: `find` tells, before a restart and after it."""
    sample = first_and_followers()[which]
    previous = None if which == 0 else await channel.send(samples.spike_alert(), None)
    assert await channel.find(sample.id, previous) is None
    fake.fail(POST, lost)
    with pytest.raises(Retryable) as caught:
        await channel.send(sample, previous)
    assert caught.value.maybe_sent
    found = await channel.find(sample.id, previous)
    restarted = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url)
    assert found is not None
    assert found == await restarted.find(sample.id, previous)
    assert found.root == fake.roots()[0].ts
    await restarted.close()


async def test_an_answer_far_back_in_a_storm_is_found_after_a_restart(fake: FakeSlack, channel: SlackChannel) -> None:
    """Hundreds of younger messages hide the incident's thread: the message before tells which it is."""
    first = await channel.send(samples.spike_alert(), None)
    fake.fail(POST, Fault(reset=True, after=True))
    with pytest.raises(Retryable):
        await channel.send(samples.worse_alert(), first)
    for number in range(400):
        fake.workspace.add({"text": f"chatter {number}"}, CHANNEL)
    restarted = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url)
    found = await restarted.find(samples.worse_alert().id, first)
    assert found is not None
    assert [f"{CHANNEL}/{m.ts}" for m in fake.replies()] == [found.reference]
    await restarted.close()


async def test_a_message_that_took_the_place_of_a_deleted_one_is_found(fake: FakeSlack, channel: SlackChannel) -> None:
    """The thread is gone and the answer to the new message got lost: it is looked for in the channel too."""
    deleted = Receipt(reference=f"{CHANNEL}/1.0", root="1.0")
    fake.fail(POST, Fault(reset=True, after=True))
    with pytest.raises(Retryable):
        await channel.send(samples.worse_alert(), deleted)
    restarted = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url)
    found = await restarted.find(samples.worse_alert().id, deleted)
    assert found == await channel.find(samples.worse_alert().id, deleted)
    assert found is not None
    assert found.root == fake.roots()[0].ts
    await restarted.close()


async def test_an_edit_without_its_call_is_not_taken_for_told(fake: FakeSlack, channel: SlackChannel) -> None:
    """The edit went through and the answer in the thread did not: people have not been called yet."""
    first = await channel.send(samples.spike_alert(), None)
    fake.fail(POST, Fault(status=503))
    with pytest.raises(Retryable):
        await channel.send(samples.worse_alert(), first)
    assert await channel.find(samples.worse_alert().id, first) is None


async def test_without_the_right_to_read_find_does_not_fail(fake: FakeSlack, channel: SlackChannel) -> None:
    """A missing history scope means that we cannot know, not that the alert is lost."""
    fake.fail("conversations.history", Fault(error="missing_scope"))
    assert await channel.find("x", None) is None


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "invalid_auth",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "missing_scope",
        "restricted_action",
    ],
)
async def test_permanent_errors_have_a_remedy(fake: FakeSlack, code: str) -> None:
    """Slack's error names become words that a person can act on, and are counted."""
    seen: list[str] = []
    channel = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url, observe=seen.append)
    fake.fail(POST, Fault(error=code))
    with pytest.raises(Rejected, match=f"{code}.*. Remedy: [a-z]"):
        await channel.send(samples.spike_alert(), None)
    assert seen == [code]
    await channel.close()


async def test_errors_that_nobody_has_seen_are_counted_together(fake: FakeSlack) -> None:
    """The metric's label is no place for whatever a server says."""
    seen: list[str] = []
    channel = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url, observe=seen.append)
    fake.fail(POST, Fault(error="strange_new_error"), Fault(status=429), Fault(error="internal_error"))
    for expected in (Rejected, Retryable, Retryable):
        with pytest.raises(expected):
            await channel.send(samples.spike_alert(), None)
    assert seen == ["other", "ratelimited", "internal_error"]
    await channel.close()


@pytest.mark.parametrize("code", ["ratelimited", "internal_error", "fatal_error", "service_unavailable"])
async def test_passing_errors_are_retryable(fake: FakeSlack, channel: SlackChannel, code: str) -> None:
    """What Slack calls its own fault, or ours for being fast, passes."""
    fake.fail(POST, Fault(error=code))
    with pytest.raises(Retryable) as caught:
        await channel.send(samples.spike_alert(), None)
    assert caught.value.maybe_sent is (code != "ratelimited")


@pytest.mark.parametrize("body", [b"<html>", b'{"ok": true, "error": "\xe9"}', b"[1]"])
def test_an_answer_that_is_none_of_slack_s_is_retryable(body: bytes) -> None:
    """A proxy's page says nothing of the message, in whatever encoding it is."""
    with pytest.raises(Retryable) as caught:
        _read(POST, Answer(200, body, None))
    assert caught.value.maybe_sent


async def test_a_wrong_token_is_told_without_showing_it(fake: FakeSlack) -> None:
    """The real check of the fake: another token gets invalid_auth, and the reason does not repeat it."""
    wrong = SlackChannel("slack", "xoxb-wrong", CHANNEL, lambda _: samples.EN, base_url=fake.base_url)
    with pytest.raises(Rejected) as caught:
        await wrong.send(samples.spike_alert(), None)
    assert "invalid_auth" in str(caught.value)
    assert "xoxb" not in str(caught.value)
    await wrong.close()


async def test_twenty_incidents_at_once_arrive_once_each_at_slack_s_own_pace() -> None:
    """Slack allows about one message a second and says 429 beyond: the outbox waits as told, and loses nothing."""
    clock = ManualClock(samples.NOW)
    wanted = [msgspec.structs.replace(samples.acknowledged(), id=f"n{n}") for n in range(20)]
    told: list[tuple[str, Outcome]] = []

    async def save(_: object) -> None: ...

    async with FakeSlack(per_second=1.0, clock=clock) as fake:
        channel = SlackChannel("slack", TOKEN, CHANNEL, lambda _: samples.EN, base_url=fake.base_url)
        step = DeliveryStep({"slack": channel}, clock, policy=DeliveryPolicy(patience_s=0.0))
        ledgers = {n.id: step.initial(n.id) for n in wanted}
        for second in range(120):
            for n in wanted:
                stepped = await step(ledgers[n.id], [n] if second == 0 else (), clock.now(), save)
                assert stepped.state is not None
                ledgers[n.id] = stepped.state
                told += [
                    (e.record.notification, e.record.outcome) for e in stepped.emits if isinstance(e.record, Delivery)
                ]
            clock.advance(1)
        assert sorted(told) == sorted((n.id, Outcome.SENT) for n in wanted)
        assert len(fake.messages) == 20
        assert fake.calls.count(POST) < 60
        await channel.close()
