"""Which staged rows might clash: those that share the hash of their key, here or in the warehouse."""

import numpy as np
from ibis.expr.types import Table

from liuke.ingest.canonical import TABLES
from liuke.ingest.hashed import among, hashes_of, joined, once, repeated
from liuke.ingest.parts import Part
from liuke.ingest.stage import Stage


def find_clashes(stage: Stage) -> None:
    """Take the rows that might clash out of the stage's parts and put them among its suspects.

    Rows of different months are different, so that months of a table that has them are looked at one by one.
    """
    for name in stage.tables:
        for partition in stage.partitions(name):
            parts = [part for part in stage.parts(name) if part.partition == partition]
            suspected = _suspected(stage, name, partition, parts)
            for part in parts if len(suspected) else ():
                _take_out(stage, part, suspected)


def stored_of(stage: Stage, table: str) -> Table:
    """The warehouse's rows of a table, of the months that something was staged for."""
    return stage.warehouse.engine.read(
        [
            stage.warehouse.root / part.file
            for partition in stage.partitions(table)
            for part in stage.warehouse.manifest.parts(table, partition)
        ],
        TABLES[table].schema,
    )


def _suspected(stage: Stage, table: str, partition: str, parts: list[Part]) -> np.ndarray:
    """Hashes of keys that stand more than once, sorted."""
    apart = joined(stage.suspect_keys.get((table, partition), []))
    staged = joined(part.beside("keys") for part in parts)
    twice = repeated(staged)
    if not stage.warehouse.manifest.parts(table, partition):
        return once(np.concatenate([apart, twice]))
    stored = hashes_of(stage.warehouse.engine, _stored(stage, table, partition), stage.key(table))
    stands = stored[among(stored, np.sort(np.concatenate([staged, apart])))]
    return once(np.concatenate([apart, twice, stands]))


def _stored(stage: Stage, table: str, partition: str) -> Table:
    """Stored rows with which staged ones of a partition might clash; of other kinds than theirs none do."""
    stored = stage.warehouse.table(table, TABLES[table].schema, partition=partition)
    kinds = stage.kinds.get((table, partition))
    return stored if kinds is None else stored.filter(stored["kind"].isin(sorted(kinds)))


def _take_out(stage: Stage, part: Part, suspected: np.ndarray) -> None:
    mask = among(part.beside("keys"), suspected)
    if mask.any():
        stage.add_suspects(part.table.name, stage.with_place(part.read(mask)))
        part.drop(mask)
