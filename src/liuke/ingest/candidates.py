"""The rows that a load brings to one table, each found new, standing already, or in conflict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

import ibis
from ibis.expr.types import Table

from liuke.ingest.canonical import CanonicalTable
from liuke.ingest.content import content_of

PLACES_PER_BLOCK = 1000  # `_place` counts unpivoted columns within [[into]] blocks
NEW, STANDS, CONFLICT = "new", "stands", "conflict"


@dataclass(frozen=True)
class Terms:
    """How a table is fed in one load.

    known_by_load: known_at is the load's own time, so it says nothing about whether rows agree.
    once: blocks of the mapping that feed only the first row of each key.
    columns: what the source calls a canonical column, for messages.
    """

    known_by_load: bool = False
    once: frozenset[int] = frozenset()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidates:
    """Rows of one table that no contract refuses, and what stands in the warehouse.

    good: staged rows. stored: the table's rows among which equal ones may be.
    """

    table: CanonicalTable
    terms: Terms
    good: Table
    stored: Table

    def judged(self) -> Table:
        """The rows with `_state` (new, stands, conflict) and `_key`, the key of a conflict as text."""
        if "row_key" in self.table.key:
            return self._judged_by_content()
        return self._judged_by_key()

    @property
    def _key(self) -> list[str]:
        """What two rows share that speak of the same thing at the same time."""
        return [name for name in self.table.key if not (name == "known_at" and self.terms.known_by_load)]

    @property
    def _thing(self) -> list[str]:
        return [name for name in self.table.key if name != "known_at"]

    @property
    def _keeps_versions(self) -> bool:
        """Whether another content under the same key is a new version, known from this load on."""
        return self.terms.known_by_load and "known_at" in self.table.key

    def _content(self, rows: Table) -> ibis.Value:
        """What a row says, without the key made of it and without the time of a load."""
        left_out = {"row_key", "known_at"} if self.terms.known_by_load else {"row_key"}
        return content_of(rows[name] for name in self.table.schema.names if name not in left_out)

    def _judged_by_key(self) -> Table:
        rows = self._only_once(self.good.mutate(_content=self._content(self.good)))
        in_order = ibis.window(group_by=self._key, order_by=["_row", "_place"])
        rows = rows.mutate(
            _nth=ibis.row_number().over(in_order), _first=rows["_content"].first().over(in_order)
        )
        rows = rows.left_join(self._held(), [(name, f"_held_{name}") for name in self._key])
        differs = rows["_stored"].notnull() & (rows["_stored"] != rows["_content"])
        contradicts = differs
        if self._keeps_versions:
            contradicts = differs & (rows["_stored_known_at"] >= rows["known_at"])
        contradicts |= (rows["_nth"] > 0) & (rows["_first"] != rows["_content"])
        is_new = (rows["_nth"] == 0) & (rows["_stored"].isnull() | differs)
        state = ibis.cases((contradicts, CONFLICT), (is_new, NEW), else_=STANDS)
        return self._told(rows, state)

    def _held(self) -> Table:
        """The content that stands under each key; of several versions the latest."""
        stored = self.stored.semi_join(self.good, self._key)
        known_at = stored["known_at"] if "known_at" in self.table.schema.names else ibis.null("timestamp")
        held = stored.select(
            _stored=self._content(stored),
            _stored_known_at=known_at,
            **{f"_held_{name}": stored[name] for name in self._key},
        )
        if not self._keeps_versions:
            return held
        latest = ibis.window(
            group_by=[f"_held_{name}" for name in self._key], order_by=ibis.desc("_stored_known_at")
        )
        held = held.mutate(_age=ibis.row_number().over(latest))
        return held.filter(held["_age"] == 0)

    def _only_once(self, rows: Table) -> Table:
        """Without the later rows of each thing, where the mapping asks for the first alone."""
        if not self.terms.once:
            return rows
        stored = self.stored.select(*self._thing).distinct()
        in_order = ibis.window(group_by=self._thing, order_by=["_row", "_place"])
        rows = rows.mutate(_nth_of_thing=ibis.row_number().over(in_order))
        asked = (rows["_place"] // PLACES_PER_BLOCK).cast("int64").isin(sorted(self.terms.once))
        firsts = rows.filter(asked & (rows["_nth_of_thing"] == 0)).anti_join(stored, self._thing)
        return ibis.union(rows.filter(~asked), firsts).drop("_nth_of_thing")

    def _judged_by_content(self) -> Table:
        """The n-th of several equal rows of a file is the n-th of them in any file, and in the table."""
        rows = self.good.mutate(_content=self._content(self.good))
        equal = ibis.window(group_by=["_file", "_content"], order_by=["_row", "_place"])
        rows = rows.mutate(_ordinal=ibis.row_number().over(equal))
        same = ibis.window(group_by=["_content", "_ordinal"], order_by=["_row", "_place"])
        rows = rows.mutate(_nth=ibis.row_number().over(same))
        likely = [name for name in ("customer_id", "happened_at") if name in self.table.schema.names]
        held = self.stored.semi_join(self.good, likely)
        held = held.select("row_key", _stored=self._content(held))
        in_order = ibis.window(group_by="_stored", order_by="row_key")
        held = held.select("_stored", _held_ordinal=ibis.row_number().over(in_order))
        rows = rows.left_join(held, [("_content", "_stored"), ("_ordinal", "_held_ordinal")])
        is_new = (rows["_nth"] == 0) & rows["_stored"].isnull()
        return self._told(rows, ibis.ifelse(is_new, NEW, STANDS))

    def _told(self, rows: Table, state: ibis.Value) -> Table:
        pieces = [rows[name].cast("string") for name in self.table.key]
        told = reduce(lambda left, right: left + " / " + right, pieces)
        key = ibis.ifelse(state == CONFLICT, told, ibis.null("string"))
        return rows.select("_row", *self.table.schema.names, _state=state, _key=key)
