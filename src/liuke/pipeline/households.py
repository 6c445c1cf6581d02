"""The households of a company as of a day, from what was known of its customers by then."""

from collections.abc import Mapping
from datetime import date

import ibis.expr.types as ir
import pyarrow as pa

from liuke.pipeline.results import RESULTS
from liuke.store import Engine
from liuke.tier import build_households
from liuke.view.known import known_rows


def find_households(tables: Mapping[str, ir.Table], engine: Engine, *, as_of: date) -> pa.Table:
    """Every customer known by the day and their household, in the shape of the result table."""
    people = known_rows(tables, "customers", as_of=as_of).select("customer_id", "phone", "address")
    relations = known_rows(tables, "relations", as_of=as_of)
    edits = known_rows(tables, "household_edits", as_of=as_of)
    made = build_households(
        engine.to_arrow(people.order_by("customer_id")),
        engine.to_arrow(relations),
        engine.to_arrow(edits),
    )
    schema = RESULTS["households"]
    days = pa.repeat(pa.scalar(as_of, pa.date32()), len(made))
    return made.append_column("as_of", days).select(schema.names).cast(schema)
