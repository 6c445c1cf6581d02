"""Feeds batches of source rows into a stage, as a mapping says."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from liuke.ingest.candidates import Terms
from liuke.ingest.declared import Into
from liuke.ingest.declared import Mapping as SourceMapping
from liuke.ingest.fields import Texts
from liuke.ingest.originals import original_line, originals
from liuke.ingest.readers import BrokenRow
from liuke.ingest.rows import REFUSALS, Feeding
from liuke.ingest.stage import Stage
from liuke.ingest.values.distinct import map_distinct
from liuke.ingest.values.text import clean
from liuke.ingest.values.zones import Zones


class Feeder:
    """One mapping at work on one stage."""

    def __init__(self, stage: Stage, mapping: SourceMapping, loaded_at: datetime):
        self._stage, self._mapping = stage, mapping
        zones = Zones(mapping.source.zone, mapping.source.company_zone)
        self._feedings = [Feeding(into, place, loaded_at, zones) for place, into in enumerate(mapping.into)]

    def feed(self, file: int, numbers: pa.Array, texts: Texts) -> pa.Array:
        """Stage rows of one file with everything they feed; returns the load's own number of each."""
        own = self._stage.add_source_rows(file, numbers, originals(texts, len(numbers)))
        nulls, wanted = self._mapping.source.null_tokens, self._mapping.columns
        cleaned = {
            name: map_distinct(text, lambda values: clean(values, null_tokens=nulls))
            for name, text in texts.items()
            if name in wanted
        }
        for feeding in self._feedings:
            fed = feeding.feed(cleaned, own)
            self._stage.add(feeding.into.table, fed.rows)
            self._stage.add_refusals(fed.refusals)
        return own

    def refuse(self, file: int, broken: Sequence[BrokenRow]) -> None:
        """Stage rows that could not be told apart into fields, refused whole."""
        if not broken:
            return
        numbers = pa.array([row.number for row in broken], pa.int64())
        lines = pa.array([original_line(row.text) for row in broken], pa.string())
        refusals = {
            "_row": self._stage.add_source_rows(file, numbers, lines),
            "table_name": [""] * len(broken),
            "field": [""] * len(broken),
            "column": [""] * len(broken),
            "value": [row.value for row in broken],
            "reason": [row.reason for row in broken],
        }
        self._stage.add_refusals(pa.Table.from_pydict(refusals, schema=REFUSALS))


def terms_of(mapping: SourceMapping) -> Mapping[str, Terms]:
    """How each table is fed, over all the blocks that feed it."""
    return {
        table: Terms(
            known_by_load=any(_is_known_by_load(into) for into in mapping.into if into.table == table),
            once=frozenset(
                place for place, into in enumerate(mapping.into) if into.table == table and into.once
            ),
            columns={
                name: ", ".join(rule.columns)
                for into in mapping.into
                if into.table == table
                for _, name, rule in into.rules()
                if rule.columns
            },
        )
        for table in mapping.tables
    }


def _is_known_by_load(into: Into) -> bool:
    return into.known_at is not None and into.known_at.origin == "load"
