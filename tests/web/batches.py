"""Rows of results as the bridge hands them on: batches of columns, lists and records as JSON text."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa

from liuke_desk.bridge.published import SCHEMA

ROWS_PER_BATCH = 2_000
JSON = ("reasons", "offers", "tiers", "card", "history")


def pack(rows: Iterable[Mapping[str, Any]], *, size: int = ROWS_PER_BATCH) -> Iterator[pa.RecordBatch]:
    """The rows in batches, each asked for when it is written, ranked in their order."""
    rows = ({"offers": row["card"].get("offers", [])} | row for row in rows)
    ranked = (
        row | {name: json.dumps(row[name]) for name in JSON} | {"warning_rank": _rank(row, place)}
        for place, row in enumerate(rows, start=1)
    )
    while batch := list(islice(ranked, size)):
        yield pa.RecordBatch.from_pylist(batch, schema=SCHEMA)


def _rank(row: Mapping[str, Any], place: int) -> int | None:
    return None if row["expected_loss_fen"] is None else place
