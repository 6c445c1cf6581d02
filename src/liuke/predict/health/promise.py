"""What a list promised: the measures of the backtest in its model card, as stored plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from liuke.kernel.rates import wilson
from liuke.kernel.seeds import generator
from liuke.predict.health.expected_profit import ProfitTerms, profit_of_blocks
from liuke.predict.health.measuring import NAMES, PROFITS, Group, Judged
from liuke.predict.metrics import CONFIDENCE, LIFT_SHARES, Measured

DRAWS = 200


@dataclass(frozen=True)
class Promise:
    """Of one list: how its models did on the latest day whose outcome was known by then.

    horizons: by months ahead. among_possible: only customers with a probability above 0 were judged.
    why_empty: the card's own reason when nothing was judged.
    """

    horizons: Mapping[int, Judged]
    judged_as_of: date | None = None
    among_possible: bool = False
    why_empty: str | None = None


NO_CARD = Promise({}, why_empty="no_card")


def read_promise(card: Mapping[str, Any] | None, *, profit: ProfitTerms | None = None) -> Promise:
    """The promise in a model card; reasons where it has none."""
    if card is None:
        return NO_CARD
    backtest = card.get("training", {}).get("backtest") or {}
    if "horizons" not in backtest:
        return Promise({}, why_empty=backtest.get("why_empty") or "no_backtest")
    day = backtest.get("judged_as_of")
    return Promise(
        {int(name.removesuffix("m")): _read(told, profit) for name, told in backtest["horizons"].items()},
        judged_as_of=date.fromisoformat(day) if day else None,
        among_possible="judged_among" in backtest,
        why_empty=backtest.get("why_empty"),
    )


def learned_days(card: Mapping[str, Any] | None) -> list[date]:
    """The as-of days that the models in force learned from, earliest first; none where it tells none."""
    told = (card or {}).get("training", {}).get("learned_as_of") or ()
    return sorted(date.fromisoformat(day) for day in told)


def _read(told: Mapping[str, Any], profit: ProfitTerms | None) -> Judged:
    groups = tuple(
        Group(row["n"], row["mean_p"], row["left_rate"], row["low"], row["high"])
        for row in told.get("calibration", ())
    )
    measures = {name: _measured(told.get(name)) for name in NAMES}
    measures |= _in_the_large(told)
    if any(measures[name].value is None for name in PROFITS):
        measures |= _profit(told, groups, profit)
    return Judged(told["n"], told["leavers"], measures, groups)


def _measured(told: Any) -> Measured:
    if not isinstance(told, Mapping):
        return Measured(None, why_empty="not_in_card")
    return Measured(told.get("value"), told.get("low"), told.get("high"), told.get("why_empty"))


def _in_the_large(told: Mapping[str, Any]) -> dict[str, Measured]:
    """Rate of leaving, mean probability and their ratio; the rate's interval is Wilson's."""
    rate, mean_p, n = told.get("base_rate"), told.get("mean_p"), told["n"]
    if not rate or not mean_p:
        return {
            name: Measured(None, why_empty="one_class") for name in ("rate", "mean_p", "calibration_ratio")
        }
    low, high = wilson(rate * n, n)
    return {
        "rate": Measured(rate, low, high),
        "mean_p": Measured(mean_p, why_empty="interval_not_in_card"),
        "calibration_ratio": Measured(rate / mean_p, low / mean_p, high / mean_p),
    }


def _profit(
    told: Mapping[str, Any], groups: tuple[Group, ...], profit: ProfitTerms | None
) -> dict[str, Measured]:
    if profit is None:
        return {name: Measured(None, why_empty="no_profit_terms") for name in PROFITS}
    if "ranking" in told:
        return _profit_of_ranking(told["ranking"], profit)
    return _profit_of_curve(told, groups, profit)


def _profit_of_ranking(ranking: Mapping[str, Any], profit: ProfitTerms) -> dict[str, Measured]:
    """The profit under today's terms, with an interval from customers of the blocks drawn again."""
    leavers, stayers = (np.array(ranking[name], float) for name in ("leavers", "stayers"))
    random, blocks = generator("promised profit"), len(leavers)
    cells = np.concatenate([leavers, stayers])
    drawn = random.multinomial(int(cells.sum()), cells / cells.sum(), size=DRAWS)
    found = [
        profit_of_blocks(each[:blocks].astype(float), each[blocks:].astype(float), profit) for each in drawn
    ]
    whole = profit_of_blocks(leavers, stayers, profit)
    return {
        "expected_profit": _between(whole.profit, [each.profit for each in found]),
        "targeted_share": _between(whole.targeted, [each.targeted for each in found]),
    }


def _between(value: float, drawn: list[float]) -> Measured:
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Measured(value, float(low), float(high))


def _profit_of_curve(
    told: Mapping[str, Any], groups: tuple[Group, ...], profit: ProfitTerms
) -> dict[str, Measured]:
    """A floor of the expected profit from points of the curve: the top 1, 5 and 10 % and the tenths below.

    For cards of before that keep no ranking; the whole ranking could earn more, never less.
    """
    n, leavers = told["n"], told["leavers"]
    points = [(0.0, 0.0)]
    for share in LIFT_SHARES:
        lift = _measured(told.get(f"lift_{round(share * 100)}")).value
        if lift is not None:
            points.append((share * n, lift * share * leavers))
    taken, caught = 0.0, 0.0
    for group in reversed(groups):
        taken, caught = taken + group.customers, caught + group.customers * group.left_rate
        if taken > points[-1][0]:
            points.append((taken, max(caught, points[-1][1])))
    if len(points) < 2:
        return {name: Measured(None, why_empty="not_in_card") for name in PROFITS}
    rows = np.diff([rows for rows, _ in points])
    left = np.minimum(np.diff([left for _, left in points]), rows)
    found = profit_of_blocks(left, rows - left, profit)
    return {
        "expected_profit": Measured(found.profit, why_empty="floor_from_curve"),
        "targeted_share": Measured(found.targeted, why_empty="floor_from_curve"),
    }
