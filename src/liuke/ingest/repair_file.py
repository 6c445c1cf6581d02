"""The file in which a person repairs refused rows: why each was refused, then its own columns."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.quarantine import list_quarantine
from liuke.store import Warehouse

KEY = "quarantine_key"
# What stands before the row's own columns; changing it changes nothing.
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


def unguarded(text: pa.Array) -> pa.Array:
    """Texts without the quotes that the export put before formulas."""
    return pc.replace_substring_regex(text, _GUARDED, r"\1")


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
