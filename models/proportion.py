"""How sure a proportion is that was counted: Wilson's interval."""

import math
from typing import Final

Z_90: Final = 1.645
"""Normal quantile of a two-sided 90 % interval."""


def interval(part: float, whole: float, z: float = Z_90) -> tuple[float, float]:
    """Wilson's interval (1927) of `part` of `whole`, both ends from 0 to 1: few cases prove little.

    It is (0, 1) where nothing was counted; a part beyond the whole is the whole.

    >>> [round(end, 2) for end in interval(5, 10)], interval(0, 0)
    ([0.27, 0.73], (0.0, 1.0))
    """
    if whole <= 0:
        return 0.0, 1.0
    p = min(part / whole, 1.0)
    centre, spread = p + z * z / (2 * whole), z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return max((centre - spread) / scale, 0.0), min((centre + spread) / scale, 1.0)
