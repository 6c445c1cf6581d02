"""What a warehouse holds at one moment: for each table its partitions, for each partition its files.

A manifest is a value. It carries no clock time, so the same loads give the same bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any

SCHEMA_VERSION = 1

Partitions = Mapping[str, tuple["Part", ...]]


@dataclass(frozen=True)
class Part:
    """One immutable Parquet file of a table."""

    file: str  # below the warehouse folder, POSIX separators
    rows: int
    sha256: str
    source: str  # which load or which step made it
    known_from: str | None = None  # ISO instants of the rows' known_at, both inclusive
    known_until: str | None = None


@dataclass(frozen=True)
class Manifest:
    """The current set of files and the notes that steps leave about what they did."""

    tables: Mapping[str, Partitions] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)  # key -> JSON value

    def parts(self, table: str, partition: str | None = None) -> tuple[Part, ...]:
        """Every file of a table, or of one of its partitions, in a fixed order."""
        partitions = self.tables.get(table, {})
        if partition is not None:
            return partitions.get(partition, ())
        return tuple(part for name in sorted(partitions) for part in partitions[name])

    def partitions(self, table: str) -> tuple[str, ...]:
        return tuple(sorted(self.tables.get(table, {})))

    def rows(self, table: str) -> int:
        return sum(part.rows for part in self.parts(table))

    def with_parts(self, table: str, partition: str, parts: tuple[Part, ...]) -> "Manifest":
        """The manifest with one partition's files replaced; no files drops the partition."""
        partitions = dict(self.tables.get(table, {}))
        partitions.pop(partition, None)
        if parts:
            partitions[partition] = parts
        tables = {**self.tables, table: partitions}
        return replace(self, tables={name: held for name, held in tables.items() if held})

    def with_note(self, key: str, value: Any) -> "Manifest":
        return replace(self, notes={**self.notes, key: value})

    def fingerprint(self, *tables: str) -> str:
        """A hash of the content of the named tables: equal when not one row of theirs changed."""
        content = {name: [part.sha256 for part in self.parts(name)] for name in tables}
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def files(self) -> set[str]:
        return {part.file for table in self.tables for part in self.parts(table)}

    def to_json(self) -> str:
        tables = {
            name: {key: [asdict(part) for part in parts] for key, parts in partitions.items()}
            for name, partitions in self.tables.items()
        }
        document = {"schema_version": SCHEMA_VERSION, "tables": tables, "notes": self.notes}
        return json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        document = json.loads(text)
        if document["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"manifest of schema version {document['schema_version']}")
        tables = {
            name: {key: tuple(Part(**part) for part in parts) for key, parts in partitions.items()}
            for name, partitions in document["tables"].items()
        }
        return cls(tables=tables, notes=document["notes"])
