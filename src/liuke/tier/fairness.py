"""Whether groups of people fare alike: rates of an outcome, their ratios, and how sure we are of them.

It fails closed: without the column that tells the groups apart there is no answer instead of a good one,
people whose group is unknown are a group of their own, and a group too small to be told without telling of
its members is named but not measured.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.kernel.frames import Frame, to_arrow
from liuke.kernel.rates import wilson

UNKNOWN = "unknown"
SMALLEST_GROUP = 10  # people; fewer could be recognised in the figures
FOUR_FIFTHS = Fraction(
    4, 5
)  # 29 CFR 1607.4 D: a rate under four fifths of the highest is evidence of adverse impact

Finding = Literal[
    "alike", "undecided", "watch", "disparate", "reference", "too_few", "no_cases", "no_reference"
]


class FairnessRefused(LiukeError):
    """A question about fairness that the data cannot answer."""


@dataclass(frozen=True)
class GroupRate:
    """How one group fares beside the reference group of its attribute.

    rate with its Wilson (1927) interval; ratio of the rates with its score interval (Miettinen and Nurminen
    1985, section 3). finding: disparate when the whole interval of the ratio lies under four fifths or over
    five quarters, alike when the whole of it lies between them; else watch when the ratio itself lies outside
    and undecided when only its interval reaches there: not found is not the same as not there. There is no
    ratio for the reference itself, with too_few people, with no_cases (nobody in the reference group has
    the outcome) and with no_reference (no group is known and large enough). Of too few the rate, too, is
    None.
    """

    attribute: str
    group: str
    customers: int
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    finding: Finding


def compare_rates(
    frame: Frame, *, outcome: str, by: Sequence[str], confidence: float = 0.95
) -> tuple[GroupRate, ...]:
    """Rates of a yes-or-no outcome in every group of each attribute, beside its largest known group.

    frame: one row for each customer; `outcome` boolean (rows where it is missing are refused), `by` the
        attributes: text, whole numbers or booleans, missing values being the group "unknown".
    confidence: of all intervals of one attribute together (Bonferroni over its groups), so that one
        question asked of thirty regions does not find one by chance.
    """
    rows = to_arrow(frame)
    for column in (outcome, *by):
        if column not in rows.column_names:
            raise MissingColumn(column, wanted_by="the fairness report", present=rows.column_names)
    if rows[outcome].null_count:
        raise FairnessRefused(
            f"{rows[outcome].null_count} rows have no {outcome!r}: say what happened to everybody, or leave "
            "them out on purpose; fairness is not judged on what is missing"
        )
    return tuple(rate for attribute in by for rate in _rates_of(rows, outcome, attribute, confidence))


def _rates_of(rows: pa.Table, outcome: str, attribute: str, confidence: float) -> Iterable[GroupRate]:
    from scipy.stats import norm  # slow to import, and schemes are read without it

    counts = _counts(rows, outcome, attribute)
    large = {group: of for group, of in counts.items() if of[1] >= SMALLEST_GROUP}
    known = [group for group in large if group != UNKNOWN]
    compared = max(1, len(large) - 1)
    z = float(norm.isf((1 - confidence) / 2 / compared))
    reference = max(known, key=lambda group: (large[group][1], group), default=None)
    return [
        _beside(
            attribute,
            group,
            of,
            None if reference is None else counts[reference],
            z=z,
            is_reference=group == reference,
        )
        if group in large
        else _unmeasured(attribute, group, of[1])
        for group, of in counts.items()
    ]


def _counts(rows: pa.Table, outcome: str, attribute: str) -> dict[str, tuple[int, int]]:
    """Group -> (with the outcome, all)."""
    groups = pc.fill_null(pc.cast(rows[attribute], pa.string()), UNKNOWN)
    table = pa.table({"group": groups, "yes": pc.cast(rows[outcome], pa.int64())})
    found = table.group_by("group").aggregate([("yes", "sum"), ("yes", "count")]).sort_by("group")
    return {row["group"]: (int(row["yes_sum"]), int(row["yes_count"])) for row in found.to_pylist()}


def _unmeasured(attribute: str, group: str, customers: int) -> GroupRate:
    return GroupRate(attribute, group, customers, None, None, None, None, None, None, "too_few")


def _beside(
    attribute: str,
    group: str,
    of: tuple[int, int],
    reference: tuple[int, int] | None,
    *,
    z: float,
    is_reference: bool,
) -> GroupRate:
    yes, customers = of
    rate = yes / customers
    low, high = wilson(yes, customers, z=z)
    if is_reference or reference is None:
        finding: Finding = "reference" if is_reference else "no_reference"
        return GroupRate(attribute, group, customers, rate, low, high, None, None, None, finding)
    reference_yes, reference_customers = reference
    if reference_yes == 0:
        return GroupRate(attribute, group, customers, rate, low, high, None, None, None, "no_cases")
    ratio = Fraction(yes, customers) / Fraction(reference_yes, reference_customers)
    ends = ratio_interval(yes, customers, reference_yes, reference_customers, z=z)
    return GroupRate(
        attribute, group, customers, rate, low, high, float(ratio), *ends, _finding(ratio, *ends)
    )


def _finding(ratio: Fraction, low: float, high: float) -> Finding:
    if high < FOUR_FIFTHS or low > 1 / FOUR_FIFTHS:
        return "disparate"
    if low >= FOUR_FIFTHS and high <= 1 / FOUR_FIFTHS:
        return "alike"
    return "undecided" if FOUR_FIFTHS <= ratio <= 1 / FOUR_FIFTHS else "watch"


def ratio_interval(yes: int, customers: int, other_yes: int, others: int, *, z: float) -> tuple[float, float]:
    """The interval of yes/customers over other_yes/others by inverting the score test.

    Miettinen and Nurminen (1985), Statistics in Medicine 4, eq. 10, with its variance factor N/(N-1). The low
    end is 0 where nobody has the outcome; other_yes is at least 1.
    """
    from scipy.optimize import brentq

    ratio = (yes / customers) / (other_yes / others)

    def distance(phi: float) -> float:
        return _score(phi, yes, customers, other_yes, others) - z

    def distance_above(phi: float) -> float:
        return _score(phi, yes, customers, other_yes, others) + z

    low = 0.0 if yes == 0 else float(brentq(distance, ratio * 1e-9, ratio))
    top = max(ratio, 1 / customers) * 2
    while distance_above(top) > 0:
        top *= 2
    return low, float(brentq(distance_above, max(ratio, 1e-12), top))


def _score(phi: float, yes: int, customers: int, other_yes: int, others: int) -> float:
    """How many standard errors the difference p1 - phi·p2 lies from zero, were phi the true ratio."""
    total = customers + others
    a, c = total * phi, yes + other_yes
    b = -(customers * phi + yes + others + other_yes * phi)
    other = (-b - sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)
    own = phi * other
    variance = own * (1 - own) / customers + phi * phi * other * (1 - other) / others
    variance *= total / (total - 1)
    difference = yes / customers - phi * other_yes / others
    return difference / sqrt(variance) if variance > 0 else (0.0 if difference == 0 else difference * 1e9)


def age_bands(born_on: pa.Array, *, as_of: date) -> pa.Array:
    """Bands of ten years of full age, under 18 and from 80 on one band each; an unknown day stays null."""
    ages = pc.subtract(as_of.year, pc.year(born_on))
    day = pc.add(pc.multiply(pc.month(born_on), 100), pc.day(born_on))
    ages = pc.subtract(ages, pc.cast(pc.greater(day, as_of.month * 100 + as_of.day), pa.int64()))
    edges = (18, 30, 40, 50, 60, 70, 80)
    names = ["under 18", *(f"{a}–{b - 1}" for a, b in pairwise(edges)), "80+"]
    at_least = [pc.greater_equal(ages, edge) for edge in edges]
    banded = pa.array([names[0]] * len(born_on), pa.string())
    for is_in, name in zip(at_least, names[1:], strict=True):
        banded = pc.if_else(is_in, name, banded)
    return banded
