"""Load one source: all of it in one commit, or nothing."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from liuke.ingest.candidates import Terms
from liuke.ingest.declared import Mapping as SourceMapping
from liuke.ingest.history import History
from liuke.ingest.originals import original_line, originals
from liuke.ingest.readers import BrokenRow, Rows, open_rows
from liuke.ingest.report import LoadReport
from liuke.ingest.rows import REFUSALS, Feeding
from liuke.ingest.settle import Settlement
from liuke.ingest.sources import SourceFile, missing_columns, source_files
from liuke.ingest.stage import Stage
from liuke.ingest.take_in import take_in
from liuke.ingest.values.text import clean
from liuke.ingest.values.zones import Zones
from liuke.kernel.errors import ConfigRefused
from liuke.kernel.failpoints import reach
from liuke.store import Warehouse

Progress = Callable[[float], None]  # the share of the source that has been read, from 0 to 1


def ingest_source(
    warehouse: Warehouse,
    mapping: SourceMapping,
    *,
    root: Path,
    loaded_at: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Take in what is new in a source's files.

    root: the workspace, from which the mapping's path is meant.
    loaded_at: this load's time; rows that claim to be known later are refused.
    dry_run: judge everything and change nothing.

    Raises ConfigRefused when the mapping does not fit the files, DataRefused when a file cannot be
    read or too many of its rows are bad; the warehouse is then as it was.
    """
    lock = nullcontext() if dry_run else warehouse.lock(doing=f"the load of {mapping.name}")
    with lock, Stage(warehouse.engine) as stage:
        files = source_files(mapping, root=root)
        history = History.of(warehouse, mapping, files)
        opened = _open_all(mapping, history.unread)
        reader = _Reader(stage, mapping, loaded_at, progress or _silent, len(opened))
        for place, (_, rows) in enumerate(opened):
            history.rows_read(place, reader.read(place, rows))
        stage.finish()
        reach("ingest.after_read")
        settlement = Settlement(warehouse, stage, _terms(mapping))
        return take_in(settlement, history, dry_run=dry_run, max_bad_share=mapping.source.max_bad_share)


def _silent(share: float) -> None:
    pass


def _open_all(mapping: SourceMapping, files: tuple[SourceFile, ...]) -> list[tuple[SourceFile, Rows]]:
    """Every file with its header checked, before a row of any is read."""
    opened = [(file, open_rows(file.path, mapping)) for file in files]
    mistakes = [mistake for file, rows in opened for mistake in missing_columns(mapping, file, rows)]
    if mistakes:
        raise ConfigRefused(mistakes)
    return opened


def _terms(mapping: SourceMapping) -> Mapping[str, Terms]:
    """How each table is fed, over all the blocks that feed it."""
    return {
        table: Terms(
            known_by_load=any(
                into.known_at is not None and into.known_at.origin == "load"
                for into in mapping.into
                if into.table == table
            ),
            once=frozenset(
                place for place, into in enumerate(mapping.into) if into.table == table and into.once
            ),
        )
        for table in mapping.tables
    }


class _Reader:
    """Reads opened files into the stage, a batch at a time."""

    def __init__(
        self, stage: Stage, mapping: SourceMapping, loaded_at: datetime, progress: Progress, files: int
    ):
        self._stage, self._mapping, self._progress, self._files = stage, mapping, progress, files
        zones = Zones(mapping.source.zone, mapping.source.company_zone)
        self._feedings = [Feeding(into, place, loaded_at, zones) for place, into in enumerate(mapping.into)]

    def read(self, place: int, rows: Rows) -> int:
        """Stage one file; returns how many rows it has."""
        before = self._stage.rows
        for batch in rows.batches():
            numbers = self._stage.add_source_rows(place, batch.numbers, originals(batch.texts, len(batch)))
            nulls = self._mapping.source.null_tokens
            wanted = self._mapping.columns
            texts = {
                name: clean(text, null_tokens=nulls) for name, text in batch.texts.items() if name in wanted
            }
            for feeding in self._feedings:
                fed = feeding.feed(texts, numbers)
                self._stage.add(feeding.into.table, fed.rows)
                self._stage.add_refusals(fed.refusals)
            self._add_broken(place, batch.broken)
            self._progress((place + batch.share) / self._files)
        return self._stage.rows - before

    def _add_broken(self, place: int, broken: "tuple[BrokenRow, ...]") -> None:
        """Rows that could not be told apart into fields: refused whole."""
        if not broken:
            return
        numbers = pa.array([row.number for row in broken], pa.int64())
        lines = pa.array([original_line(row.text) for row in broken], pa.string())
        own = self._stage.add_source_rows(place, numbers, lines)
        self._stage.add_refusals(
            pa.Table.from_pydict(
                {
                    "_row": own,
                    "table_name": [""] * len(broken),
                    "field": [""] * len(broken),
                    "column": [""] * len(broken),
                    "value": [row.value for row in broken],
                    "reason": [row.reason for row in broken],
                },
                schema=REFUSALS,
            )
        )
