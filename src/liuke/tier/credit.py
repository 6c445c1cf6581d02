"""Credit lines: one budget shared by class and then by sales, to the fen.

The classes that get credit share the budget by their share of last year's sales, and the customers of a
class share what it got by their own sales. Whole fen that are left over go, one each, to the largest
remainders; among equal remainders to the larger sales, then the smaller customer number, then the earlier
row. All arithmetic is in whole numbers of any size, so the lines sum to the budget exactly.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from liuke.kernel.errors import LiukeError
from liuke.kernel.frames import Frame, from_arrow, to_arrow
from liuke.store import Engine
from liuke.tier.receivables import LAST, ReceivablesScheme
from liuke.tier.registry import load
from liuke.tier.speech import say_number, sentence

DEFAULT_SCHEME = "receivables/classes"
_ROW = "row_of_the_frame"
_LARGEST = 2**63 - 1


class CreditRefused(LiukeError):
    """A budget that cannot be shared as asked."""


def credit_lines(
    customers: Frame,
    *,
    budget_fen: int,
    gross_margin: Decimal | float | str | None = None,
    scheme: ReceivablesScheme | None = None,
) -> Frame:
    """The class and the credit line of every buyer; lines sum to budget_fen exactly.

    customers: one row for each customer with `sales`, `collected` (yuan, or fen under `<name>_fen`) and
    `is_new`; a pandas, Polars or Arrow frame. gross_margin: of the scheme (20 %) unless given; the scheme
    is receivables/classes unless given.
    returns: the same make and order with customer_id if it was given, tier, rate (repayment), key,
    credit_fen, credit (yuan), why and why_zh. The last class, the unrated and the new have a line of 0.
    """
    judge = _with_margin(scheme or _default_scheme(), gross_margin)
    budget = _checked_budget(budget_fen)
    rows = to_arrow(customers)
    engine = Engine()
    try:
        judged = engine.to_arrow(_judged(judge, rows))
        lines = pa.array(_share(judged, judge, budget), pa.int64())
        shared = judged.append_column("credit_fen", lines).append_column("credit", _yuan(lines))
        told = _told(ibis.memtable(shared), judge)
        ids = ("customer_id",) if "customer_id" in rows.column_names else ()
        columns = (*ids, "tier", "rate", "key", "credit_fen", "credit", "why", "why_zh")
        found = engine.to_arrow(told.order_by(_ROW).select(*columns))
    finally:
        engine.close()
    return from_arrow(found, like=customers)


def largest_remainder(total: int, weights: Sequence[int], ties: Sequence[Any]) -> list[int]:
    """The total in whole parts by weight; what is left over goes to the largest remainders.

    weights: not negative, one of them positive; ties: the order among equal remainders, smallest first.

    >>> largest_remainder(10, [1, 1, 1], ["b", "a", "c"])
    [3, 4, 3]
    """
    whole = sum(weights)
    parts, remainders = [], []
    for weight in weights:
        part, remainder = divmod(total * weight, whole)
        parts.append(part)
        remainders.append(remainder)
    left = total - sum(parts)
    if left:
        order = sorted(zip(remainders, ties, range(len(parts)), strict=True), key=itemgetter(1, 2))
        order.sort(key=itemgetter(0), reverse=True)  # stable: equal remainders stay in the order of ties
        for _, _, place in order[:left]:
            parts[place] += 1
    return parts


def _default_scheme() -> ReceivablesScheme:
    scheme = load(DEFAULT_SCHEME)
    assert isinstance(scheme, ReceivablesScheme)
    return scheme


def _with_margin(scheme: ReceivablesScheme, gross_margin: Decimal | float | str | None) -> ReceivablesScheme:
    if gross_margin is None:
        return scheme
    try:
        margin = Decimal(str(gross_margin))
    except InvalidOperation:
        margin = Decimal("NaN")
    if not (margin.is_finite() and 0 < margin < 1):
        raise CreditRefused(
            f"gross_margin is a share between 0 and 1, both excluded, not {gross_margin!r}; "
            "write a margin of 20 % as 0.2"
        )
    declared = scheme.model_dump(exclude_none=True) | {"gross_margin": margin}
    return ReceivablesScheme.model_validate(declared)


def _checked_budget(budget_fen: Any) -> int:
    whole = getattr(budget_fen, "__index__", None)
    if whole is None or isinstance(budget_fen, bool) or not 0 <= whole() <= _LARGEST:
        raise CreditRefused(
            f"budget_fen is a whole number of fen, not negative and at most {_LARGEST}; "
            f"it is {budget_fen!r}. 1,000 yuan are 100000 fen."
        )
    return int(whole())


def _judged(scheme: ReceivablesScheme, rows: pa.Table) -> ir.Table:
    numbered = rows.append_column(_ROW, pa.array(range(len(rows)), pa.int64()))
    table = scheme._judge(ibis.memtable(numbered), as_of=None)
    ids = ("customer_id",) if "customer_id" in rows.column_names else ()
    kept = table.select(
        _ROW, *ids, "tier", "key", "place", "why", "why_zh", rate=table.measure, sold=table.sold_fen
    )
    return kept.mutate(sold=kept.sold.cast("int64")).order_by(_ROW)


def _share(judged: pa.Table, scheme: ReceivablesScheme, budget: int) -> list[int]:
    """The line of every row in fen."""
    places = judged["place"].to_pylist()
    sold = judged["sold"].to_pylist()
    ids = (
        judged["customer_id"].cast(pa.string()).to_pylist() if "customer_id" in judged.column_names else None
    )
    members: list[list[int]] = [[] for _ in range(LAST)]
    for row, place in enumerate(places):
        if place is not None and place < LAST:
            members[place].append(row)
    sales = [sum(sold[row] for row in rows) for rows in members]
    if budget and not any(sales):
        names = ", ".join(tier.name for tier in scheme.tiers[:LAST])
        raise CreditRefused(
            f"Nobody is in {names}, so no line can be given out of the budget of {budget} fen. "
            "Give a budget of 0, or check sales, collected, is_new and the gross margin."
        )
    lines = [0] * len(places)
    if not budget:
        return lines
    shares = largest_remainder(budget, sales, [(-amount, at) for at, amount in enumerate(sales)])
    for rows, share in zip(members, shares, strict=True):
        if not rows:
            continue
        weights = [sold[row] for row in rows]
        ties = [(-sold[row], ids[row] or "" if ids else "", row) for row in rows]
        for row, line in zip(rows, largest_remainder(share, weights, ties), strict=True):
            lines[row] = line
    return lines


def _yuan(fen: pa.Array) -> pa.Array:
    """The same digits, the point two places further left."""
    wide = fen.cast(pa.decimal128(20, 0))
    return pa.Array.from_buffers(pa.decimal128(20, 2), len(wide), wide.buffers())


def _told(table: ir.Table, scheme: ReceivablesScheme) -> ir.Table:
    line = say_number(table.credit, decimals=2)
    share = table.place.notnull() & (table.place < LAST)
    en = ibis.ifelse(share, sentence("; credit ", line, " by its share of the sales"), "; no credit")
    zh = ibis.ifelse(share, sentence("；按销售额占比授信 ", line, " 元"), "；无授信")
    already = table.why.endswith("no credit")
    return table.mutate(
        why=table.why + ibis.ifelse(already, "", en), why_zh=table.why_zh + ibis.ifelse(already, "", zh)
    )
