"""The warehouse: immutable files, manifests, and the one pointer that names the current manifest.

    warehouse/CURRENT                       the name of a manifest, replaced atomically
    warehouse/manifests/<hash>.json
    warehouse/tables/<table>/<partition>/<hash>.parquet

Readers open CURRENT once and never block. A writer that is killed leaves files nobody names.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from liuke.kernel.errors import LiukeError
from liuke.kernel.failpoints import reach
from liuke.store.engine import Engine
from liuke.store.lock import hold_lock
from liuke.store.manifest import Manifest, Part
from liuke.store.piecemeal import Known, Piecemeal

if TYPE_CHECKING:
    import ibis

WHOLE = "all"  # the partition of a table that has no partitions
Rows: TypeAlias = pa.Table | pa.RecordBatchReader
_GROUP_ROWS = 1 << 20  # of a table that is not cut by its writer
MANIFESTS_KEPT = 5  # readers that opened one of the last few keep their files


class Warehouse:
    """Tables of one workspace as of the manifest that was current when it was opened."""

    def __init__(self, root: Path, engine: Engine):
        self.root = root
        self.engine = engine
        self.manifest = self._read_current()
        self._locked = False
        self._opened: dict[tuple[tuple[Part, ...], pa.Schema | None], ibis.Table] = {}

    def refresh(self) -> None:
        """See what others have committed since."""
        self.manifest = self._read_current()

    def table(self, name: str, schema: pa.Schema, *, partition: str | None = None) -> "ibis.Table":
        """A table's rows, or one partition's; an empty table of the schema when there are none."""
        return self._open(self.manifest.parts(name, partition), schema)

    def stored(self, name: str, *, partition: str | None = None) -> "ibis.Table":
        """A table with the columns its own files have.

        Raises LiukeError when nothing of that name has been stored.
        """
        parts = self.manifest.parts(name, partition)
        if not parts:
            held = ", ".join(sorted(self.manifest.tables)) or "nothing yet"
            where = f" for {partition}" if partition else ""
            raise LiukeError(f"There is no table {name!r}{where}; the warehouse holds: {held}.")
        return self._open(parts, None)

    def _open(self, parts: tuple[Part, ...], schema: pa.Schema | None) -> "ibis.Table":
        """Files as a table, looked into once: what a part names never changes."""
        if (parts, schema) not in self._opened:
            files = [self.root / part.file for part in parts]
            opened = self.engine.read_parquet(files) if schema is None else self.engine.read(files, schema)
            self._opened[parts, schema] = opened
        return self._opened[parts, schema]

    @contextmanager
    def lock(self, *, doing: str) -> Iterator[None]:
        """Be the only writer; nested calls of the same warehouse share the lock."""
        if self._locked:
            yield
            return
        with hold_lock(self.root / "LOCK", doing=f"{doing} (process {os.getpid()})"):
            self._locked = True
            try:
                self.refresh()
                yield
            finally:
                self._locked = False

    def draft(self, *, source: str) -> "Draft":
        """Changes to be committed together; needs the lock."""
        if not self._locked:
            raise RuntimeError("Take Warehouse.lock() before drafting changes")
        return Draft(self, source=source)

    def sweep(self) -> int:
        """Remove files that none of the last manifests names; returns how many. Needs the lock."""
        if not self._locked:
            raise RuntimeError("Take Warehouse.lock() before sweeping")
        manifests = sorted(self.root.glob("manifests/*.json"), key=lambda path: path.stat().st_mtime_ns)
        kept = manifests[-MANIFESTS_KEPT:]
        named = self.manifest.files().union(
            *(Manifest.from_json(path.read_text(encoding="utf-8")).files() for path in kept)
        )
        dead = [
            path
            for path in self.root.glob("tables/**/*")
            if path.is_file() and path.relative_to(self.root).as_posix() not in named
        ]
        current = self._pointer().read_text().strip() if self._pointer().exists() else ""
        dead += [path for path in manifests[:-MANIFESTS_KEPT] if path.name != current]
        for path in dead:
            path.unlink()
        return len(dead)

    def _pointer(self) -> Path:
        return self.root / "CURRENT"

    def _read_current(self) -> Manifest:
        if not self._pointer().exists():
            return Manifest()
        name = self._pointer().read_text().strip()
        path = self.root / "manifests" / name
        try:
            return Manifest.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LiukeError(
                f"The warehouse manifest {path} cannot be read ({error}).\n"
                "Restore the workspace's var/warehouse from a backup, or delete it and load again."
            ) from error


class Draft:
    """New files and a new manifest that nobody sees until commit()."""

    def __init__(self, warehouse: Warehouse, *, source: str):
        self._warehouse = warehouse
        self._source = source
        self.manifest = warehouse.manifest

    def append(self, table: str, rows: pa.Table, *, partition: str = WHOLE) -> None:
        """Add rows to a partition; the same bytes in the same partition are kept once."""
        part = self.write(table, rows, partition=partition)
        held = self.manifest.parts(table, partition)
        if rows.num_rows and part.file not in {other.file for other in held}:
            self.manifest = self.manifest.with_parts(table, partition, (*held, part))

    def adopt(self, table: str, file: Path, *, partition: str, rows: int, known: Known) -> None:
        """Add a file of rows that was written below the warehouse's folder; it is moved to its place.

        known: the first and the last known_at of the rows, as `known_range` tells them.
        """
        part = self._settle(table, partition, file, rows, known)
        held = self.manifest.parts(table, partition)
        if part.file not in {other.file for other in held}:
            self.manifest = self.manifest.with_parts(table, partition, (*held, part))

    def replace(
        self,
        table: str,
        rows: Rows,
        *,
        partition: str = WHOLE,
        cuts: Sequence[int] | None = None,
        layout: Mapping[str, Any] | None = None,
    ) -> None:
        """Put rows in place of everything in a partition; no rows at all still is a stored answer.

        rows: a table, or a reader of one that need not fit the memory.
        cuts: numbers of rows of a table at which a piece begins that readers can read alone; an empty list
            keeps the table in one piece, however large.
        layout: how the Parquet file is written; as suits its first rows, where nobody says otherwise.
        """
        self.put(table, self.write(table, rows, partition=partition, cuts=cuts, layout=layout), partition)

    def write(
        self,
        table: str,
        rows: Rows,
        *,
        partition: str,
        cuts: Sequence[int] | None = None,
        layout: Mapping[str, Any] | None = None,
    ) -> Part:
        """Write a file for `put`, as `replace` would. Several threads may, each a partition of its own."""
        draft = self._draft_of(table, partition)
        with Piecemeal(draft, rows.schema, layout) as written:
            for piece in _pieces(rows, cuts):
                written.add(piece)
        return self._settle(table, partition, draft, written.rows, written.known)

    def put(self, table: str, part: Part, partition: str) -> None:
        """Put a written file in place of everything in a partition."""
        self.manifest = self.manifest.with_parts(table, partition, (part,))

    @contextmanager
    def rewriting(self, table: str, schema: pa.Schema, *, partition: str) -> Iterator[Piecemeal]:
        """As replace, of rows that come a piece at a time; several partitions may be open at once."""
        draft = self._draft_of(table, partition)
        with Piecemeal(draft, schema) as written:
            yield written
        part = self._settle(table, partition, draft, written.rows, written.known)
        self.manifest = self.manifest.with_parts(table, partition, (part,))

    def drop(self, table: str, *, partition: str = WHOLE) -> None:
        self.manifest = self.manifest.with_parts(table, partition, ())

    def note(self, key: str, value: Any) -> None:
        """Leave a JSON value for later steps, such as the fingerprint of what was used."""
        self.manifest = self.manifest.with_note(key, value)

    def commit(self) -> None:
        """Make the drafted state the current one, all of it at one instant."""
        text = self.manifest.to_json()
        name = f"{sha256(text.encode()).hexdigest()[:32]}.json"
        root = self._warehouse.root
        reach("store.before_manifest")
        _write_whole(root / "manifests" / name, lambda path: path.write_text(text, encoding="utf-8"))
        reach("store.before_pointer")
        _write_whole(root / "CURRENT", lambda path: path.write_text(name, encoding="utf-8"))
        reach("store.after_pointer")
        self._warehouse.manifest = self.manifest

    def _draft_of(self, table: str, partition: str) -> Path:
        folder = self._warehouse.root / "tables" / table / partition
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f".draft-{os.getpid()}.parquet"

    def _settle(self, table: str, partition: str, draft: Path, rows: int, known: Known) -> Part:
        """Give a written file its name."""
        folder = self._warehouse.root / "tables" / table / partition
        folder.mkdir(parents=True, exist_ok=True)
        digest = _digest(draft)
        path = folder / f"{digest[:24]}.parquet"
        reach("store.before_file_rename")
        _sync(draft)
        draft.replace(path)
        file = path.relative_to(self._warehouse.root).as_posix()
        return Part(file, rows, digest, self._source, *known)


def _pieces(rows: Rows, cuts: Sequence[int] | None) -> Iterator[pa.Table]:
    if isinstance(rows, pa.Table):
        cuts = range(_GROUP_ROWS, rows.num_rows, _GROUP_ROWS) if cuts is None else cuts
        for start, end in pairwise((0, *cuts, rows.num_rows)):
            yield rows.slice(start, end - start)
    else:
        for batch in rows:
            yield pa.Table.from_batches([batch])


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as readable:
        while block := readable.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside the target, force to disk, then rename over it: readers see old or new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write(draft)
    _sync(draft)
    draft.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
