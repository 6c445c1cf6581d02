"""What was spent to keep, or to win, customers who only changed their number."""

from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from liuke.predict.account_spells import known
from liuke.predict.reentry.settings import ReentrySettings
from liuke.store import Engine


def find_spending(
    tables: Mapping[str, ibis.Table],
    matches: pa.Table,
    engine: Engine,
    *,
    as_of: date,
    settings: ReentrySettings,
) -> tuple[np.ndarray, np.ndarray]:
    """For each match, fen of accepted offers to the old number before leaving, and to the new one since.

    matches: customer_id, former_id, left_at, opened_at. An offer whose cost is not told counts 0.
    """
    held = matches.select(["customer_id", "former_id", "left_at", "opened_at"])
    pairs = ibis.memtable(held.append_column("match", pa.array(np.arange(len(held)))))
    offers = known(tables["offers"], by=as_of).filter(_.outcome == "accepted", _.cost_fen.notnull())
    offers = offers.select("happened_at", "cost_fen", receiver_id=_.customer_id)
    before = pairs.inner_join(offers, pairs.former_id == offers.receiver_id).filter(
        _.happened_at < _.left_at,
        _.happened_at >= _.left_at - ibis.interval(timedelta(days=settings.offer_days)),
    )
    since = pairs.inner_join(offers, pairs.customer_id == offers.receiver_id).filter(
        _.happened_at >= _.opened_at
    )
    return tuple(_sums(rows, len(held), engine) for rows in (before, since))  # type: ignore[return-value]


def _sums(rows: ibis.Table, count: int, engine: Engine) -> np.ndarray:
    summed = engine.to_arrow(rows.group_by("match").agg(fen=_.cost_fen.sum()))
    found = np.zeros(count, np.int64)
    found[summed["match"].to_numpy()] = summed["fen"].to_numpy()
    return found
