"""The hidden truth of those who joined in a month: who has been here before, and how they were signed up."""

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array
from liuke.world.kinds import SIGNED
from liuke.world.ledger import customer_ids
from liuke.world.lived import MonthOfLife
from liuke.world.registration import address_of
from liuke.world.returning import keeps
from liuke.world.texts import coded

RELATIONS = ("returned", "relative")


def joined_rows(here: MonthOfLife, joined: Array) -> pa.Table:
    """One row for each who joined in the month.

    relation: `returned` is the same person as `former_id`, `relative` one of the family; missing for
    others. keeps_*: what those who returned brought along. signed: `hollow` for the commission alone,
    `loose` leaves easily at any age.
    """
    pop, seed = here.pop, here.seed
    person, kin, place = pop.person[joined], pop.kin[joined], pop.place[joined]
    is_back, is_kin = person != place, kin != place
    former = np.where(is_back, person, kin)
    known = is_back | is_kin
    columns = {
        "customer_id": customer_ids(pop, joined),
        "relation": coded(RELATIONS, np.select([is_back, is_kin], [0, 1], -1)),
        "former_id": pa.compute.if_else(pa.array(known), customer_ids(pop, former), None),
        "signed": coded(SIGNED, np.where(pop.signed[joined] == 0, -1, pop.signed[joined])),
        "keeps_device": pa.array(is_back & (pop.device[joined] == pop.device[former])),
        "keeps_address": pa.array(is_back & (address_of(pop, joined, here.tree, seed=seed) == former)),
    }
    for what in ("identity", "payer"):
        columns[f"keeps_{what}"] = pa.array(keeps(pop, joined, what, seed=seed))
    return pa.table(columns)
