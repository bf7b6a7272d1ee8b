"""What becomes of a brand of which nobody speaks any more."""

from datetime import timedelta

from models.records import AlarmJudged, JudgedAs
from models.spikes.counting import FORGOTTEN_MIN
from models.spikes.detector import SpikeStep
from models.spikes.tracked import SpikeParams
from tests.scenarios.world import START, mention

LONG = timedelta(minutes=FORGOTTEN_MIN)


def test_a_brand_is_forgotten_when_nothing_of_it_would_count() -> None:
    """Ten weeks after the hour of its last mention; and its sources are silent for nobody."""
    told: list[tuple[tuple[str, ...], bool | None]] = []
    step = SpikeStep(SpikeParams(), watch=lambda _, silent, known: told.append((silent, known)))
    stepped = step(step.initial("acme"), [mention(at=START)], START)
    assert stepped.state is not None
    stepped = step(stepped.state, (), START)
    end = START + timedelta(hours=1) + LONG
    assert stepped.wake_at == end
    assert stepped.state is not None
    assert step(stepped.state, (), end - timedelta(minutes=1)).state is not None
    assert step(stepped.state, (), end).state is None
    assert (told[0], told[-1]) == (((), False), ((), None))


def test_a_brand_that_is_heard_of_again_is_kept() -> None:
    """Each mention counts anew."""
    step = SpikeStep(SpikeParams())
    state = step.initial("acme")
    for weeks in range(0, 40, 8):
        at = START + timedelta(weeks=weeks)
        waiting = step(state, [mention(f"p{weeks}", at=at)], at).state
        assert waiting is not None
        counted = step(waiting, (), at)
        assert counted.state is not None
        assert counted.wake_at == at + timedelta(hours=1) + LONG
        state = counted.state


def test_what_never_counted_is_forgotten_at_once() -> None:
    """A backfill is no past of a brand; a human's verdict is kept as long as a mention."""
    step = SpikeStep(SpikeParams())
    late = step(step.initial("acme"), [mention(at=START, seen_at=START + timedelta(days=2))], START).state
    assert late is not None
    assert step(late, (), START).state is None
    said = AlarmJudged(id="1", brand="acme", incident="i", verdict=JudgedAs.FALSE, at=START)
    judged = step(step.initial("acme"), [said], START)
    assert judged.state is not None
    assert judged.wake_at == START + LONG
    assert step(judged.state, (), START).state is not None
    assert step(judged.state, (), START + LONG).state is None
