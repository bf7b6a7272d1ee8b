"""Time zones by name, where settings or people may have it wrong."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo


def zone_of(name: str) -> tzinfo:
    """The time zone of this name; UTC where there is none, which `tocsin check` has told.

    >>> zone_of("Nowhere/Town")
    datetime.timezone.utc
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
