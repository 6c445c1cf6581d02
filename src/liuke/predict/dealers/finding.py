"""Dealers whose customers go right after the commission is assessed; a case file for each one judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from liuke.kernel.errors import TableMissing
from liuke.predict.churn import ChurnDefinition
from liuke.predict.dealers.cases import write_case
from liuke.predict.dealers.customers import Signed, find_signed
from liuke.predict.dealers.judging import control_false_discoveries, judge_dealers
from liuke.predict.dealers.settings import DEFAULTS, DealerSettings
from liuke.predict.network_tables import DEALER_CASES
from liuke.store import Engine


@dataclass(frozen=True)
class DealerAudit:
    """cases: DEALER_CASES, the most suspect first; card: counts and what was not known, plain values."""

    cases: pa.Table
    card: dict[str, Any]


def audit_dealers(
    tables: Mapping[str, ibis.Table],
    definition: ChurnDefinition,
    engine: Engine,
    *,
    as_of: date,
    settings: DealerSettings = DEFAULTS,
    leavings: ibis.Table | None = None,
) -> DealerAudit:
    """Judge every dealer with commission and enough customers, all at one rate of false discoveries.

    tables: canonical tables. Needs dealers with assessment days, accounts with dealer and opening, and a
    way to know who left. leavings: found by the day before; looked for where not given. Raises TableMissing
    naming what is missing.
    """
    signed = find_signed(tables, definition, engine, as_of=as_of, settings=settings, leavings=leavings)
    judged = judge_dealers(signed.lives, settings)
    if not judged:
        raise TableMissing(
            f"No dealer can be judged as of {as_of}: none has {settings.least_reached} customers who reached "
            f"their assessment day by {definition.silent_days} days before. Wait, or load older accounts.",
            tables=("accounts",),
        )
    q = control_false_discoveries(np.array([each.p for each in judged]), dependence=settings.dependence)
    order = np.lexsort((np.array([-each.gone for each in judged]), np.array([each.p for each in judged]), q))
    cases = [
        write_case(signed, judged[place], float(q[place]), as_of=as_of, settings=settings)
        for place in order.tolist()
    ]
    table = pa.Table.from_pylist(cases, schema=DEALER_CASES)
    return DealerAudit(table, _card(signed, cases, settings))


def _card(signed: Signed, cases: list[dict[str, Any]], settings: DealerSettings) -> dict[str, Any]:
    flagged = [case for case in cases if case["flagged"]]
    not_known = [] if signed.has_commissions else ["commissions"]
    stake = sum(case["at_stake"] for case in flagged) if signed.has_commissions else None
    return {
        "customers": len(signed.lives),
        "dealers_judged": len(cases),
        "dealers_too_small": int(_with_terms(signed) - len(cases)),
        "flagged": len(flagged),
        "false_discovery": settings.false_discovery,
        "at_stake": stake,
        "not_known": not_known,
    }


def _with_terms(signed: Signed) -> int:
    return int((signed.dealers["assessment_days"].to_numpy() > 0).sum())
