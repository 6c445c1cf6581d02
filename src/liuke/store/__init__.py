"""Where tables live: immutable Parquet snapshots, the pointer that names the current set, the engine."""

from liuke.store.engine import Engine
from liuke.store.manifest import Manifest, Part
from liuke.store.warehouse import Draft, Warehouse, known_range

__all__ = ["Draft", "Engine", "Manifest", "Part", "Warehouse", "known_range"]
