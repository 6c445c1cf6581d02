"""Rows leave quarantine by a file that a person repairs, and come back through the same mapping."""

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.declared import Mapping, Source
from liuke.ingest.feeder import Feeder, terms_of
from liuke.ingest.fields import Texts
from liuke.ingest.history import History
from liuke.ingest.quarantine import list_quarantine
from liuke.ingest.readers import RowBatch, open_rows
from liuke.ingest.report import LoadReport
from liuke.ingest.settle import Settlement
from liuke.ingest.sources import SourceFile, missing_columns
from liuke.ingest.stage import Stage
from liuke.ingest.take_in import take_in
from liuke.kernel.errors import ConfigRefused, DataRefused
from liuke.store import Warehouse

KEY = "quarantine_key"
# What stands before the row's own columns in an exported file; changing it changes nothing.
ABOUT = (KEY, "refused_file", "refused_row", "why_zh", "why_en", "line")

# What a spreadsheet would take for a formula; the full-width signs are formulas to some of them.
_FORMULA = re.compile(r"'*[=+\-@\t\r\0＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+")
_GUARDED = r"^'('*[=+\-@\t\r\x00＝＋－＠])"


def export_quarantine(warehouse: Warehouse, source: str, file: Path) -> int:
    """Write a source's refused rows to a CSV file to be repaired; returns how many rows.

    One line for each refused row: why it was refused, then its own columns. Text that a spreadsheet
    would take for a formula has a quote before it, which replay_quarantine takes away again.
    """
    rows = _by_row(list_quarantine(warehouse, source))
    columns = list(dict.fromkeys(name for row in rows for name in row["fields"]))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8-sig", newline="") as writable:  # marked, so that Excel reads Chinese
        writer = csv.writer(writable, lineterminator="\r\n")
        writer.writerow([*ABOUT, *map(_guard, columns)])
        for row in rows:
            told = [row[name] for name in ABOUT]
            writer.writerow(
                [_guard(cell) for cell in [*told, *(row["fields"].get(name) for name in columns)]]
            )
    return len(rows)


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
    with warehouse.lock(doing=f"the replay of {mapping.name}"), Stage(warehouse.engine) as stage:
        held = pc.unique(list_quarantine(warehouse, mapping.name)[KEY])
        feeder = Feeder(stage, plain, loaded_at)
        replaced: dict[int, str] = {}
        unknown = 0
        for batch in rows.batches():
            live = pc.is_in(batch.texts[KEY], value_set=held)
            unknown += len(batch) - (pc.sum(live).as_py() or 0)
            own = feeder.feed(0, pc.filter(batch.numbers, live), _texts(batch, live))
            keys = pc.filter(batch.texts[KEY], live).to_pylist()
            replaced.update(zip(own.to_pylist(), keys, strict=True))
            feeder.refuse(0, batch.broken)
        stage.finish()
        settlement = Settlement(warehouse, stage, terms_of(plain))
        history = History.without_files(mapping.name, shown=file.name)
        return take_in(
            settlement, history, dry_run=dry_run, max_bad_share=1.0, replaced=replaced, passed_over=unknown
        )


def _as_exported(mapping: Mapping, file: Path) -> Source:
    """A plain file, with the source's own words for missing values and its time zones."""
    kept = {"name", "null_tokens", "zone", "company_zone"}
    return Source(path=str(file), **mapping.source.model_dump(include=kept))


def _texts(batch: RowBatch, live: pa.Array) -> Texts:
    """The row's own columns of the rows that are still in quarantine, without the quotes of the export."""
    return {
        name: pc.replace_substring_regex(pc.filter(text, live), _GUARDED, r"\1")
        for name, text in batch.texts.items()
        if name not in ABOUT
    }


def _by_row(refused: pa.Table) -> list[dict[str, Any]]:
    """One entry for each source row, its reasons joined."""
    found: dict[str, dict[str, Any]] = {}
    for row in refused.to_pylist():
        original = json.loads(row["original"])
        entry = found.setdefault(
            row[KEY],
            {
                KEY: row[KEY],
                "refused_file": row["file"],
                "refused_row": row["row_number"],
                "why_zh": [],
                "why_en": [],
                "line": original if isinstance(original, str) else "",
                "fields": original if isinstance(original, dict) else {},
            },
        )
        for name in ("why_zh", "why_en"):
            entry[name].append(f"{row['column']}: {row[name]}" if row["column"] else row[name])
    return [
        {**entry, "why_zh": "；".join(entry["why_zh"]), "why_en": "; ".join(entry["why_en"])}
        for entry in found.values()
    ]


def _guard(cell: Any) -> Any:
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
