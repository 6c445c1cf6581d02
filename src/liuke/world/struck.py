"""The hidden truth of what struck places and plans in a month: faults, competitors' offers, price steps."""

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array
from liuke.world.lived import MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.plans import PLANS, PRICE_FEN
from liuke.world.rivals import COMPETITOR_NAMES
from liuke.world.tariffs import steps_told
from liuke.world.texts import coded, days


def struck(here: MonthOfLife) -> pa.Table:
    """One row for each fault and competitor's offer that runs in the month, and each price step told in it.

    unit_id: branch of a fault, county of an offer; missing for a price step, which holds everywhere. name:
    of the competitor or of the plan. strength: 0 to 1; of a price step, the rise as a share of the price.
    begins_on, ends_on: [first day, day after the last); a price step does not end.
    """
    return pa.concat_tables([_faults(here), _offers(here), _steps(here)])


def _faults(here: MonthOfLife) -> pa.Table:
    faults = here.troubles.faults
    return _rows(
        "network_fault",
        coded(here.tree.branch_ids(), faults.branches),
        pa.nulls(len(faults.branches), pa.string()),
        faults.strength,
        days(faults.begins // DAY_SECONDS),
        days(-(-faults.ends // DAY_SECONDS)),
    )


def _offers(here: MonthOfLife) -> pa.Table:
    offers, tree = here.troubles.offers, here.tree
    counties = pa.array([tree.county_id(county) for county in range(tree.counties)])
    return _rows(
        "competitor_offer",
        coded(counties, offers.counties),
        coded(COMPETITOR_NAMES, offers.competitors),
        offers.strength,
        _first_days(offers.begins),
        _first_days(offers.ends),
    )


def _steps(here: MonthOfLife) -> pa.Table:
    rises = steps_told(here.month, seed=here.seed)
    plans = np.flatnonzero(rises)
    return _rows(
        "price_step",
        pa.nulls(len(plans), pa.string()),
        coded([plan.name for plan in PLANS], plans),
        rises[plans] / PRICE_FEN[plans],
        days(np.full(len(plans), here.month.next.first)),
        pa.nulls(len(plans), pa.date32()),
    )


def _first_days(months: Array) -> pa.Array:
    return days(months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def _rows(
    trouble: str, units: pa.Array, names: pa.Array, strength: Array, begins: pa.Array, ends: pa.Array
) -> pa.Table:
    return pa.table(
        {
            "trouble": pa.repeat(pa.scalar(trouble), len(strength)),
            "unit_id": units,
            "name": names,
            "strength": pa.array(strength),
            "begins_on": begins,
            "ends_on": ends,
        }
    )
