"""The chart: a small PNG, the same each time, whatever the series."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts.render.chart import alt_text, chart, round_times
from alerts.render.context import RenderContext
from models.records import Notification, Point
from tests import samples


def with_series(*points: Point) -> Notification:
    base = samples.spike()
    evidence = msgspec.structs.replace(base.evidence, series=points)
    return samples.notification(samples.incident(msgspec.structs.replace(base, evidence=evidence)))


def test_the_same_alert_gives_the_same_picture() -> None:
    """Byte for byte, so that a replay does not upload another one; a PNG of 960 × 480, below 150 kB."""
    first = chart(samples.spike_alert(), samples.FR)
    assert first is not None
    assert first == chart(samples.spike_alert(), samples.FR)
    assert first.startswith(b"\x89PNG")
    assert (int.from_bytes(first[16:20]), int.from_bytes(first[20:24])) == (960, 480)
    assert len(first) < 150_000


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_little_to_draw_is_no_picture(count: int) -> None:
    """Fewer than three points say nothing."""
    points = [Point(at=samples.NOW, observed=1, expected=1, upper=2)] * count
    assert chart(with_series(*points), samples.EN) is None


@pytest.mark.parametrize("sample", [samples.acknowledged(), samples.resolved()])
def test_calm_messages_have_no_picture(sample: Notification) -> None:
    """Nobody has to look at a curve when it is over."""
    assert chart(sample, samples.EN) is None


@pytest.mark.filterwarnings("ignore:Glyph")  # a sign that the font lacks is drawn as a box
@pytest.mark.parametrize(
    ("step_s", "observed", "title"),
    [(0, 0.0, "$x^2$ \\frac"), (60, 0.0, "無"), (86_400, 1e9, "a" * 500), (300, 3.0, "R&D <b>")],
)
def test_odd_series_and_titles_draw(step_s: int, observed: float, title: str) -> None:
    """All at one instant, all zero, years long, huge, or a title that looks like a formula."""
    points = [
        Point(at=samples.NOW + timedelta(seconds=step_s * i), observed=observed, expected=0.0, upper=0.0)
        for i in range(30)
    ]
    assert chart(with_series(*points), RenderContext(title, "fr")) is not None


def test_who_cannot_see_it_is_told() -> None:
    """The alternative text says what the curve shows."""
    assert alt_text(samples.spike_alert(), samples.EN) == (
        "Chart: 212 negative mentions over time against what is usual; it began at 20:40."
    )


@pytest.mark.parametrize(
    ("since", "hours", "times"),
    [
        # Clocks are put forward: there is no 02:00.
        ("2026-03-28T23:30Z", 4, ["01:00", "03:00", "04:00", "05:00"]),
        # Clocks are put back: what is shown as 02:00 comes twice, and the last hour is an hour.
        ("2026-10-24T23:30Z", 3, ["02:00", "02:00", "03:00"]),
        ("2026-10-25T00:30Z", 0.75, ["02:30", "02:40", "02:50", "02:00", "02:10"]),
    ],
)
def test_the_night_on_which_clocks_change_has_its_times(since: str, hours: float, times: list[str]) -> None:
    """Ticks stand at moments that there are, in their order, and no two in one place."""
    first = datetime.fromisoformat(since)
    found = round_times(*((first + timedelta(hours=h)).astimezone(ZoneInfo("Europe/Paris")) for h in (0, hours)))
    assert [f"{at:%H:%M}" for at in found] == times
    moments = [at.astimezone(UTC) for at in found]
    assert moments == sorted(set(moments))
