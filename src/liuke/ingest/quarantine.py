"""Rows that were refused: kept with their reasons and original text, never thrown away."""

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from liuke.ingest.content import content_of, row_key
from liuke.ingest.reasons import explain
from liuke.ingest.settle import Settlement
from liuke.store import Draft, Warehouse

TABLE = "quarantine"
SCHEMA = pa.schema(
    [
        ("quarantine_key", pa.string()),  # the same for the same original text of the same source
        ("source", pa.string()),
        ("file", pa.string()),
        ("row_number", pa.int64()),
        ("table_name", pa.string()),
        ("field", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("why_zh", pa.string()),
        ("why_en", pa.string()),
        ("original", pa.string()),  # JSON: an object of the row's fields, or its line where it has none
    ]
)


def list_quarantine(warehouse: Warehouse, source: str | None = None) -> pa.Table:
    """Refused values, one row each, by source, file and row; a source row may have several."""
    held = warehouse.table(TABLE, SCHEMA, partition=source)
    return warehouse.engine.to_arrow(held.order_by(_ORDER)).cast(SCHEMA)


_ORDER = ["source", "file", "row_number", "quarantine_key", "table_name", "field", "reason"]


def refused_now(
    settlement: Settlement, *, source: str, files: tuple[str, ...], limit: int | None = None
) -> pa.Table:
    """What the settlement refuses, as rows of the quarantine; limit: of the first so many refusals."""
    if not settlement.has_refusals:
        return SCHEMA.empty_table()
    refusals = settlement.refusals().order_by(["_row", "table_name", "field", "reason"]).limit(limit)
    wanted = settlement.bad
    if limit is not None:
        wanted = np.zeros_like(wanted)
        wanted[settlement.warehouse.engine.to_arrow(refusals.select("_row"))["_row"].to_numpy()] = True
    keyed = _keyed(settlement.source_rows(wanted).semi_join(refusals, "_row"))
    joined = refusals.join(keyed, "_row").order_by(["_row", "table_name", "field", "reason"])
    found = settlement.warehouse.engine.to_arrow(joined)
    return _told_once(_worded(found, source=source, files=files))


def released_now(settlement: Settlement, *, source: str) -> set[str]:
    """Keys of quarantined rows that the settlement finds right after all."""
    warehouse = settlement.warehouse
    if not warehouse.manifest.parts(TABLE, source):
        return set()
    held = warehouse.table(TABLE, SCHEMA, partition=source)
    texts = warehouse.engine.to_arrow(held.select("original").distinct())["original"].to_pylist()
    right = _keyed(settlement.right_rows_alike(texts))
    found = warehouse.engine.to_arrow(right.semi_join(held, "quarantine_key").select("quarantine_key"))
    return set(found["quarantine_key"].to_pylist())


def put(draft: Draft, warehouse: Warehouse, *, source: str, refused: pa.Table, released: set[str]) -> None:
    """Add refused rows to the source's quarantine and let released ones go; the same rows are kept once."""
    held = list_quarantine(warehouse, source)
    kept = held.filter(pc.invert(pc.is_in(held["quarantine_key"], _keys(released))))
    known = set(kept["quarantine_key"].to_pylist())
    new = refused.filter(pc.invert(pc.is_in(refused["quarantine_key"], _keys(known))))
    if not new.num_rows and kept.num_rows == held.num_rows:
        return
    rows = pa.concat_tables([kept, new]).sort_by([(name, "ascending") for name in _ORDER]).combine_chunks()
    if rows.num_rows:
        draft.replace(TABLE, rows, partition=source)
    else:
        draft.drop(TABLE, partition=source)


def _keys(keys: set[str]) -> pa.Array:
    return pa.array(sorted(keys), pa.string())


def _keyed(source_rows: Table) -> Table:
    """Source rows with their quarantine key: their original text, and which of equal ones they are."""
    rows = source_rows.mutate(_content=content_of([source_rows["original"]]))
    equal = ibis.window(group_by=["_file", "_content"], order_by="_row")
    rows = rows.mutate(_nth=ibis.row_number().over(equal))
    return rows.mutate(quarantine_key=row_key(rows["_content"], rows["_nth"])).drop("_content", "_nth")


def _worded(found: pa.Table, *, source: str, files: tuple[str, ...]) -> pa.Table:
    rows = found.to_pylist()
    words = [explain(row["reason"], field=row["column"] or row["field"], value=row["value"]) for row in rows]
    columns = {
        **{name: found[name] for name in found.column_names if name in SCHEMA.names},
        "source": pa.repeat(pa.scalar(source, pa.string()), len(rows)),
        "file": pa.array([files[row["_file"]] for row in rows], pa.string()),
        "why_zh": pa.array([each.zh for each in words], pa.string()),
        "why_en": pa.array([each.en for each in words], pa.string()),
    }
    return pa.Table.from_pydict({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)


def _told_once(refused: pa.Table) -> pa.Table:
    """One refusal for each source column and reason of a row, though it feeds several tables."""
    seen = set()
    first = []
    for place, row in enumerate(refused.to_pylist()):
        told = (row["file"], row["row_number"], row["column"], row["reason"])
        if told not in seen:
            seen.add(told)
            first.append(place)
    return refused.take(pa.array(first, pa.int64()))
