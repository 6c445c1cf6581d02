"""The hidden truth of a month, written apart: every hazard, cause, and what would have happened otherwise."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from liuke.world.chance import Array
from liuke.world.kinds import (
    CAUSES,
    DIVERTED,
    DORMANT,
    INVOLUNTARY,
    KINDS,
    LEAVINGS,
    STAYED,
    VOLUNTARY,
)
from liuke.world.leaving import CLOSING, OWN, SILENCE
from liuke.world.ledger import customer_ids
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.policies import POLICY_NAMES, factor_of_policy
from liuke.world.population import Population
from liuke.world.returned import joined_rows
from liuke.world.rivals import COMPETITOR_NAMES
from liuke.world.struck import struck
from liuke.world.texts import coded, days

MINDS = ("calm", "wavering", "fading", "silent", "asleep")


def write_truth(folder: Path, here: MonthOfLife, lived: Lived, joined: Array) -> None:
    """leaves-<month>.parquet; joined-<month>.parquet of who joined; troubles-<month>.parquet of places."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"leaves": leaves_of(here, lived), "joined": joined_rows(here, joined), "troubles": struck(here)}
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}-{here.month.label}.parquet", compression="zstd")


def leaves_of(here: MonthOfLife, lived: Lived) -> pa.Table:
    """One row for each customer who could leave in the month or did.

    hazard_*: without any offer's effect; p_untouched and p_<policy>: probability to leave in the month
    with no offer ever, and when reached on its first day by that one offer; outcome_*: the kind of
    leaving that the customer's own luck makes of it, missing where they would have stayed. competitor:
    to whom the number was carried over.
    """
    rows = np.flatnonzero(lived.at_risk | (lived.left_kind != STAYED))
    pop = here.pop.take(rows)
    left = lived.left_kind[rows]
    columns = {
        "customer_id": customer_ids(here.pop, rows),
        "at_risk": pa.array(lived.at_risk[rows]),
        "mind": coded(MINDS, pop.mind),
        "left_kind": coded(KINDS, np.where(left == STAYED, -1, left)),
        "left_on": days(lived.left_on[rows], left == STAYED),
        "cause": coded(CAUSES, np.where(left == STAYED, -1, lived.cause[rows])),
        "competitor": coded(COMPETITOR_NAMES, np.where(left == DIVERTED, pop.competitor, -1)),
    }
    hazard = {kind: _hazard(lived, kind)[rows] for kind in LEAVINGS}
    luck = {name: here.chance.uniform(name, pop.identity) for name in (OWN, CLOSING, SILENCE)}
    columns |= {f"hazard_{KINDS[kind]}": pa.array(hazard[kind]) for kind in LEAVINGS}
    for name in ("untouched", *POLICY_NAMES):
        p = {kind: hazard[kind] * _factor(pop, kind, name, seed=here.seed) for kind in LEAVINGS}
        stays = np.ones(len(rows))
        for chance in (p[DORMANT], p[VOLUNTARY] + p[DIVERTED], p[INVOLUNTARY]):
            stays *= 1.0 - np.minimum(chance, 1.0)
        columns[f"p_{name}"] = pa.array(1.0 - stays)
        columns[f"outcome_{name}"] = coded(KINDS, _outcome(p, luck))
    return pa.table(columns)


def _factor(pop: Population, kind: int, policy: str, *, seed: int) -> Array | float:
    return 1.0 if policy == "untouched" else factor_of_policy(pop, kind, policy, seed=seed)


def _outcome(p: dict[int, Array], luck: dict[str, Array]) -> Array:
    """The kind of leaving, or -1; no customer can leave in more than one of the three ways."""
    own = luck[OWN]
    return np.select(
        [
            luck[CLOSING] < p[INVOLUNTARY],
            own < p[VOLUNTARY],
            own < p[VOLUNTARY] + p[DIVERTED],
            luck[SILENCE] < p[DORMANT],
        ],
        [INVOLUNTARY, VOLUNTARY, DIVERTED, DORMANT],
        -1,
    )


def _hazard(lived: Lived, kind: int) -> Array:
    return {
        VOLUNTARY: lived.hazards.voluntary,
        INVOLUNTARY: lived.hazards.involuntary,
        DORMANT: lived.hazards.dormant,
        DIVERTED: lived.hazards.diverted,
    }[kind]
