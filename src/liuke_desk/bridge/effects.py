"""What a campaign changed, by the library's measure, in plain values.

Everybody drawn counts in the arm they were drawn into, contacted or not: leaving out those who
could not be reached would compare willing customers with all customers.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import sqrt
from typing import Any

from liuke.kernel.days import add_months, midnight
from liuke_desk.bridge.workspace import current_workspace

MONTHS = (1, 2, 3)
_ROWS_AT_ONCE = 10_000

# Differences of at least z(0.975) + z(0.8) = 1.96 + 0.84 standard errors are found with 80 % power
# by a two-sided test at 5 %.
_VISIBLE_ERRORS = 2.80


def measure(
    rows: Sequence[Mapping[str, Any]], *, known_by: date, treated_share: float
) -> list[dict[str, Any]]:
    """The effect after 1, 2 and 3 months, each as a dict of figures or the reason why there is none.

    rows: one for each customer drawn: arm (treat, hold_out), assigned_at, left_at or None, value_fen
        (at stake when drawn) or None.
    known_by: the as-of day of the last cycle; a horizon that ends later is not over.
    treated_share: of all who were drawn; another share among the rows is a sign of broken data.
    returns: months, ends_on, is_over, and when over: treated, held_out, treated_left, held_out_left,
        and `leaving`: the difference of leaving rates, treated less held out; `value`: the same of
        value lost per customer, in fen.
    """
    return [_after(months, rows, known_by, treated_share) for months in MONTHS]


def iterate_leavings(as_of: date) -> Iterator[dict[str, Any]]:
    """Every leaving known by an as-of day: customer_id, left_at, kind; in batches, not all at once."""
    workspace = current_workspace()
    rows = workspace.table("leavings", as_of=as_of).select("customer_id", "left_at", "kind")
    for batch in workspace.engine.to_arrow(rows).to_batches(max_chunksize=_ROWS_AT_ONCE):
        yield from batch.to_pylist()


def why_empty_words(language: str) -> dict[str, str]:
    """Each reason for which there is no estimate, in a language (`en`, or Chinese)."""
    from liuke.learn.effect import WHY_EMPTY

    return {code: words.say("en" if language == "en" else "zh") for code, words in WHY_EMPTY.items()}


def smallest_arm() -> int:
    """Customers that each arm needs before any effect is told."""
    from liuke.learn.effect import SMALLEST_ARM

    return SMALLEST_ARM


def smallest_visible_difference(*, rate: float | None, treated: int, held_out: int) -> float | None:
    """The difference of leaving rates that arms of these sizes find four times in five; None without arms."""
    if rate is None or not treated or not held_out:
        return None
    return _VISIBLE_ERRORS * sqrt(rate * (1 - rate) * (1 / treated + 1 / held_out))


def _after(
    months: int, rows: Sequence[Mapping[str, Any]], known_by: date, treated_share: float
) -> dict[str, Any]:
    over = [row for row in rows if _end(row, months) <= midnight(known_by)]
    ends_on = max((_end(row, months).date() for row in rows), default=None)
    told: dict[str, Any] = {"months": months, "ends_on": ends_on, "is_over": bool(over)}
    if not over:
        return told
    arms = [row["arm"] for row in over]
    left = [_left_within(row, months) for row in over]
    lost_fen = [(row["value_fen"] or 0) * gone for row, gone in zip(over, left, strict=True)]
    return told | {
        "treated": arms.count("treat"),
        "held_out": arms.count("hold_out"),
        "treated_left": sum(gone for arm, gone in zip(arms, left, strict=True) if arm == "treat"),
        "held_out_left": sum(gone for arm, gone in zip(arms, left, strict=True) if arm == "hold_out"),
        "leaving": _difference(left, arms, expected_share=treated_share),
        "value": _difference(lost_fen, arms, expected_share=None),
        "value_unknown": sum(row["value_fen"] is None for row in over),
    }


def _difference(
    outcome: Sequence[int], arms: Sequence[str], *, expected_share: float | None
) -> dict[str, Any]:
    from liuke.learn.effect import effect  # loads scipy; only the effect page waits for it

    measured = effect(outcome, arms, expected_share=expected_share)
    names = ("estimate", "low", "high", "p_value", "treated_rate", "held_out_rate", "why_empty")
    return {name: getattr(measured, name) for name in names} | {
        "sample_ratio_p": measured.sample_ratio_p,
        "sample_ratio_alarm": measured.sample_ratio_alarm,
    }


def _left_within(row: Mapping[str, Any], months: int) -> int:
    left_at: datetime | None = row["left_at"]
    return int(left_at is not None and left_at < _end(row, months))


def _end(row: Mapping[str, Any], months: int) -> datetime:
    """The first instant after a horizon: midnight of the same day of a later month."""
    return midnight(add_months(row["assigned_at"].date(), months))
