"""Rows that are canonical already, such as what people recorded at the workbench."""

from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.candidates import Terms
from liuke.ingest.canonical import TABLES, CanonicalTable
from liuke.ingest.contracts import broken_contracts
from liuke.ingest.history import History, key_of
from liuke.ingest.readers import RowBatch
from liuke.ingest.report import LoadReport
from liuke.ingest.rows import REFUSALS, refused_rows, staged_schema
from liuke.ingest.settle import Settlement
from liuke.ingest.stage import Stage
from liuke.ingest.take_in import take_in
from liuke.ingest.values.converted import as_array
from liuke.kernel.errors import LiukeError, MissingColumn, suggestion
from liuke.store import Warehouse


def ingest_canonical(warehouse: Warehouse, table_name: str, rows: pa.Table, *, source: str) -> LoadReport:
    """Take in rows that have a canonical table's own columns and kinds.

    rows: one row per row of the table; columns that it may lack are missing. They are judged like
    the rows of any source; those that break a contract go to quarantine under `source`.
    """
    if table_name not in TABLES:
        raise LiukeError(f"There is no table {table_name!r}{suggestion(table_name, TABLES)}.")
    table = TABLES[table_name]
    typed = _typed(rows, table)
    terms = {table_name: Terms()}
    with warehouse.lock(doing=f"the load of {source}"), Stage(warehouse, terms) as stage:
        batch = _batch_of(typed)
        stage.open_file(key_of(source, _digest(table_name, typed)), lambda: iter([batch]))
        own = stage.number(len(batch))
        refusals = _refusals(typed, table, own)
        stage.add_refusals(refusals)
        good = pc.invert(pc.is_in(own, value_set=as_array(refusals["_row"])))
        stage.add(table_name, _staged(typed, table, own).filter(good))
        history = History.without_files(source, shown=f"{source}/{table_name}")
        return take_in(Settlement(stage), history, dry_run=False, max_bad_share=1.0)


def _batch_of(typed: pa.Table) -> RowBatch:
    texts = {name: as_array(typed[name].cast(pa.string())) for name in typed.column_names}
    return RowBatch(pa.array(range(1, typed.num_rows + 1), pa.int64()), texts)


def _digest(table_name: str, typed: pa.Table) -> str:
    held = pa.BufferOutputStream()
    with pa.ipc.new_stream(held, typed.schema) as writer:
        writer.write_table(typed.combine_chunks())
    return sha256(table_name.encode() + held.getvalue()).hexdigest()


def _typed(rows: pa.Table, table: CanonicalTable) -> pa.Table:
    """The rows with the table's kinds; a column the table does not know is refused."""
    valid = [name for name in table.schema.names if name != "row_key"]
    for name in rows.column_names:
        if name not in table.schema.names:
            raise LiukeError(f"{table.name} has no column {name!r}{suggestion(name, valid)}.")
    for name in table.required:
        if name != "row_key" and name not in rows.column_names:
            raise MissingColumn(name, wanted_by=table.name, present=rows.column_names)
    given = [name for name in valid if name in rows.column_names]
    return rows.select(given).cast(pa.schema([table.schema.field(name) for name in given]))


def _staged(typed: pa.Table, table: CanonicalTable, own: pa.Array) -> pa.Table:
    count = len(own)
    columns = []
    for field in staged_schema(table):
        if field.name == "_row":
            columns.append(own)
        elif field.name == "_place":
            columns.append(pa.repeat(pa.scalar(0, pa.int32()), count))
        elif field.name in typed.column_names:
            columns.append(as_array(typed[field.name]))
        else:
            columns.append(pa.nulls(count, field.type))
    return pa.Table.from_arrays(columns, schema=staged_schema(table))


def _refusals(typed: pa.Table, table: CanonicalTable, own: pa.Array) -> pa.Table:
    """What the rows break of the table's contracts."""
    staged = _staged(typed, table, own)
    found = [REFUSALS.empty_table()]
    for column in table:
        if column.name == "row_key":
            continue
        values = as_array(staged[column.name])
        if column.required:
            found.append(_refused(table, column.name, values, pc.is_null(values), "missing", own))
        if column.choices:
            known = pc.is_in(values, value_set=pa.array(column.choices))
            strange = pc.and_(pc.invert(known), pc.is_valid(values))
            found.append(_refused(table, column.name, values, strange, "unknown_choice", own))
    for broken in broken_contracts(staged, table, loaded_at=None):
        values = as_array(staged[broken.field])
        found.append(_refused(table, broken.field, values, as_array(broken.mask), broken.reason, own))
    return pa.concat_tables(found)


def _refused(
    table: CanonicalTable, field: str, values: pa.Array, mask: pa.Array, reason: str, own: pa.Array
) -> pa.Table:
    mask = pc.fill_null(mask, False)
    rows, texts = pc.filter(own, mask), pc.filter(values, mask)
    return refused_rows(rows, table.name, field, field, texts, reason)
