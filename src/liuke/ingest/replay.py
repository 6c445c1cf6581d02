"""Repaired rows come back from quarantine, through the mapping they came by."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.declared import Mapping, Source
from liuke.ingest.feeder import Feeder, terms_of
from liuke.ingest.history import History, key_of
from liuke.ingest.quarantine import list_quarantine
from liuke.ingest.readers import RowBatch, open_rows
from liuke.ingest.repair_file import ABOUT, KEY, export_quarantine, unguarded
from liuke.ingest.report import LoadReport
from liuke.ingest.settle import Settlement
from liuke.ingest.sources import SourceFile, missing_columns
from liuke.ingest.stage import Stage
from liuke.ingest.take_in import take_in
from liuke.ingest.values.converted import as_array
from liuke.kernel.errors import ConfigRefused, DataRefused
from liuke.store import Warehouse

__all__ = ["export_quarantine", "replay_quarantine"]


def replay_quarantine(
    warehouse: Warehouse, mapping: Mapping, file: Path, *, loaded_at: datetime, dry_run: bool = False
) -> LoadReport:
    """Take in repaired rows of a file that export_quarantine wrote, through the mapping they came by.

    A row that is right now leaves quarantine; one that is still wrong stays, with its new text and
    reason. A row whose key is no longer in quarantine was taken in before and is skipped.
    """
    plain = mapping.model_copy(update={"source": _as_exported(mapping, file)})
    rows = open_rows(file, plain)
    if KEY not in rows.header.names:
        raise DataRefused(
            f"{file} has no column {KEY!r}; repair a file that 'liuke quarantine export' wrote, and keep it."
        )
    if mistakes := list(missing_columns(plain, SourceFile(file, str(file)), rows)):
        raise ConfigRefused(mistakes)
    with (
        warehouse.lock(doing=f"the replay of {mapping.name}"),
        Stage(warehouse, terms_of(plain), dry_run=dry_run) as stage,
    ):
        held = as_array(list_quarantine(warehouse, mapping.name)[KEY])
        key = key_of(mapping.name, _digest(file, held))
        stage.open_file(key, lambda: (_own(batch, held) for batch in open_rows(file, plain).batches()))
        feeder = Feeder(stage, plain, loaded_at)
        replaced: dict[int, str] = {}
        unknown = 0
        for batch in rows.batches():
            own_rows = _own(batch, held)
            unknown += len(batch) - len(own_rows)
            own = feeder.feed(own_rows)
            replaced.update(zip(own.to_pylist(), _live_keys(batch, held).to_pylist(), strict=True))
        history = History.without_files(mapping.name, shown=file.name)
        return take_in(
            Settlement(stage),
            history,
            dry_run=dry_run,
            max_bad_share=1.0,
            replaced=replaced,
            passed_over=unknown,
        )


def _as_exported(mapping: Mapping, file: Path) -> Source:
    """A plain file, with the source's own words for missing values and its time zones."""
    kept = {"name", "null_tokens", "zone", "company_zone"}
    return Source(path=str(file), **mapping.source.model_dump(include=kept))


def _live_keys(batch: RowBatch, held: pa.Array) -> pa.Array:
    return pc.filter(batch.texts[KEY], pc.is_in(batch.texts[KEY], value_set=held))


def _digest(file: Path, held: pa.Array) -> str:
    """Of the file and of what it may repair: a file that comes again repairs other rows, under other keys."""
    waiting = "\n".join(sorted(held.to_pylist()))
    return sha256(f"{SourceFile(file, str(file)).digest()}\n{waiting}".encode()).hexdigest()


def _own(batch: RowBatch, held: pa.Array) -> RowBatch:
    """The row's own columns of the rows that are still in quarantine, without the quotes of the export."""
    live = batch.where(pc.is_in(batch.texts[KEY], value_set=held))
    own = {name: unguarded(text) for name, text in live.texts.items() if name not in ABOUT}
    return RowBatch(live.numbers, own, batch.broken, batch.share)
