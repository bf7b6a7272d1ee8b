"""What humans think of alarms: bounded, counted once, taken back by a second thought or by time."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import AlarmJudged, JudgedAs
from models.spikes.detector import SpikeStep
from models.spikes.feedback import LASTS_MIN, MOST, Feedback
from models.spikes.memory import BrandState, minute_of
from models.spikes.tracked import SpikeParams
from tests.contracts.test_detectors import mentions, run

START = datetime(2026, 3, 2, tzinfo=UTC)
NOW = minute_of(START)


def judged(incident: str, *, real: bool = False, at: datetime = START) -> AlarmJudged:
    verdict = JudgedAs.REAL if real else JudgedAs.FALSE
    return AlarmJudged(id=f"{incident}/{verdict}", brand="acme", incident=incident, verdict=verdict, at=at)


def told(*verdicts: AlarmJudged) -> Feedback:
    feedback = Feedback()
    for each in verdicts:
        feedback = feedback.hear(each)
    return feedback


def test_each_false_alarm_halves_the_budget_three_times_at_most() -> None:
    """A brand never gets deaf: an eighth of the budget is always left."""
    shares = [told(*(judged(str(i)) for i in range(count))).budget_share(NOW) for count in range(6)]
    assert shares == [1.0, 0.5, 0.25, 0.125, 0.125, 0.125]


def test_a_repeat_counts_once() -> None:
    """The same verdict on the same incident, however often and whenever it comes."""
    assert told(judged("a"), judged("a"), judged("a", at=START + timedelta(days=9))) == told(judged("a"))


def test_a_real_alarm_takes_one_step_back() -> None:
    """Two false alarms and a real one weigh as much as one; a real one alone makes nobody more sensitive."""
    assert told(judged("a"), judged("b"), judged("c", real=True)).strikes(NOW) == 1
    assert told(judged("c", real=True), judged("a")).strikes(NOW) == 1


def test_a_second_thought_replaces_the_first() -> None:
    """Taking charge and then calling it false is one false alarm, and the other way round is none."""
    assert told(judged("a", real=True), judged("a")).strikes(NOW) == 1
    assert told(judged("a"), judged("a", real=True)).strikes(NOW) == 0


def test_it_is_over_after_thirty_days() -> None:
    """The caution says until when, and then it is so."""
    feedback = told(judged("a"), judged("b", at=START + timedelta(days=10)))
    caution = feedback.caution(NOW + 1)
    assert caution is not None
    assert (caution.false_alarms, caution.until) == (1 + 1, START + timedelta(days=40))
    assert feedback.strikes(NOW + LASTS_MIN) == 1
    assert feedback.caution(minute_of(caution.until) - 1) is not None
    assert feedback.caution(minute_of(caution.until)) is None


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 80)), max_size=40))
def test_it_is_always_bounded_and_said(verdicts: list[tuple[int, bool, int]]) -> None:
    """Whatever humans say: bounded, small, the same once stored, and a caution exactly while it weighs."""
    feedback = Feedback()
    for incident, real, day in sorted(verdicts, key=lambda each: each[2]):
        feedback = feedback.hear(judged(str(incident), real=real, at=START + timedelta(days=day)))
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(feedback), type=Feedback) == feedback
        assert len(feedback.verdicts) <= 8
        assert len(msgspec.msgpack.encode(feedback)) <= 100
        now = NOW + day * 1_440
        assert 0 <= feedback.strikes(now) <= MOST
        caution = feedback.caution(now)
        assert (caution is None) == (feedback.strikes(now) == 0)
        if caution is not None:
            assert feedback.strikes(minute_of(caution.until)) == 0


def test_the_detector_needs_more_and_says_so() -> None:
    """After three false alarms the same wave is told later or not at all, with the reason; splits change nothing."""
    step = SpikeStep(SpikeParams())
    calm = mentions("acme", START, 74, 12, seed=1)
    storm = mentions("acme", START + timedelta(days=3), 2, 60, seed=2, negative=0.9)
    records = sorted([*calm, *storm], key=lambda m: m.post.seen_at)
    wary = [judged(str(i), at=START + timedelta(hours=i)) for i in range(3)]
    plain, _, _ = run(step, "acme", records)

    def after(split: int) -> tuple[list[str], BrandState]:
        state = BrandState("acme")
        for at in range(0, 3, split):
            state = step(state, wary[at : at + split], START).state or state
        signals, final, _ = run(_From(step, state), "acme", records)
        return [s.reason for s in signals if s.phase == "raised"], final

    reasons, state = after(3)
    assert after(1) == (reasons, state)
    raised = next(s for s in plain if s.phase == "raised")
    assert raised.evidence.caution is None
    assert "less sensitive until 2026-04-01, because of 3 false alarms" in reasons[0]
    assert raised.reason not in reasons


class _From:
    """A step whose brands begin with a given state."""

    def __init__(self, step: SpikeStep, state: BrandState) -> None:
        self._step, self._state = step, state
        self.state_type = step.state_type

    def initial(self, key: str) -> BrandState:
        return self._state

    def __call__(self, *arguments: object) -> object:
        return self._step(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("verdict", list(JudgedAs))
def test_a_verdict_before_any_mention_is_kept(verdict: JudgedAs) -> None:
    """A brand that has no past yet remembers what was said of it, and raises nothing."""
    step = SpikeStep(SpikeParams())
    stepped = step(
        step.initial("acme"), [AlarmJudged(id="1", brand="acme", incident="i", verdict=verdict, at=START)], START
    )
    assert stepped.state is not None
    assert stepped.state.feedback.strikes(NOW) == (verdict is JudgedAs.FALSE)
    assert step(stepped.state, (), START).emits == ()
