"""The tables that tell who is at risk, of drawn customers: read once for all days to learn from."""

from collections.abc import Mapping

import ibis
import pyarrow as pa

from liuke.predict.heard import HEARD
from liuke.store import Engine

_BY_CUSTOMER, _BY_ACCOUNT = ("customers", HEARD), ("accounts", "statuses")


def read_drawn(tables: Mapping[str, ibis.Table], engine: Engine, drawn: pa.Array) -> dict[str, ibis.Table]:
    """Tables that say of the drawn customers all that `tables` say; of others they may say less.

    drawn: customer_id of each. An account that anybody drawn ever had is kept with all its rows, whoever else
    had it. Tables that are seldom looked at stay as they are.
    """
    who = ibis.memtable(pa.table({"customer_id": drawn.cast(pa.string())}))
    held = {name: _keep(tables[name], who) for name in _BY_CUSTOMER if name in tables}
    had = [_keep(tables[name], who).select("account_id") for name in _BY_ACCOUNT]
    which = ibis.memtable(engine.to_arrow(ibis.union(*had, distinct=True)))
    for name in _BY_ACCOUNT:
        held[name] = tables[name].semi_join(which, "account_id")
    return dict(tables) | {name: ibis.memtable(engine.to_arrow(rows)) for name, rows in held.items()}


def _keep(table: ibis.Table, who: ibis.Table) -> ibis.Table:
    return table.semi_join(who, "customer_id")
