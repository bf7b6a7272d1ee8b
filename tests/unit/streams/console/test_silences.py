"""Silences on the console: set with a reason and an end, seen by everybody, ended early, or refused."""

import re
from datetime import timedelta

import pytest

from models.records import Severity, Silence, Unsilence
from streams.console.board import MAX_SILENCES, Board
from streams.console.silences import BadForm, asked, ended
from tests.unit.streams.console.cases import NOW
from tests.unit.streams.console.test_routes import TOKEN, World

GOOD = {"brand": "nuage", "minutes": "60", "reason": "  planned\nwork ", "up_to": "P3"}


def silence(n: int = 0, *, hours: float = 1) -> Silence:
    return Silence(
        id=f"s{n}", brand="nuage", incident="", by="Zoé", via="console", at=NOW, note="work",
        until=NOW + timedelta(hours=hours),
    )  # fmt: skip


def test_a_form_becomes_a_silence() -> None:
    """Author, reason, end and severity are in the record; its id comes from who asked when."""
    record = asked(GOOD, ["nuage"], by="Zoé", via="console", now=NOW)
    assert (record.by, record.note, record.until, record.up_to) == (
        "Zoé", "planned work", NOW + timedelta(hours=1), Severity.P3,
    )  # fmt: skip
    assert ended(record, by="Tom", via="console", now=NOW).silence == record.id


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("brand", "other", "brand-unknown"),
        ("minutes", "0", "minutes-invalid"),
        ("minutes", "9999999", "minutes-invalid"),
        ("minutes", "٣", "minutes-invalid"),
        ("reason", " \n ", "reason-missing"),
        ("up_to", "P9", "severity-unknown"),
    ],
)
def test_an_incomplete_form_is_refused(field: str, value: str, reason: str) -> None:
    """Nobody can judge later a silence without a reason, and none lasts for ever."""
    with pytest.raises(BadForm, match=reason):
        asked(GOOD | {field: value}, ["nuage"], by="Zoé", via="console", now=NOW)


def test_the_board_forgets_what_is_over() -> None:
    """What has ended, by time or by hand, is not shown; the number of silences is bounded."""
    board = Board()
    for record in (silence(1), silence(2, hours=2), ended(silence(1), by="Tom", via="console", now=NOW)):
        board.take(record)
    assert [each.id for each in board.silences(NOW)] == ["s2"]
    assert board.silences(NOW + timedelta(hours=3)) == []
    for n in range(MAX_SILENCES + 50):
        board.take(silence(n, hours=n + 1))
    assert len(board.silences(NOW)) == MAX_SILENCES


async def test_a_person_sets_and_ends_a_silence() -> None:
    """The form publishes a silence; the page shows it with its author and reason; a button ends it."""
    world = World()
    async with world.client:
        await world.log_in(by="Zoé")
        csrf = await world.csrf()
        answer = await world.client.post("/silences", data=GOOD | {"csrf": csrf}, allow_redirects=False)
        assert answer.status == 303
        (record,) = world.published
        assert isinstance(record, Silence)
        world.board.take(record)
        page = await (await world.client.get("/silences")).text()
        assert "planned work" in page
        assert "by Zoé" in page
        end = re.search(r'action="(/silences/[0-9a-f]+/end)"', page)
        assert end is not None
        index = await (await world.client.get("/")).text()
        assert "planned work" in index
        assert 'name="reason"' not in index  # the first page reloads by itself
        await world.client.post(end[1], data={"csrf": csrf})
        assert isinstance(world.published[-1], Unsilence)


async def test_a_program_needs_the_token_and_a_reason() -> None:
    """Without the token nothing happens; what is wrong is named."""
    world = World()
    async with world.client:
        sent = {"by": "runbook", "brand": "nuage", "minutes": 60}
        assert (await world.client.post("/silences", json=sent)).status == 401
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await world.client.post("/silences", json=sent, headers=headers)
        assert (answer.status, await answer.json()) == (400, {"error": "reason-missing"})
        answer = await world.client.post("/silences", json=sent | {"reason": "known"}, headers=headers)
        assert answer.status == 202
        told = await (await world.client.get("/api/incidents", headers=headers)).json()
        assert told["silences"] == []  # it is in force once the pipeline's log has it
        assert (await world.client.post("/silences/none/end", json=sent, headers=headers)).status == 404
