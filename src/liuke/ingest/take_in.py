"""Judge what is staged, and commit it whole: tables, quarantine and history together."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from liuke.ingest.canonical import TABLES, CanonicalTable
from liuke.ingest.history import History
from liuke.ingest.parts import ROWS_PER_FILE, Part, by_month
from liuke.ingest.quarantine import list_quarantine, put, refused_now, released_now
from liuke.ingest.report import LoadReport
from liuke.ingest.settle import Settlement
from liuke.kernel.errors import DataRefused
from liuke.kernel.failpoints import reach
from liuke.store import Draft, Warehouse
from liuke.store.warehouse import WHOLE


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
    bad = int(settlement.bad.sum())
    _refuse_too_many(settlement, history, bad=bad, max_bad_share=max_bad_share)
    refused = refused_now(settlement, source=history.source, files=history.shown_files)
    fresh = {name: rows for name in stage.tables if (rows := settlement.fresh(name)) is not None}
    known_rows = history.known_rows + passed_over
    report = _report(settlement, history.source, known_rows, fresh, refused)
    if dry_run or not (stage.rows or history.starts_over):
        return report
    draft = warehouse.draft(source=history.source)
    for name in stage.tables:
        for part in stage.parts(name):
            _take(draft, part, settlement.right(part))
    for name, rows in fresh.items():
        _append(draft, warehouse, TABLES[name], rows)
    released = released_now(settlement, source=history.source) | set(replaced.values())
    put(draft, warehouse, source=history.source, refused=refused, released=released)
    history.leave(draft, refused=_refused_by_file(settlement))
    reach("ingest.before_commit")
    draft.commit()
    return report


def _take(draft: Draft, part: Part, right: np.ndarray) -> None:
    """Make a part the table's own, or write it again without the rows that are not to be taken."""
    if right.all():
        draft.adopt(part.table.name, part.path, partition=part.partition, rows=part.rows, known=part.known)
    elif right.any():
        rows = part.read(right).select(part.table.schema.names)
        draft.append(part.table.name, rows.combine_chunks(), partition=part.partition)


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
    accepted = _count_accepted(settlement, fresh)
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


def _count_accepted(settlement: Settlement, fresh: dict[str, Table]) -> int:
    """How many source rows feed something new."""
    stage = settlement.stage
    fed = np.zeros(stage.rows, bool)
    for name in stage.tables:
        for part in stage.parts(name):
            fed[part.beside("_row")[settlement.right(part)]] = True
    for rows in fresh.values():
        for batch in settlement.warehouse.engine.batches(rows.select("_row")):
            fed[batch["_row"].to_numpy()] = True
    return int(fed.sum())


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
        for month, piece in by_month(rows, table):
            if month != partition and held.num_rows:
                yield partition, held.combine_chunks()
                held = table.schema.empty_table()
            held, partition = pa.concat_tables([held, piece]), month
            while held.num_rows >= ROWS_PER_FILE:
                yield partition, held.slice(0, ROWS_PER_FILE).combine_chunks()
                held = held.slice(ROWS_PER_FILE)
    if held.num_rows:
        yield partition, held.combine_chunks()


def _refused_by_file(settlement: Settlement) -> dict[int, int]:
    files = settlement.stage.files
    ends = [*(file.first for file in files[1:]), settlement.stage.rows]
    return {
        place: int(settlement.bad[file.first : end].sum())
        for place, (file, end) in enumerate(zip(files, ends, strict=True))
    }
