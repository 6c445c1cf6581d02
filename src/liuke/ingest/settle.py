"""Judge a whole load: customers nobody knows, keys with other content, rows that stand already.

A source row is taken whole or not at all, so every refusal in one table takes back what the row
fed into the others. That can refuse further rows, and the judgement is repeated until it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from liuke.ingest.candidates import CONFLICT, NEW, Candidates, Terms
from liuke.ingest.canonical import TABLES
from liuke.ingest.rows import REFUSALS
from liuke.ingest.stage import Stage
from liuke.store import Warehouse


@dataclass
class Settlement:
    """The judgement of what a stage holds, against a warehouse that is not written to meanwhile."""

    warehouse: Warehouse
    stage: Stage
    terms: Mapping[str, Terms]
    _refused: list[pa.Table] = field(default_factory=list)
    _judged: dict[str, Table] = field(default_factory=dict)

    def judge(self) -> None:
        """Refuse what breaks a rule between rows; afterwards every rule holds for what is left."""
        while True:
            new = [*self._orphans()] or [*self._conflicts()]
            if not new:
                return
            self._refused += new

    @property
    def has_refusals(self) -> bool:
        return bool(self._refused) or self.stage.has_refusals

    def refusals(self) -> Table:
        """Every refusal, one row for each value refused."""
        staged = self.stage.refusals()
        return ibis.union(staged, ibis.memtable(pa.concat_tables(self._refused))) if self._refused else staged

    def bad_rows(self) -> Table:
        return self.refusals().select("_row").distinct()

    def fresh(self, table: str) -> Table:
        """Rows to be added to a table, with the source row `_row` that each came from."""
        judged = self._judged[table]
        return judged.filter(judged["_state"] == NEW).select("_row", *TABLES[table].schema.names)

    def _good(self, table: str) -> Table:
        staged = self.stage.staged(table)
        return staged.anti_join(self.bad_rows(), "_row") if self.has_refusals else staged

    def _orphans(self) -> Iterator[pa.Table]:
        known = self.warehouse.table("customers", TABLES["customers"].schema).select("customer_id")
        if "customers" in self.stage.tables:
            known = known.union(self._good("customers").select("customer_id"))
        known = known.distinct()
        for name in self.stage.tables:
            if name == "customers" or "customer_id" not in TABLES[name].schema.names:
                continue
            lost = self._good(name).anti_join(known, "customer_id")
            yield from self._told(lost, name, ["customer_id"], lost["customer_id"], "unknown_customer")

    def _conflicts(self) -> Iterator[pa.Table]:
        files = self.stage.source_rows().select("_row", "_file")
        for name in self.stage.tables:
            table = TABLES[name]
            candidates = Candidates(self.warehouse, table, self.terms[name], self._good(name), files)
            judged = self.stage.keep(f"judged-{name}", candidates.judged())
            self._judged[name] = judged
            if "row_key" not in table.key:
                found = judged.filter(judged["_state"] == CONFLICT)
                yield from self._told(found, name, table.key, found["_key"], "duplicate_key")

    def _told(
        self, rows: Table, table: str, fields: Sequence[str], value: ibis.Value, reason: str
    ) -> Iterator[pa.Table]:
        called = self.terms[table].columns
        refusals = rows.select(
            _row=rows["_row"],
            table_name=ibis.literal(table),
            field=ibis.literal(" / ".join(fields)),
            column=ibis.literal(" / ".join(called.get(name, name) for name in fields)),
            value=value.cast("string"),
            reason=ibis.literal(reason),
        )
        found = self.warehouse.engine.to_arrow(refusals).cast(REFUSALS)
        if found.num_rows:
            yield found
