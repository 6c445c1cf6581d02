"""The band that a forecast promised, and whether what came of it lies within.

The promise is the backtest's measure. A live month may differ from it for three reasons that are no
fault: both are estimates from so many customers, and no two months are alike. So the band is the
backtest's value, give or take a tolerance (what does not matter in practice, declared below), widened by
the sampling of both: square and add, each side apart, the distances to the ends of both intervals (the
method of variance estimates recovery, Zou and Donner 2008, Statistics in Medicine 27, 1693-1702).

Every month brings as many looks as there are measures and horizons. Outside the band at 95 % is worth
watching and will come by chance; the alarm is raised outside the band at which all looks of a year
together ring falsely with 5 % at most (Bonferroni, which holds however the looks depend on each other).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from scipy.special import ndtri

from liuke.predict.metrics import Measured

Finding = Literal["as_promised", "watch", "alarm"]
Direction = Literal["below", "above"]

# What a measure may differ by before anybody should act; of the ratio and the lift, a share of the promise.
TOLERANCES: Mapping[str, float] = MappingProxyType({"auc": 0.02, "lift_10": 0.1, "calibration_ratio": 0.2})
_ABSOLUTE = {"auc"}
JUDGED = tuple(TOLERANCES)
LISTS_A_YEAR = 12
WATCH_ERROR = 0.05  # of a single look
YEAR_ERROR = 0.05  # of all looks of a year together
_Z_95 = float(ndtri(0.975))


@dataclass(frozen=True)
class Band:
    """promised: left by one look in twenty by chance. alarm: left by any look of a year in one of twenty."""

    promised_low: float
    promised_high: float
    alarm_low: float
    alarm_high: float

    def place(self, value: float) -> tuple[Finding, Direction | None]:
        """Where a live value lies; the edges themselves are within."""
        if self.promised_low <= value <= self.promised_high:
            return "as_promised", None
        direction: Direction = "below" if value < self.promised_low else "above"
        within = self.alarm_low <= value <= self.alarm_high
        return "watch" if within else "alarm", direction


def promised_band(name: str, promised: Measured, live: Measured, *, horizons: int) -> Band | str:
    """The band of a judged measure, or the named reason why there is none.

    horizons: how many are judged each month, which sets the number of looks a year.
    """
    then, now = _three(promised), _three(live)
    if now is None:
        return live.why_empty or "too_few_leavers"
    if then is None:
        return promised.why_empty or "no_promise"
    tolerance = TOLERANCES[name] * (1.0 if name in _ABSOLUTE else abs(then[0]))
    down = _together(then[0] - then[1], now[2] - now[0])
    up = _together(then[2] - then[0], now[0] - now[1])
    wider = year_z(horizons) / _Z_95
    return Band(
        promised_low=then[0] - tolerance - down,
        promised_high=then[0] + tolerance + up,
        alarm_low=then[0] - tolerance - wider * down,
        alarm_high=then[0] + tolerance + wider * up,
    )


def year_z(horizons: int) -> float:
    """Normal quantile at which all looks of a year ring falsely with YEAR_ERROR at most.

    >>> round(year_z(3), 2)
    3.5
    """
    looks = LISTS_A_YEAR * horizons * len(JUDGED)
    return float(ndtri(1 - YEAR_ERROR / (2 * looks)))


def _three(measured: Measured) -> tuple[float, float, float] | None:
    """Value, low and high end, where all are known."""
    if measured.value is None or measured.low is None or measured.high is None:
        return None
    return measured.value, measured.low, measured.high


def _together(one: float, other: float) -> float:
    return float((max(one, 0.0) ** 2 + max(other, 0.0) ** 2) ** 0.5)
