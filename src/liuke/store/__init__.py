"""Where tables live: immutable Parquet snapshots, the pointer that names the current set, the engine."""

from liuke.store.engine import Engine
from liuke.store.manifest import Manifest, Part
from liuke.store.piecemeal import Piecemeal, known_range
from liuke.store.warehouse import Draft, Warehouse

__all__ = ["Draft", "Engine", "Manifest", "Part", "Piecemeal", "Warehouse", "known_range"]
