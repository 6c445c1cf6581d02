"""Tier: every scheme in force, over the view as of the day."""

from pathlib import Path

import ibis
import pyarrow as pa

from liuke.kernel.errors import MissingColumn
from liuke.pipeline.config import TierUse
from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.run import Run, StepReport


def tier(run: Run) -> StepReport:
    """Put every customer of the view into a tier of each scheme in force."""
    fingerprint = run.fingerprint(settings=("liuke.toml", "schemes"), tables=("views",))
    if run.is_current("tier", fingerprint):
        return StepReport("tier", was_current=True)
    results = [assign_scheme(run, use) for use in run.config.tiers]
    rows = pa.concat_tables([RESULTS["tiers"].empty_table(), *results])
    run.store("tier", fingerprint, {"tiers": rows})
    sizes = (_sizes(use, made) for use, made in zip(run.config.tiers, results, strict=True))
    return StepReport("tier", lines=tuple(sizes))


def assign_scheme(run: Run, use: TierUse) -> pa.Table:
    """One scheme's tiers of every customer, in the shape of the result table."""
    from liuke.tier import load

    scheme = load(scheme_place(run.workspace.root, use.scheme))
    view = run.warehouse.stored("views", partition=run.partition)
    assigned = scheme.express(_feed(view, use), as_of=run.as_of)
    shaped = assigned.mutate(
        as_of=ibis.literal(run.as_of),
        scheme=ibis.literal(scheme.name),
        version=ibis.literal(scheme.version),
    )
    schema = RESULTS["tiers"]
    rows = run.workspace.engine.to_arrow(shaped.select(*schema.names).order_by("customer_id"))
    return rows.cast(schema)


def scheme_place(root: Path, name: str) -> Path | str:
    """The workspace's own scheme of that name, else the one that comes with the library."""
    for place in (root / "schemes" / f"{name}.toml", root / name):
        if place.is_file():
            return place
    return name


def _feed(view: ibis.Table, use: TierUse) -> ibis.Table:
    """The view with each column that the scheme reads under the name the scheme knows."""
    for column in use.columns.values():
        if column not in view.columns:
            raise MissingColumn(column, wanted_by=f"the scheme {use.scheme!r}", present=view.columns)
    columns = {_in_fen(read, column): view[column] for read, column in use.columns.items()}
    return view.select("customer_id", **columns)


def _in_fen(read: str, column: str) -> str:
    """The name the scheme reads, marked as fen when the view's column is in fen."""
    return f"{read}_fen" if column.endswith("_fen") and not read.endswith("_fen") else read


def _sizes(use: TierUse, rows: pa.Table) -> dict[str, object]:
    counts = rows.group_by(["rank", "tier"]).aggregate([([], "count_all")]).sort_by("rank")
    sizes = zip(counts["tier"].to_pylist(), counts["count_all"].to_pylist(), strict=True)
    return {"scheme": use.scheme, **{str(tier): count for tier, count in sizes}}
