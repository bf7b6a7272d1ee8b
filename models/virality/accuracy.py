"""What became of forecasts: noted when they are made, and told beside the final size once a cascade is forgotten."""

from collections.abc import Sequence
from datetime import datetime

from models.records import Forecast, Judged, PastForecast, Topic, digest
from models.stage import Emit
from models.virality.cascade import Cascade, Noted, Root, utc


def noted(now: datetime, shares: int, heading: Forecast) -> Noted:
    """A forecast as it is kept with the cascade."""
    low, high = heading.interval
    return Noted(int(now.timestamp()), shares, round(heading.expected_final), int(low), int(high))


def judged(cascade: Cascade, root: Root, now: datetime) -> Sequence[Emit]:
    """For each brand what its forecasts had foreseen and what came; nothing where no forecast was made.

    A cascade is forgotten when nothing has come for a day, so that its size is then as final as it will be known.
    """
    final, _ = cascade.counted(now.timestamp())
    emits = []
    for stake in cascade.stakes:
        made = stake.told or (() if cascade.untold is None else (cascade.untold,))
        if not made:
            continue
        record = Judged(
            id=digest("judged", stake.brand, root.post_id),
            brand=stake.brand,
            post_id=root.post_id,
            at=now,
            final=final,
            forecasts=tuple(_past(each, told=bool(stake.told)) for each in made),
        )
        emits.append(Emit(Topic.INCIDENT_EVENTS, stake.brand, record))
    return emits


def _past(each: Noted, *, told: bool) -> PastForecast:
    interval = (float(each.low), float(each.high))
    return PastForecast(
        at=utc(each.at_s), observed=each.observed, expected=float(each.expected), interval=interval, told=told
    )
