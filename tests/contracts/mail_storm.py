"""Many incidents at once against a mail server in bad weather: the real outbox and mail channel, in simulated time.

`python -m tests.contracts.mail_storm --incidents 200 --faults 0.3 --seed 1` prints what came of it as one JSON line.
"""

import argparse
import asyncio
import json
import logging
from collections import Counter, defaultdict
from dataclasses import dataclass

import msgspec

from alerts.channels.mail import MailChannel, SmtpServer
from models.clock import ManualClock
from models.records import Delivery, Notification, Phase, SignalPhase, Tick, Topic, Why, digest
from models.stage import Emit
from streams.engines.local import LocalRunner
from streams.parts import Parts
from streams.settings.schema import Settings
from streams.topology import PIPELINE
from tests import samples
from tests.contracts.fake_smtp import FakeSmtp

FAULTS = (
    "451 4.3.0 try again later",
    "421 4.3.2 shutting down",
    "452 4.2.2 mailbox full",
    "450 4.2.1 greylisted",
    "reset",
    "reset",
    "reset-after",
    "reset-after",
    "hang",
    "hang-after",
)
TICK_S = 2.0
LONGEST_S = 3_600.0


@dataclass(frozen=True)
class Storm:
    """What came of it. `mails` by incident: the Message-IDs that people got, in order, repeats included."""

    told: dict[str, list[Notification]]
    mails: dict[str, list[str]]
    deliveries: dict[str, Delivery]
    dead: int
    weather: Counter[str]
    simulated_s: float

    @property
    def repeats(self) -> int:
        """Mails that came again, which is with the same Message-ID."""
        return sum(len(ids) - len(set(ids)) for ids in self.mails.values())

    @property
    def lost_answers(self) -> int:
        """Mails that were taken although the sender could not know."""
        return sum(count for word, count in self.weather.items() if word.endswith("-after"))

    def summary(self) -> dict[str, object]:
        return {
            "incidents": len(self.told),
            "notifications": sum(map(len, self.told.values())),
            "attempts": sum(self.weather.values()),
            "faults": sum(count for word, count in self.weather.items() if word != "ok"),
            "mails": sum(map(len, self.mails.values())),
            "repeats_with_the_same_message_id": self.repeats,
            "answers_lost_after_the_mail_was_taken": self.lost_answers,
            "outcomes": Counter(d.outcome.value for d in self.deliveries.values()),
            "dead": self.dead,
            "simulated_s": self.simulated_s,
        }


def life(n: int) -> list[Notification]:
    """An incident's messages: the alert, somebody takes charge (quietly), it is over. Without a chart, for speed."""
    plain = msgspec.structs.replace(
        samples.spike(), evidence=msgspec.structs.replace(samples.spike().evidence, series=())
    )
    opened = msgspec.structs.replace(samples.incident(plain), id=digest("storm", n))
    taken = msgspec.structs.replace(opened, phase=Phase.ACKNOWLEDGED, acknowledged_by="Camille Roche", revision=2)
    ended = msgspec.structs.replace(plain, phase=SignalPhase.ENDED)
    over = msgspec.structs.replace(taken, phase=Phase.RESOLVED, signals=(ended,), revision=3)
    return [
        samples.notification(opened, Why.FIRST, channels=("mail",)),
        samples.notification(taken, Why.ACKNOWLEDGED, channels=("mail",), quiet=True),
        samples.notification(over, Why.ENDED, channels=("mail",)),
    ]


async def storm(seed: int, incidents: int, share: float) -> Storm:
    """All incidents at once; `share` of the attempts fail, by the seed, the mail and the number of the attempt."""
    logging.getLogger("alerts").setLevel(logging.CRITICAL)
    tried: Counter[str] = Counter()
    weather: Counter[str] = Counter()

    def what_becomes(message_id: str) -> str:
        tried[message_id] += 1
        number = int(digest(seed, message_id, tried[message_id]), 16)
        word = FAULTS[number % len(FAULTS)] if number >> 64 < share * 2**64 else "ok"
        weather[word] += 1
        return word

    clock = ManualClock(samples.NOW)
    told = {life(n)[0].incident.id: life(n) for n in range(incidents)}
    async with FakeSmtp() as smtp:
        smtp.weather = what_becomes
        server = SmtpServer("localhost", smtp.port, "none")
        sender = "Tocsin <bell@lumiere.example>"
        channel = MailChannel(
            "mail", server, sender=sender, to=("care@lumiere.example",), contexts=lambda _: samples.EN, clock=clock,
            timeout_s=0.3,
        )  # fmt: skip
        parts = Parts(Settings(), clock=clock, channels={"mail": channel})
        runner = LocalRunner(parts, stages=[s for s in PIPELINE if s.name == "delivery"], durable=False)
        await runner.load(Emit(Topic.OUTBOX, i, n) for i, life_of in told.items() for n in life_of)  # type: ignore[misc]
        wanted = sum(map(len, told.values()))
        while len({r.id for r in runner.records(Topic.DELIVERIES)}) < wanted and clock.monotonic() < LONGEST_S:  # type: ignore[union-attr]
            clock.advance(TICK_S)
            await runner.feed(Emit(Topic.OUTBOX, "", Tick(now=clock.now())))
    mails = defaultdict(list)
    for mail in smtp.mails:
        mails[str(mail["X-Tocsin-Incident"])].append(str(mail["Message-ID"]))
    deliveries = {r.id: r for r in runner.records(Topic.DELIVERIES) if isinstance(r, Delivery)}
    return Storm(told, dict(mails), deliveries, len(runner.records(Topic.DEAD)), weather, clock.monotonic())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=200)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(storm(given.seed, given.incidents, given.faults)).summary()))
