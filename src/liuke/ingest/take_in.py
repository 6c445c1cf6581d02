"""Judge what is staged, and commit it whole: tables, quarantine and history together."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from liuke.ingest.canonical import TABLES, CanonicalTable
from liuke.ingest.history import History
from liuke.ingest.quarantine import list_quarantine, put, refused_now, released_now
from liuke.ingest.report import LoadReport
from liuke.ingest.settle import Settlement
from liuke.kernel.errors import DataRefused
from liuke.kernel.failpoints import reach
from liuke.store import Draft, Warehouse
from liuke.store.warehouse import WHOLE

ROWS_PER_FILE = 1_000_000


def take_in(
    settlement: Settlement,
    history: History,
    *,
    dry_run: bool,
    max_bad_share: float,
    replaced: Mapping[int, str] = MappingProxyType({}),
    passed_over: int = 0,
) -> LoadReport:
    """Commit what the settlement accepts and quarantine the rest; needs the lock unless it is a dry run.

    replaced: for source rows that repair quarantined ones, the keys of those.
    passed_over: rows that were read and left out before they were staged.
    """
    warehouse, stage = settlement.warehouse, settlement.stage
    settlement.judge()
    bad = _count(warehouse, settlement.bad_rows()) if settlement.has_refusals else 0
    _refuse_too_many(settlement, history, bad=bad, max_bad_share=max_bad_share)
    refused = refused_now(settlement, source=history.source, files=history.shown_files)
    fresh = {name: settlement.fresh(name) for name in stage.tables}
    known_rows = history.known_rows + passed_over
    report = _report(settlement, history.source, known_rows, fresh, refused)
    if dry_run or not (stage.rows or history.starts_over):
        return report
    draft = warehouse.draft(source=history.source)
    for name, rows in fresh.items():
        _append(draft, warehouse, TABLES[name], rows)
    released = released_now(settlement, source=history.source) | set(replaced.values())
    put(draft, warehouse, source=history.source, refused=refused, released=released)
    history.leave(draft, refused=_refused_by_file(settlement))
    reach("ingest.before_commit")
    draft.commit()
    return report


def _count(warehouse: Warehouse, rows: Table) -> int:
    return int(warehouse.engine.connection.execute(rows.count()))


def _refuse_too_many(settlement: Settlement, history: History, *, bad: int, max_bad_share: float) -> None:
    read = settlement.stage.rows
    if not read or bad <= read * max_bad_share:
        return
    few = refused_now(settlement, source=history.source, files=history.shown_files, limit=5).to_pylist()
    examples = "\n".join(f"  {row['file']} row {row['row_number']}: {row['why_en']}" for row in few)
    raise DataRefused(
        f"{history.source}: {bad} of {read} rows are bad, more than the {max_bad_share:.1%} that this source "
        f"may have; nothing was loaded. The first of them:\n{examples}\n"
        "Repair the file or its mapping, or raise max_bad_share under [source]."
    )


def _report(
    settlement: Settlement, source: str, known_rows: int, fresh: dict[str, Table], refused: pa.Table
) -> LoadReport:
    warehouse = settlement.warehouse
    read = settlement.stage.rows + known_rows
    held = list_quarantine(warehouse, source)["quarantine_key"].combine_chunks()
    new = refused.filter(pc.invert(pc.is_in(refused["quarantine_key"], held)))
    accepted = _count(warehouse, _rows_of(fresh)) if fresh else 0
    quarantined = new.group_by(["file", "row_number"]).aggregate([]).num_rows
    counts = {each["values"]: each["counts"] for each in new["reason"].value_counts().to_pylist()}
    return LoadReport(
        source=source,
        read=read,
        accepted=accepted,
        quarantined=quarantined,
        skipped=read - accepted - quarantined,
        reasons=dict(sorted(counts.items())),
    )


def _rows_of(fresh: dict[str, Table]) -> Table:
    """The source rows that feed something new."""
    fed = [rows.select("_row") for rows in fresh.values()]
    return fed[0].distinct() if len(fed) == 1 else ibis.union(*fed, distinct=True)


def _append(draft: Draft, warehouse: Warehouse, table: CanonicalTable, rows: Table) -> None:
    """Add the rows in an order of their own, so that the same load gives the same bytes."""
    order = dict.fromkeys(["happened_at", *table.key] if table.monthly else table.key)
    ordered = rows.order_by(list(order)).select(*table.schema.names)
    for month, part in _parts(warehouse.engine.batches(ordered), table):
        draft.append(table.name, part, partition=month)


def _parts(batches: Iterable[pa.RecordBatch], table: CanonicalTable) -> Iterator[tuple[str, pa.Table]]:
    """Partitions and their rows, cut at the same rows however the engine batches them."""
    held, partition = table.schema.empty_table(), WHOLE
    for batch in batches:
        rows = pa.Table.from_batches([batch]).cast(table.schema)
        for month, piece in _by_month(rows) if table.monthly else [(WHOLE, rows)]:
            if month != partition and held.num_rows:
                yield partition, held.combine_chunks()
                held = table.schema.empty_table()
            held, partition = pa.concat_tables([held, piece]), month
            while held.num_rows >= ROWS_PER_FILE:
                yield partition, held.slice(0, ROWS_PER_FILE).combine_chunks()
                held = held.slice(ROWS_PER_FILE)
    if held.num_rows:
        yield partition, held.combine_chunks()


def _by_month(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows that are sorted by happened_at, month by month."""
    months = rows["happened_at"].to_numpy().astype("datetime64[M]")
    found, starts = np.unique(months, return_index=True)
    ends = [*starts[1:], rows.num_rows]
    for month, start, end in zip(found, starts, ends, strict=True):
        yield str(month), rows.slice(start, end - start)


def _refused_by_file(settlement: Settlement) -> dict[int, int]:
    if not settlement.has_refusals:
        return {}
    rows = settlement.stage.source_rows().semi_join(settlement.bad_rows(), "_row")
    counts = settlement.warehouse.engine.to_arrow(rows.group_by("_file").aggregate(bad=rows.count()))
    return {row["_file"]: row["bad"] for row in counts.to_pylist()}
