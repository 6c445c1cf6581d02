"""Tier: every scheme in force, over the view as of the day, held against what the days before gave."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from liuke.pipeline.config import TierUse
from liuke.pipeline.households import find_households
from liuke.pipeline.results import RESULTS
from liuke.pipeline.schemes import open_book, scheme_in_force
from liuke.pipeline.steps.run import Run, StepReport
from liuke.pipeline.tier_feed import feed
from liuke.tier import Scheme, SchemeBook

_Sizes: TypeAlias = Counter[tuple[int, str]]  # customers by rank and tier


def tier(run: Run) -> StepReport:
    """Put every customer of the view into a tier of each scheme in force."""
    before = earlier_day(run)
    fingerprint = run.fingerprint(
        settings=("liuke.toml", "schemes"), tables=("views",), earlier={"tiers": before} if before else {}
    )
    if run.is_current("tier", fingerprint):
        return StepReport("tier", was_current=True)
    book = open_book(run.workspace)
    households = find_households(run.canonical(), run.workspace.engine, as_of=run.as_of)
    homes = ibis.memtable(households)
    sizes: list[_Sizes] = [Counter() for _use in run.config.tiers]

    def rows() -> Iterator[pa.RecordBatch]:
        for use, counted in zip(run.config.tiers, sizes, strict=True):
            for batch in assign_scheme(run, use, book, households=homes, before=before):
                counted.update(_sizes_of(batch))
                yield batch

    tiers = pa.RecordBatchReader.from_batches(RESULTS["tiers"], rows())
    run.store("tier", fingerprint, {"tiers": tiers, "households": households})
    return StepReport("tier", lines=tuple(map(_tell_sizes, run.config.tiers, sizes)))


def earlier_day(run: Run) -> str | None:
    """The latest day before this one that has tiers."""
    days = [day for day in run.warehouse.manifest.partitions("tiers") if day < run.partition]
    return max(days, default=None)


def assign_scheme(
    run: Run, use: TierUse, book: SchemeBook, *, households: ir.Table, before: str | None
) -> Iterator[pa.RecordBatch]:
    """One scheme's tiers of every customer, in the shape of the result table, by customer_id."""
    scheme = scheme_in_force(run.workspace, use, book, as_of=run.as_of)
    view = run.warehouse.stored("views", partition=run.partition)
    held = scheme.express_held(
        feed(view, use, scheme, book, households=households),
        as_of=run.as_of,
        standing=None if before is None else _standing(run, scheme, before),
        overrides=overrides_in_force(run.canonical(), scheme, as_of=run.as_of),
    )
    shaped = held.mutate(
        as_of=ibis.literal(run.as_of),
        scheme=ibis.literal(scheme.name),
        version=ibis.literal(scheme.version),
    )
    if "base_credit_line_fen" not in shaped.columns:
        shaped = shaped.mutate(base_credit_line_fen=ibis.null("int64"))
    schema = RESULTS["tiers"]
    in_order = shaped.select(*schema.names).order_by("customer_id")
    return (batch.cast(schema) for batch in run.workspace.engine.batches(in_order))


def _standing(run: Run, scheme: Scheme, before: str) -> ir.Table:
    rows = run.warehouse.stored("tiers", partition=before)
    return rows.filter(rows.scheme == scheme.name).select(
        "customer_id", "steady_tier", "steady_since", "rose"
    )


def overrides_in_force(tables: Mapping[str, ir.Table], scheme: Scheme, *, as_of: date) -> ir.Table:
    """The override of each customer as of a day: of several the one that was known last."""
    from liuke.view.known import known_rows

    rows = known_rows(tables, "tier_overrides", as_of=as_of)
    day = ibis.literal(as_of)
    tiers = [level.name for level in scheme.levels]
    valid = rows.filter(
        rows.scheme == scheme.name,
        rows.tier.isin(tiers),
        rows.begins_on <= day,
        day < rows.ends_on,
        ~rows.withdrawn.fill_null(False),
    )
    last = ibis.row_number().over(
        group_by="customer_id", order_by=[ibis.desc("known_at"), ibis.desc("override_id")]
    )
    return (
        valid.mutate(place=last)
        .filter(ibis._["place"] == 0)
        .select("customer_id", override_tier="tier", override_reason="reason", override_ends_on="ends_on")
    )


def _sizes_of(rows: pa.RecordBatch) -> _Sizes:
    """How many customers each rank and tier has."""
    counts = pa.Table.from_batches([rows]).group_by(["rank", "tier"]).aggregate([([], "count_all")])
    return Counter({(row["rank"], str(row["tier"])): row["count_all"] for row in counts.to_pylist()})


def _tell_sizes(use: TierUse, sizes: _Sizes) -> dict[str, object]:
    return {"scheme": use.scheme, **{tier: count for (_rank, tier), count in sorted(sizes.items())}}
