"""Where schemes disagree about a customer, and how much two schemes agree over all.

The place of a customer in a scheme is the share of its rated customers who stand better, half of those of
the same rank counted: 0 is the best, 1 the lowest. So schemes with few tiers and with many can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.kernel.frames import Frame, to_arrow
from liuke.store import Engine
from liuke.tier.scheme import UNRATED

Places = NDArray[np.float64]


class DisagreementRefused(LiukeError):
    """Assignments that cannot be held against each other."""


@dataclass(frozen=True)
class Agreement:
    """How alike two schemes rank the customers whom both rate.

    tau: Kendall's tau-b, 1 the same order, -1 the opposite; null when fewer than 3 are rated in both or one
    scheme has them all in one tier (`why_empty` says which). low, high: its confidence interval.
    """

    one: str
    other: str
    rated_in_both: int
    tau: float | None
    low: float | None
    high: float | None
    why_empty: str | None = None


@dataclass(frozen=True)
class Disagreement:
    """Whom schemes place most differently, and how alike they are.

    customers: one row for each of the top customers, those disagreed on most first: customer_id, disagreement
        (0 to 1), and the scheme, tier and place at either end (best_scheme … lowest_place), rated_in.
    agreements: one for each pair of schemes, by name. compared: customers rated by two schemes or more.
    """

    customers: pa.Table
    agreements: tuple[Agreement, ...]
    compared: int


def find_disagreement(
    assigned: Frame | ir.Table | Mapping[str, Frame | ir.Table],
    *,
    top: int = 100,
    confidence: float = 0.95,
    engine: Engine | None = None,
) -> Disagreement:
    """Hold several assignments of one day against each other.

    assigned: one row for each customer and scheme with customer_id, scheme, tier and rank; or such frames
    by the name of their scheme. Who is unrated in a scheme has no place in it. Intervals are asymptotic, of
    Fisher's z with the variance 0.437 / (n - 4) (Fieller, Hartley and Pearson 1957), and approximate where
    there are ties; of fewer than 10 customers none is given.
    """
    if top < 1:
        raise DisagreementRefused(f"The list of those disagreed on holds one customer or more, not {top}.")
    if not 0 < confidence < 1:
        raise DisagreementRefused(f"A confidence lies between 0 and 1; it is {confidence}.")
    tiers = _by_scheme(assigned, engine)
    if len(tiers) < 2:
        raise DisagreementRefused(
            f"Two schemes or more are needed to disagree; there is {', '.join(tiers) or 'none'}."
        )
    schemes = sorted(tiers)
    places = {scheme: _places({who: rank for who, (_, rank) in tiers[scheme].items()}) for scheme in schemes}
    rows = [
        row for who in sorted({who for held in places.values() for who in held}) for row in _row(who, places)
    ]
    rows.sort(key=lambda row: (-row["disagreement"], row["customer_id"]))
    for row in rows[:top]:
        for end in ("best", "lowest"):
            row[f"{end}_tier"] = tiers[row[f"{end}_scheme"]][row["customer_id"]][0]
    return Disagreement(
        customers=pa.Table.from_pylist(rows[:top], schema=_SCHEMA),
        agreements=tuple(
            _agreement(one, other, tiers[one], tiers[other], confidence)
            for one, other in combinations(schemes, 2)
        ),
        compared=len(rows),
    )


_SCHEMA = pa.schema(
    {
        "customer_id": pa.string(),
        "disagreement": pa.float64(),
        "best_scheme": pa.string(),
        "best_tier": pa.string(),
        "best_place": pa.float64(),
        "lowest_scheme": pa.string(),
        "lowest_tier": pa.string(),
        "lowest_place": pa.float64(),
        "rated_in": pa.int64(),
    }
)


def _row(who: str, places: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """The row of a customer rated by two schemes or more; the first by name of those that place alike."""
    rated = {scheme: held[who] for scheme, held in places.items() if who in held}
    if len(rated) < 2:
        return []
    best = min(rated, key=lambda scheme: (rated[scheme], scheme))
    lowest = min(rated, key=lambda scheme: (-rated[scheme], scheme))
    return [
        {
            "customer_id": who,
            "disagreement": rated[lowest] - rated[best],
            "best_scheme": best,
            "best_place": rated[best],
            "lowest_scheme": lowest,
            "lowest_place": rated[lowest],
            "rated_in": len(rated),
        }
    ]


def _places(ranks: Mapping[str, int]) -> dict[str, float]:
    counts = np.unique(list(ranks.values()), return_counts=True)
    better, middles = 0, {}
    for rank, same in zip(*counts, strict=True):
        middles[int(rank)] = (2 * better + int(same)) / (2 * len(ranks))
        better += int(same)
    return {who: middles[rank] for who, rank in ranks.items()}


def _agreement(
    one: str,
    other: str,
    ones: Mapping[str, tuple[str, int]],
    others: Mapping[str, tuple[str, int]],
    confidence: float,
) -> Agreement:
    from scipy.stats import kendalltau, norm  # takes a second to import

    both = sorted(ones.keys() & others.keys())
    pairs = np.array([(ones[who][1], others[who][1]) for who in both], dtype="int64").reshape(-1, 2)
    empty = None
    if len(both) < 3:
        empty = "too_few"
    elif (pairs == pairs[0]).all(axis=0).any():
        empty = "one_tier"
    if empty:
        return Agreement(one, other, len(both), None, None, None, empty)
    tau = float(kendalltau(pairs[:, 0], pairs[:, 1], variant="b").statistic)
    if len(both) < 10:
        return Agreement(one, other, len(both), tau, None, None, "too_few_for_interval")
    if abs(tau) >= 1:
        return Agreement(one, other, len(both), tau, tau, tau)
    way = norm.ppf((1 + confidence) / 2) * np.sqrt(0.437 / (len(both) - 4))
    low, high = np.tanh(np.arctanh(tau) + np.array([-way, way]))
    return Agreement(one, other, len(both), tau, float(low), float(high))


def _by_scheme(assigned: Any, engine: Engine | None) -> dict[str, dict[str, tuple[str, int]]]:
    """The tier and rank of every rated customer, by scheme; a scheme that rates nobody is there too."""
    parts = assigned if isinstance(assigned, Mapping) else {None: assigned}
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for name, part in parts.items():
        rows = _rows(part, engine)
        wanted = ["customer_id", "tier", "rank", *([] if name else ["scheme"])]
        for column in wanted:
            if column not in rows.column_names:
                raise MissingColumn(column, wanted_by="find_disagreement", present=rows.column_names)
        schemes = [name] * len(rows) if name else rows["scheme"].to_pylist()
        if name:
            found.setdefault(name, {})
        columns = (rows[column].to_pylist() for column in ("customer_id", "tier", "rank"))
        for scheme, who, tier, rank in zip(schemes, *columns, strict=True):
            held = found.setdefault(str(scheme), {})
            if str(who) in held:
                raise DisagreementRefused(
                    f"customer {who} stands in {scheme} more than once; compare assignments of one day"
                )
            if tier is not None and rank is not None and tier != UNRATED:
                held[str(who)] = (str(tier), int(rank))
    return found


def _rows(assigned: Frame | ir.Table, engine: Engine | None) -> pa.Table:
    if not isinstance(assigned, ir.Table):
        return to_arrow(assigned)
    own = engine or Engine()
    try:
        return own.to_arrow(assigned)
    finally:
        if engine is None:
            own.close()
