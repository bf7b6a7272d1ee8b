"""What the core of the spike detector is told, remembers and says."""

from dataclasses import dataclass
from typing import Final

import msgspec

from models.counts import BinCounts
from models.records import SignalPhase
from models.spikes.baseline import Baseline
from models.spikes.budget import Budget
from models.spikes.extremes import Extremes
from models.spikes.surprise import Noise, interval

WINDOWS_MIN: Final = (5, 15, 60, 180, 360)


class Event(msgspec.Struct, frozen=True, array_like=True):
    """A planned event: between two minutes since the epoch (the second excluded), `factor` times the usual is due."""

    first: int
    last: int
    factor: float


class SpikeParams(msgspec.Struct, frozen=True, kw_only=True):
    """What a user can choose about one brand's spikes. Times are in minutes."""

    budget: Budget = Budget.parse("1/week")
    min_authors: int = 4
    """So many different authors must be adverse within the alarming window."""
    lateness_min: int = 30
    """A post that reaches us later than this after it was written is no news, and is not judged."""
    worse_factor: float = 2.0
    """A wave has become worse when the last hour holds this many times what was told."""
    calm_min: int = 30
    """A wave has ended when the last 15 and 60 minutes have been as expected for so long."""
    bin_min: int = 1
    """The step of the counts."""
    timezone: str = "UTC"
    """In which the brand's public lives, by the day and the week: an IANA name."""
    events: tuple[Event, ...] = ()

    @property
    def windows(self) -> tuple[int, ...]:
        """Window lengths in bins: 5 to 360 minutes, or 1, 3 and 12 steps where a step is longer than 1 h."""
        fitting = tuple(w // self.bin_min for w in WINDOWS_MIN if w >= self.bin_min)
        return tuple(dict.fromkeys(fitting)) if self.bin_min <= 60 else (1, 3, 12)

    @property
    def hour_bins(self) -> int:
        """Bins that are learned at once: an hour's, or one where it is longer."""
        return max(1, 60 // self.bin_min)

    @property
    def keep(self) -> int:
        """Bins to remember: the longest window, and what is not learned yet."""
        return max(self.windows) + self.lateness_min // self.bin_min + 2 * self.hour_bins


class Wave(msgspec.Struct, array_like=True, frozen=True):
    """A spike that is on. Bins since the epoch; `told` is the last hour's count when humans were last told."""

    raised: int
    onset: int
    told: float
    level: int = 0
    calm_since: int | None = None


class Tracked(msgspec.Struct, array_like=True):
    """What the core remembers of one series of counts."""

    counts: BinCounts
    baseline: Baseline
    noise: list[Noise]
    """Per window."""
    extremes: Extremes
    at: int
    """The bin with which the windows end."""
    sums: list[int | float]
    """Per window, its count up to `at`."""
    learned: int
    """The last bin that the baseline has taken in."""
    blocks: list[list[float]]
    """Of each window longer than an hour: observed, expected and calm hours of the running block."""
    gate: list[float] = []
    """What a count must exceed to be worth judging (see `Learner.passes_gate`), before the bin `gate_until`."""
    gate_until: int = 0
    wave: Wave | None = None
    rearmed: int = 0
    """The bin from which on counts are news again: those of the last wave are not part of an onset."""
    loudest: float = 0.0
    """The loudest hour of the last wave, which was raised in bin `raised`."""
    raised: int | None = None
    budget_share: float = 1.0
    """Which part of the budget is used: less after false alarms (see `feedback.py`)."""
    resume: int = 0
    """Hours that begin before this bin are not learned: a source was silent."""

    def copy(self) -> "Tracked":
        return msgspec.structs.replace(
            self,
            counts=self.counts.copy(),
            baseline=self.baseline.copy(),
            noise=[noise.copy() for noise in self.noise],
            extremes=self.extremes.copy(),
            sums=self.sums.copy(),
            blocks=[block.copy() for block in self.blocks],
        )


@dataclass(frozen=True, slots=True)
class Awaited:
    """Why a brand is not judged yet, in minutes since the epoch: since when it is heard, and when it will be judged.

    `hours`: in how many different hours it was heard. With `KNOWN_HOURS` of them `earliest` and `latest` are one.
    """

    since: int
    hours: int
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """How things look, told by the window that speaks most.

    `surprise` is −log10 of how often per minute ordinary times would look so (see budget).
    """

    window: int
    observed: float
    expected: float
    dispersion: float
    surprise: float

    @property
    def interval(self) -> tuple[float, float]:
        """The central 90 % of what was to be expected."""
        return interval(self.expected, self.dispersion)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A change: a wave has risen, grown or ended. `silent_below`: with a smaller count there would be none."""

    phase: SignalPhase
    bin: int
    onset: int
    raised: int
    level: int
    judgement: Judgement
    silent_below: int
