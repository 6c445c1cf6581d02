"""Mapping files: read whole and checked whole, before a row of their sources is read."""

from pathlib import Path

from liuke.ingest.check import read_mapping
from liuke.ingest.declared import Mapping
from liuke.ingest.sources import check_mappings, load_mappings
from liuke.kernel.toml import TomlFile

__all__ = ["Mapping", "check_mappings", "load_mapping", "load_mappings"]


def load_mapping(path: Path) -> Mapping:
    """Read one mapping file; every mistake in it is told at once.

    Raises ConfigRefused naming file, line, field and the nearest valid name.
    """
    return read_mapping(TomlFile(path))
