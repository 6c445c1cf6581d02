"""Judge a whole load: customers nobody knows, keys with other content, rows that stand already.

A source row is taken whole or not at all, so every refusal in one table takes back what the row
fed into the others. That can refuse further rows, and the judgement is repeated until it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from liuke.ingest.candidates import CONFLICT, NEW, Candidates, Terms
from liuke.ingest.canonical import TABLES
from liuke.ingest.clashes import find_clashes, stored_of
from liuke.ingest.hashed import among, joined, once
from liuke.ingest.parts import Part
from liuke.ingest.rows import REFUSALS
from liuke.ingest.source_rows import SOURCE_ROWS, read_again, read_alike
from liuke.ingest.stage import Stage
from liuke.ingest.values.converted import as_array
from liuke.store import Warehouse


@dataclass
class Settlement:
    """The judgement of what a stage holds, against a warehouse that is not written to meanwhile."""

    stage: Stage
    _refused: list[pa.Table] = field(default_factory=list)
    _judged: dict[str, Table] = field(default_factory=dict)
    _kept: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    bad: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))  # a mask over source rows: the refused

    @property
    def warehouse(self) -> Warehouse:
        return self.stage.warehouse

    @property
    def terms(self) -> Mapping[str, Terms]:
        return self.stage.terms

    def judge(self) -> None:
        """Refuse what breaks a rule between rows; afterwards every rule holds for what is left."""
        self.stage.finish()
        find_clashes(self.stage)
        self.stage.seal()
        self.bad = self._mask(self.stage.refusals())
        self._kept = self._mask(self.stage.source_rows())
        while True:
            new = [*self._orphans()] or [*self._conflicts()]
            if not new:
                return
            self._refused += new
            for refused in new:
                self.bad[refused["_row"].to_numpy()] = True

    @property
    def has_refusals(self) -> bool:
        return bool(self._refused) or self.stage.has_refusals

    def refusals(self) -> Table:
        """Every refusal, one row for each value refused."""
        staged = self.stage.refusals()
        return ibis.union(staged, ibis.memtable(pa.concat_tables(self._refused))) if self._refused else staged

    def source_rows(self, wanted: np.ndarray) -> Table:
        """Source rows under a mask, with their original text."""
        again = [*read_again(self.stage.files, wanted & ~self._kept)]
        kept = self.stage.source_rows()
        return ibis.union(kept, ibis.memtable(pa.concat_tables(again))) if again else kept

    def right_rows_alike(self, held: Sequence[str]) -> Table:
        """Source rows that are not refused and whose original text is one of those held."""
        found = pa.concat_tables([SOURCE_ROWS.empty_table(), *read_alike(self.stage.files, held)])
        return ibis.memtable(found.filter(pa.array(~self.bad[found["_row"].to_numpy()])))

    def fresh(self, table: str) -> Table | None:
        """Suspects to be added to a table after all, with the source row `_row` that each came from."""
        if table not in self._judged:
            return None
        judged = self._judged[table]
        return judged.filter(judged["_state"] == NEW).select("_row", *TABLES[table].schema.names)

    def right(self, part: Part) -> np.ndarray:
        """A mask over the rows of a part: those to be added to its table as they are."""
        good = ~self.bad[part.beside("_row")]
        return good if part.dropped is None else good & ~part.dropped

    def _mask(self, rows: Table) -> np.ndarray:
        """A mask over source rows: those with a row here."""
        mask = np.zeros(self.stage.rows, bool)
        for batch in self.warehouse.engine.batches(rows.select("_row")):
            mask[batch["_row"].to_numpy()] = True
        return mask

    def _good(self, table: str) -> Table:
        """Suspects of a table, without those of refused rows."""
        suspects = self.stage.suspects(table)
        if not self.has_refusals:
            return suspects
        return suspects.anti_join(self.refusals().select("_row").distinct(), "_row")

    def _orphans(self) -> Iterator[pa.Table]:
        """Rows of customers that neither stand nor come with this load, where it brings customers."""
        if not self.stage.feeds_customers:
            return  # they were refused as they came
        coming = [part.beside("who")[self.right(part)] for part in self._parts_of("customers")]
        known = once(joined([self.stage.known_customers(), *coming, self._who_of("customers")[1]]))
        for name in self.stage.tables:
            if name == "customers" or "customer_id" not in TABLES[name].schema.names:
                continue
            for part in self._parts_of(name):
                lost = self.right(part) & ~among(part.beside("who"), known)
                if lost.any():
                    yield self._strangers(name, part.read(lost))
            rows, who = self._who_of(name)
            lost = ~among(who, known)
            if lost.any():
                yield self._strangers(name, rows.filter(pa.array(lost)))

    def _parts_of(self, table: str) -> list[Part]:
        return self.stage.parts(table) if table in self.stage.tables else []

    def _who_of(self, table: str) -> tuple[pa.Table, np.ndarray]:
        """Suspects of a table and the hashes of their customers."""
        if not self.stage.has_suspects(table):
            return pa.table({"_row": []}), joined([])
        rows = self.warehouse.engine.to_arrow(self._good(table).select("_row", "customer_id"))
        return rows, self.warehouse.engine.hashes(rows, ["customer_id"])[0] if rows.num_rows else joined([])

    def _strangers(self, table: str, rows: pa.Table) -> pa.Table:
        return self.stage.strangers(table, as_array(rows["_row"]), as_array(rows["customer_id"]))

    def _conflicts(self) -> Iterator[pa.Table]:
        for name in self.stage.tables:
            if not self.stage.has_suspects(name):
                continue
            table = TABLES[name]
            candidates = Candidates(table, self.terms[name], self._good(name), stored_of(self.stage, name))
            judged = self.stage.work_out(f"judged-{name}", candidates.judged())
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
