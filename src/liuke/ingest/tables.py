"""The canonical tables of a warehouse as Ibis tables."""

import ibis

from liuke.ingest.canonical import TABLES
from liuke.store import Warehouse


def canonical_tables(warehouse: Warehouse) -> dict[str, ibis.Table]:
    """Every canonical table by name; empty where nothing was loaded."""
    return {name: warehouse.table(name, table.schema) for name, table in TABLES.items()}
