"""A load's rows on disk while it is being judged: memory is bounded by batches, not by the load.

Rows go at once into files that can become the tables' own. What might clash with another row, of the
load or of the warehouse, is kept apart: the suspects.
"""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Lock

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.ingest.beside import Beside
from liuke.ingest.candidates import Terms
from liuke.ingest.canonical import TABLES, CanonicalTable
from liuke.ingest.hashed import among, hashes_of, once, repeated, strange
from liuke.ingest.parts import Part, Parts, Prepare
from liuke.ingest.rows import REFUSALS, refused_rows
from liuke.ingest.source_rows import SOURCE_ROWS, Read, StagedFile
from liuke.ingest.values.converted import as_array
from liuke.store import Warehouse

_PREFIX = ".stage-"


class Stage:
    """Source rows by number, the rows of canonical tables that they feed, refusals.

    Use as a context manager; the private folder goes when it ends. It lies below the warehouse, unless
    nothing is to be stored.
    """

    def __init__(self, warehouse: Warehouse, terms: Mapping[str, Terms], *, dry_run: bool = False):
        self.warehouse, self.terms = warehouse, terms
        self._dry_run = dry_run
        self._closing = ExitStack()
        self._beside = Beside()
        self._one_writes = Lock()  # refusals come from what reads and from all that write
        self._one_asks = Lock()
        self._parts: dict[str, Parts] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._schemas: dict[str, pa.Schema] = {"_source": SOURCE_ROWS, "_refusals": REFUSALS}
        self._known: np.ndarray | None = None
        self.kinds: dict[tuple[str, str], set[str]] = {}
        self.suspect_keys: dict[tuple[str, str], list[np.ndarray]] = {}
        self.files: list[StagedFile] = []
        self.rows = 0

    def __enter__(self) -> "Stage":
        below = self.warehouse.root / "tables"
        if not self._dry_run:
            below.mkdir(parents=True, exist_ok=True)
            for left_behind in below.glob(
                f"{_PREFIX}*"
            ):  # by a load that was killed; only one runs at a time
                shutil.rmtree(left_behind)
        made = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=None if self._dry_run else below)
        self._folder = Path(self._closing.enter_context(made))
        return self

    def __exit__(self, *error: object) -> None:
        self._beside.__exit__(*error)
        self.seal()
        self._closing.close()

    def open_file(self, key: str, read: Read) -> None:
        """The rows that come are of this file. key: begins the row keys of what it feeds."""
        self.files.append(StagedFile(key, read, self.rows))

    @property
    def file(self) -> int:
        """The place of the file that is open."""
        return len(self.files) - 1

    def number(self, count: int) -> pa.Array:
        """The load's own numbers for so many source rows more."""
        own = pa.array(np.arange(self.rows, self.rows + count), pa.int64())
        self.rows += count
        return own

    def keep(self, source_rows: pa.Table) -> None:
        """Keep source rows with their original text."""
        self._write("_source", source_rows)

    def add(self, table: str, rows: pa.Table) -> None:
        if table not in self._parts:
            self._parts[table] = self._new_parts(TABLES[table])
        self._parts[table].add(rows)

    def add_refusals(self, refusals: pa.Table) -> None:
        self._write("_refusals", refusals)

    def add_suspects(self, table: str, rows: pa.Table) -> None:
        self._write(f"suspects-{table}", rows.select(self._schema_of_suspects(table).names))

    def finish(self) -> None:
        """No more source rows come."""
        for parts in self._parts.values():
            parts.finish()

    def seal(self) -> None:
        """Nothing more is staged; all of it can be read."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    @property
    def tables(self) -> tuple[str, ...]:
        """Canonical tables that something was staged for."""
        return tuple(sorted(self._parts))

    def parts(self, table: str) -> list[Part]:
        return self._parts[table].written

    def partitions(self, table: str) -> list[str]:
        """Partitions of a table that something was staged for."""
        apart = {partition for name, partition in self.suspect_keys if name == table}
        return sorted(apart | {part.partition for part in self.parts(table)})

    def key(self, table: str) -> list[str]:
        """Columns in which rows agree that might clash."""
        declared, terms = TABLES[table], self.terms[table]
        if "row_key" in declared.key:
            left_out = {"row_key", "known_at"} if terms.known_by_load else {"row_key"}
            return [name for name in declared.schema.names if name not in left_out]
        known_apart = not (terms.known_by_load or terms.once)
        return [name for name in declared.key if name != "known_at" or known_apart]

    @property
    def feeds_customers(self) -> bool:
        return "customers" in self.terms

    def known_customers(self) -> np.ndarray:
        """Hashes of the customers in the warehouse, sorted."""
        with self._one_asks:
            if self._known is None:
                stored = self.warehouse.table("customers", TABLES["customers"].schema)
                self._known = once(hashes_of(self.warehouse.engine, stored, ["customer_id"]))
        return self._known

    def source_rows(self) -> ibis.Table:
        return self._read("_source")

    def refusals(self) -> ibis.Table:
        return self._read("_refusals")

    @property
    def has_refusals(self) -> bool:
        return self._path("_refusals").exists()

    def has_suspects(self, table: str) -> bool:
        return self._path(f"suspects-{table}").exists()

    def suspects(self, table: str) -> ibis.Table:
        self._schema_of_suspects(table)
        return self._read(f"suspects-{table}")

    def work_out(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Work rows out once, when they are looked at several times."""
        path = self._path(name)
        self.warehouse.engine.connection.to_parquet(rows, path)
        return self.warehouse.engine.read_parquet(path)

    def with_place(self, rows: pa.Table) -> pa.Table:
        """Rows with the place `_file` of the file that each comes from."""
        firsts = np.array([file.first for file in self.files])
        places = np.searchsorted(firsts, rows["_row"].to_numpy(), side="right") - 1
        return rows.append_column("_file", pa.array(places.astype(np.int32)))

    def _new_parts(self, table: CanonicalTable) -> Parts:
        return Parts(table, self._folder, self._preparing(table), self._beside)

    def _preparing(self, table: CanonicalTable) -> Prepare:
        def prepare(partition: str, rows: pa.Table) -> tuple[pa.Table, dict[str, np.ndarray]]:
            beside = self._hashes(table, rows)
            rows, beside = self._without_strangers(table, rows, beside)
            if "row_key" in table.key:
                if "kind" in rows.column_names:
                    kinds = pc.unique(rows["kind"]).to_pylist()
                    self.kinds.setdefault((table.name, partition), set()).update(kinds)
                rows = rows.append_column("row_key", self._row_keys(rows))
            return self._without_suspects(table, partition, rows, beside)

        return prepare

    def _hashes(self, table: CanonicalTable, rows: pa.Table) -> dict[str, np.ndarray]:
        names = ["keys", "who"] if "customer_id" in table.schema.names else ["keys"]
        asked = [self.key(table.name), ["customer_id"]][: len(names)]
        return dict(zip(names, self.warehouse.engine.hashes(rows, *asked), strict=True))

    def _without_strangers(
        self, table: CanonicalTable, rows: pa.Table, beside: dict[str, np.ndarray]
    ) -> tuple[pa.Table, dict[str, np.ndarray]]:
        """Refuse rows of customers that nobody knows, unless this load may bring them."""
        if self.feeds_customers or "who" not in beside:
            return rows, beside
        mask = strange(beside.pop("who"), self.known_customers())
        if not mask.any():
            return rows, beside
        lost = rows.filter(pa.array(mask))
        self.add_refusals(self.strangers(table.name, as_array(lost["_row"]), as_array(lost["customer_id"])))
        return rows.filter(pa.array(~mask)), {name: values[~mask] for name, values in beside.items()}

    def strangers(self, table: str, own: pa.Array, customer_id: pa.Array) -> pa.Table:
        """Refusals of rows whose customers nobody knows."""
        column = self.terms[table].columns.get("customer_id", "customer_id")
        return refused_rows(own, table, "customer_id", column, customer_id, "unknown_customer")

    def _without_suspects(
        self, table: CanonicalTable, partition: str, rows: pa.Table, beside: dict[str, np.ndarray]
    ) -> tuple[pa.Table, dict[str, np.ndarray]]:
        found = repeated(beside["keys"])
        if not len(found):
            return rows, beside
        mask = among(beside["keys"], found)
        self.add_suspects(table.name, self.with_place(rows.filter(pa.array(mask))))
        self.suspect_keys.setdefault((table.name, partition), []).append(found)
        return rows.filter(pa.array(~mask)), {name: values[~mask] for name, values in beside.items()}

    def _row_keys(self, rows: pa.Table) -> pa.Array:
        """The file and the row that each comes from, and its place among all that the row feeds."""
        own, place = rows["_row"].to_numpy(), rows["_place"].to_numpy()
        firsts = np.array([file.first for file in self.files])
        files = np.searchsorted(firsts, own, side="right") - 1
        keys = pa.array([file.key for file in self.files]).take(pa.array(files))
        numbers = pa.array(own - firsts[files] + 1).cast(pa.string())
        if not place.any():
            return pc.binary_join_element_wise(keys, numbers, "-")
        return pc.binary_join_element_wise(keys, numbers, pa.array(place).cast(pa.string()), "-")

    def _schema_of_suspects(self, table: str) -> pa.Schema:
        about = [("_row", pa.int64()), ("_place", pa.int32()), ("_file", pa.int32())]
        return self._schemas.setdefault(f"suspects-{table}", pa.schema([*about, *TABLES[table].schema]))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"

    def _write(self, name: str, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        with self._one_writes:
            if name not in self._writers:
                self._writers[name] = pq.ParquetWriter(
                    self._path(name), self._schemas[name], compression="lz4"
                )
            self._writers[name].write_table(rows.cast(self._schemas[name]))

    def _read(self, name: str) -> ibis.Table:
        path = self._path(name)
        return self.warehouse.engine.read([path] if path.exists() else [], self._schemas[name])
