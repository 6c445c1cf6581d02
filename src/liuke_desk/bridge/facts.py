"""What people did at the desk, as rows of the canonical tables that the next ingest takes in."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather as feather

from liuke.ingest.canonical import TABLES


def make_table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of one canonical table; what a row does not name is missing, a name unknown to it refused."""
    schema = TABLES[name].schema
    told = [dict(row) for row in rows]
    for row in told:
        if unknown := row.keys() - set(schema.names):
            raise ValueError(f"{name} has no column {', '.join(sorted(unknown))}")
    columns = [pa.array([row.get(field.name) for row in told], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def write_tables(tables: Iterable[tuple[str, pa.Table]], folder: Path) -> None:
    """Leave tables in a folder for another process, in their order."""
    for place, (name, rows) in enumerate(tables):
        feather.write_feather(rows, folder / f"{place:03d}.{name}.feather")


def read_tables(folder: Path) -> Iterator[tuple[str, pa.Table]]:
    for path in sorted(folder.glob("*.feather")):
        yield path.name.split(".")[1], feather.read_table(path)
