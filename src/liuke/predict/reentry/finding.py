"""Re-entry: customers who left only to come back under a new number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from liuke.kernel.errors import TableMissing
from liuke.predict.churn import ChurnDefinition
from liuke.predict.network_tables import EVIDENCE, REENTRIES
from liuke.predict.reentry.choosing import choose_pairs, share_out
from liuke.predict.reentry.comparing import FIELDS, Pairs, compare
from liuke.predict.reentry.evidence import tell_evidence
from liuke.predict.reentry.held import Everything
from liuke.predict.reentry.linkage import ONE_PERSON, RELATIVES, Linkage, count_patterns, fit_linkage
from liuke.predict.reentry.net_churn import estimate_returns, split_churn
from liuke.predict.reentry.parties import Parties, find_parties
from liuke.predict.reentry.settings import DEFAULTS, ReentrySettings
from liuke.predict.reentry.spending import find_spending
from liuke.predict.reentry.traces import MARKS, Trace, find_traces
from liuke.predict.reentry.verdicts import find_verdicts
from liuke.predict.result_tables import INSTANT, YUAN, yuan_column
from liuke.store import Engine

_SOURCES = {
    "contact": "circles",
    "device": "devices",
    "identity": "customers.id_number",
    "address": "customers.address",
    "payer": "payments.payer_account",
}


@dataclass(frozen=True)
class Reentries:
    """What was found. matches: REENTRIES, the most likely first; churn: NET_CHURN; card: plain values."""

    matches: pa.Table
    churn: pa.Table
    card: dict[str, Any]


def find_reentries(
    tables: Mapping[str, ibis.Table],
    definition: ChurnDefinition,
    engine: Engine,
    *,
    as_of: date,
    settings: ReentrySettings = DEFAULTS,
    seed: int = 1,
    leavings: ibis.Table | None = None,
    everything: Everything | None = None,
) -> Reentries:
    """Newcomers matched to recent leavers, gross churn split, and what was spent on those who came back.

    tables: canonical tables. Needs accounts or customers with opening instants, a way to know who left,
    and at least one kind of trace (call circles, devices, identity numbers, addresses, paying accounts);
    more of them find more. What people said of pairs (`reentry_verdicts`) before the day decides those.
    leavings: found by the day before; everything: read from the tables before, for whatever day; both are
    looked for where not given. Raises TableMissing naming what is missing.
    """
    parties = find_parties(tables, definition, engine, as_of=as_of, settings=settings, leavings=leavings)
    _refuse_empty(parties, as_of, settings.months_back)
    traces = find_traces(tables, parties, engine, as_of=as_of, settings=settings, everything=everything)
    _refuse_untraced(traces)
    verdicts = find_verdicts(tables, parties, engine, as_of=as_of)
    pairs = compare(parties, traces, settings, also=verdicts.confirmed)
    settled = verdicts.settled(parties, pairs)
    patterns = count_patterns(pairs)
    linkage = fit_linkage(pairs, patterns)
    alone = linkage.chances(patterns.levels)[patterns.of_pair, ONE_PERSON]
    chance = np.where(settled, 1.0, share_out(pairs, verdicts.bind(parties, pairs, alone)))
    chosen = choose_pairs(pairs, chance, at_least=settings.at_least)
    chosen = chosen[np.lexsort((pairs.newcomer[chosen], -chance[chosen]))]
    matches = _matches(parties, pairs, chosen, chance, settled, linkage, as_of=as_of)
    before, since = find_spending(tables, matches, engine, as_of=as_of, settings=settings)
    for name, spent in (("spent_before", before), ("spent_since", since)):
        place = REENTRIES.get_field_index(name)
        matches = matches.set_column(place, name, yuan_column(spent.astype(np.float64)))
    returns = estimate_returns(parties, pairs, patterns, linkage, chance, settled, seed=seed)
    churn = split_churn(returns, as_of=as_of, settings=settings)
    card = _card(parties, traces, pairs, linkage, chance, chosen, before, since)
    card |= {"confirmed": int(settled.sum()), "refuted": len(verdicts.refuted)}
    return Reentries(matches.cast(REENTRIES), churn, card)


def _refuse_empty(parties: Parties, as_of: date, months_back: int) -> None:
    if not len(parties.leavers):
        raise TableMissing(
            f"Nobody is known to have left in the {months_back} months before {as_of}, so nobody can have "
            "come back. Load account statuses (table 'statuses') or usage (table 'events'), or choose a "
            "later --as-of.",
            tables=("statuses", "events"),
        )
    if not len(parties.newcomers):
        raise TableMissing(
            f"Nobody is known to have opened an account in the {months_back} months before {as_of}. Re-entry "
            "needs the column 'opened_at' of the table 'accounts' or 'customers'.",
            tables=("accounts.opened_at", "customers.opened_at"),
        )


def _refuse_untraced(traces: Mapping[str, Trace]) -> None:
    if not any(trace.is_known for trace in traces.values()):
        raise TableMissing(
            "Nothing is known by which leavers could be recognised. Load one or more of: the table 'circles' "
            "(call circles), the table 'devices', 'id_number' or 'address' of 'customers', 'payer_account' "
            "of 'payments'.",
            tables=_SOURCES.values(),
        )


def _matches(
    parties: Parties,
    pairs: Pairs,
    chosen: np.ndarray,
    chance: np.ndarray,
    settled: np.ndarray,
    linkage: Linkage,
    *,
    as_of: date,
) -> pa.Table:
    leavers = parties.leavers.take(pairs.leaver[chosen])
    newcomers = parties.newcomers.take(pairs.newcomer[chosen])
    told = [tell_evidence(pairs, at, linkage, confirmed=bool(settled[at])) for at in chosen.tolist()]
    nothing = pa.nulls(len(chosen), YUAN)
    columns: dict[str, Any] = {
        "customer_id": newcomers["customer_id"],
        "as_of": pa.array([as_of] * len(chosen), pa.date32()),
        "former_id": leavers["customer_id"],
        "probability": pa.array(chance[chosen]),
        "weight": pa.array([sum(float(str(each["bits"])) for each in one) for one in told], pa.float64()),
        "kind": leavers["kind"],
        "left_at": leavers["left_at"].cast(INSTANT),
        "opened_at": newcomers["opened_at"].cast(INSTANT),
        "gap_days": pa.array(pairs.gap_days[chosen], pa.int32()),
        "spent_before": nothing,
        "spent_since": nothing,
        "evidence": pa.array(told, pa.list_(EVIDENCE)),
    }
    return pa.table(columns, schema=REENTRIES)


def _card(
    parties: Parties,
    traces: Mapping[str, Trace],
    pairs: Pairs,
    linkage: Linkage,
    chance: np.ndarray,
    chosen: np.ndarray,
    before: np.ndarray,
    since: np.ndarray,
) -> dict[str, Any]:
    """How it came about: counts, what was not known, and the fitted probabilities."""
    return {
        "leavers": len(parties.leavers),
        "newcomers": len(parties.newcomers),
        "pairs_in_time": pairs.in_window,
        "pairs_compared": len(pairs),
        "matches": len(chosen),
        "expected_matches": round(float(chance.sum()), 1),
        "spent_before_fen": int(before.sum()),
        "spent_since_fen": int(since.sum()),
        "not_known": [_SOURCES[kind] for kind in ("contact", *MARKS) if not traces[kind].is_known],
        "levels": {
            field: {
                name: [round(float(value), 6) for value in table[row]]
                for name, row in (("one_person", ONE_PERSON), ("relatives", RELATIVES), ("strangers", 0))
            }
            for field, table in zip(FIELDS, linkage.levels, strict=True)
        },
    }
