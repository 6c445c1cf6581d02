"""A workspace in a test's own folder: files, mappings, loads, and what came of them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from liuke.ingest.canonical import TABLES
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import Mapping, load_mapping
from liuke.ingest.quarantine import list_quarantine
from liuke.ingest.report import LoadReport
from liuke.store import Engine, Warehouse

LOADED_AT = datetime(2026, 3, 31, 6)

CUSTOMERS = """
[source]
name = "crm"
path = "customers*.*"
max_bad_share = {max_bad_share}
{options}
[[into]]
table = "customers"
known_at = {{ value = "2026-01-01" }}
[into.fields]
customer_id = "id"
name = "name"
"""

PURCHASES = """
[source]
name = "shop"
path = "purchases*.*"
max_bad_share = {max_bad_share}
{options}
[[into]]
table = "events"
known_at = "same as happened"
[into.fields]
customer_id = "customer"
happened_at = "on"
kind = {{ value = "purchase" }}
amount_fen = "amount"
"""


@dataclass
class Workspace:
    root: Path
    engine: Engine

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse as it stands on disk now."""
        return Warehouse(self.root / "var" / "warehouse", self.engine)

    def write(self, name: str, content: str | bytes, *, encoding: str = "utf-8") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def mapping(self, text: str, *, max_bad_share: float = 1.0, options: str = "") -> Mapping:
        """A mapping file of the text; its braces take the share of bad rows and further options."""
        path = self.write("mappings/m.toml", text.format(max_bad_share=max_bad_share, options=options))
        return load_mapping(path)

    def load(self, mapping: Mapping, *, loaded_at: datetime = LOADED_AT, dry_run: bool = False) -> LoadReport:
        return ingest_source(self.warehouse, mapping, root=self.root, loaded_at=loaded_at, dry_run=dry_run)

    def load_customers(self, *ids: str) -> LoadReport:
        self.write("customers.csv", "id,name\n" + "".join(f"{each},\n" for each in ids))
        return self.load(self.mapping(CUSTOMERS))

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """The table's rows, sorted, with the columns asked for."""
        stored = self.warehouse.table(table, TABLES[table].schema)
        found = self.engine.to_arrow(stored.select(*columns))
        return sorted(zip(*(found[name].to_pylist() for name in columns), strict=True), key=repr)

    def quarantine(self, *columns: str) -> list[tuple[Any, ...]]:
        found: pa.Table = list_quarantine(self.warehouse)
        return list(zip(*(found[name].to_pylist() for name in columns), strict=True))

    def bytes_of_warehouse(self) -> dict[str, bytes]:
        """Every file that the current manifest names, and the pointer and manifest themselves."""
        warehouse = self.warehouse
        pointer = warehouse.root / "CURRENT"
        names = ["CURRENT", f"manifests/{pointer.read_text()}", *warehouse.manifest.files()]
        return {name: (warehouse.root / name).read_bytes() for name in names}


def counts(report: LoadReport) -> tuple[int, int, int, int]:
    """read, accepted, quarantined, skipped"""
    return report.read, report.accepted, report.quarantined, report.skipped
