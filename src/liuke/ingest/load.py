"""Load one source: all of it in one commit, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path

from liuke.ingest.declared import Mapping
from liuke.ingest.facts import ingest_canonical
from liuke.ingest.feeder import Feeder, terms_of
from liuke.ingest.history import History, without_source
from liuke.ingest.readers import RowBatch, Rows, open_rows
from liuke.ingest.report import LoadReport
from liuke.ingest.settle import Settlement
from liuke.ingest.sources import SourceFile, missing_columns, source_files
from liuke.ingest.stage import Stage
from liuke.ingest.take_in import take_in
from liuke.kernel.errors import ConfigRefused
from liuke.kernel.failpoints import reach
from liuke.store import Warehouse

__all__ = ["LoadReport", "ingest_canonical", "ingest_source"]

Progress = Callable[[str], None]  # told now and then how far the load has come


def ingest_source(
    warehouse: Warehouse,
    mapping: Mapping,
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
    with lock, ExitStack() as closing:
        files = source_files(mapping, root=root)
        history = History.of(warehouse, mapping, files)
        if history.starts_over:  # the source is judged as if it had never been loaded
            closing.enter_context(_without(warehouse, mapping.name))
        stage = closing.enter_context(Stage(warehouse, terms_of(mapping), dry_run=dry_run))
        feeder = Feeder(stage, mapping, loaded_at)
        for place, (file, rows) in enumerate(_open_all(mapping, history.unread)):
            stage.open_file(history.row_keys_begin(place), partial(_batches, file.path, mapping))
            history.rows_read(place, _read(stage, feeder, rows, file.shown, progress))
        reach("ingest.after_read")
        return take_in(
            Settlement(stage), history, dry_run=dry_run, max_bad_share=mapping.source.max_bad_share
        )


@contextmanager
def _without(warehouse: Warehouse, source: str) -> Iterator[None]:
    """Look at the warehouse as it would be without a source; what was committed meanwhile stays."""
    before = warehouse.manifest
    warehouse.manifest = without = without_source(before, source)
    try:
        yield
    finally:
        if warehouse.manifest is without:
            warehouse.manifest = before


def _open_all(mapping: Mapping, files: tuple[SourceFile, ...]) -> list[tuple[SourceFile, Rows]]:
    """Every file with its header checked, before a row of any is read."""
    opened = [(file, open_rows(file.path, mapping)) for file in files]
    mistakes = [mistake for file, rows in opened for mistake in missing_columns(mapping, file, rows)]
    if mistakes:
        raise ConfigRefused(mistakes)
    return opened


def _batches(path: Path, mapping: Mapping) -> Iterator[RowBatch]:
    return open_rows(path, mapping).batches()


def _read(stage: Stage, feeder: Feeder, rows: Rows, shown: str, progress: Progress | None) -> int:
    """Stage one file; returns how many rows it has."""
    before = stage.rows
    for batch in rows.batches():
        feeder.feed(batch)
        if progress is not None:
            progress(f"{shown}: {stage.rows - before:,} rows, {batch.share:.0%}")
    return stage.rows - before
