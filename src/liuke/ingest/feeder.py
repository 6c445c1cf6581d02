"""Feeds batches of source rows into a stage, as a mapping says."""

from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.candidates import Terms
from liuke.ingest.columns import Columns
from liuke.ingest.declared import Into
from liuke.ingest.declared import Mapping as SourceMapping
from liuke.ingest.readers import RowBatch
from liuke.ingest.rows import REFUSALS, Feeding
from liuke.ingest.source_rows import told, told_lines
from liuke.ingest.stage import Stage
from liuke.ingest.values.converted import as_array
from liuke.ingest.values.zones import Zones


class Feeder:
    """One mapping at work on one stage."""

    def __init__(self, stage: Stage, mapping: SourceMapping, loaded_at: datetime):
        self._stage, self._mapping = stage, mapping
        zones = Zones(mapping.source.zone, mapping.source.company_zone)
        self._feedings = [Feeding(into, place, loaded_at, zones) for place, into in enumerate(mapping.into)]

    def feed(self, batch: RowBatch) -> pa.Array:
        """Stage rows of the file that is open with all they feed; returns the load's own number of each."""
        own = self._stage.number(len(batch))
        columns = Columns(batch, null_tokens=self._mapping.source.null_tokens)
        fed = [(feeding.into.table, feeding.feed(columns, own)) for feeding in self._feedings]
        refusals = pa.concat_tables([each.refusals for _, each in fed])
        bad = as_array(refusals["_row"])
        if len(bad):  # a source row is taken whole or not at all
            where = pc.is_in(own, value_set=bad)
            self._stage.keep(told(batch.where(where), pc.filter(own, where), self._stage.file))
            self._stage.add_refusals(refusals)
        for table, each in fed:
            rows = each.rows
            self._stage.add(
                table, rows.filter(pc.invert(pc.is_in(rows["_row"], value_set=bad))) if len(bad) else rows
            )
        self._refuse_broken(batch)
        return own

    def _refuse_broken(self, batch: RowBatch) -> None:
        """Stage rows that could not be told apart into fields, refused whole."""
        broken = batch.broken
        if not broken:
            return
        own = self._stage.number(len(broken))
        self._stage.keep(told_lines(broken, own, self._stage.file))
        refusals = {
            "_row": own,
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
