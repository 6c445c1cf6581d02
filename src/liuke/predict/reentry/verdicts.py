"""What people said of pairs of a leaver and a newcomer: it decides the pair, whatever the model thinks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow.compute as pc
from ibis import _

from liuke.predict.account_spells import known
from liuke.predict.reentry.comparing import Pairs
from liuke.predict.reentry.parties import Parties
from liuke.store import Engine


@dataclass(frozen=True)
class Verdicts:
    """Pairs that people judged, as codes (see Parties.codes): one person, or two."""

    confirmed: np.ndarray
    refuted: np.ndarray

    def bind(self, parties: Parties, pairs: Pairs, alone: np.ndarray) -> np.ndarray:
        """Chances of pairs taken alone where people said nothing; 0 for the refuted, and for all that
        a confirmed pair excludes, itself included: its 1 is not shared out.
        """
        code = parties.codes(pairs.leaver, pairs.newcomer)
        settled = np.isin(code, self.confirmed)
        taken = np.isin(pairs.leaver, pairs.leaver[settled])
        taken |= np.isin(pairs.newcomer, pairs.newcomer[settled])
        return np.where(taken | np.isin(code, self.refuted), 0.0, alone)

    def settled(self, parties: Parties, pairs: Pairs) -> np.ndarray:
        """Of each pair, whether people confirmed it."""
        return np.isin(parties.codes(pairs.leaver, pairs.newcomer), self.confirmed)


def find_verdicts(
    tables: Mapping[str, ibis.Table], parties: Parties, engine: Engine, *, as_of: date
) -> Verdicts:
    """The last word on each pair known before the day; one that was taken back is none.

    One person has one former self: of confirmed pairs that share somebody the one said last counts, and
    excludes the others.
    """
    said = known(tables["reentry_verdicts"], by=as_of)
    last = said.group_by("customer_id", "former_id").agg(
        verdict=_.verdict.argmax(_.known_at), said_at=_.known_at.max()
    )
    rows = engine.to_arrow(
        last.filter(_.verdict != "open").order_by(_.said_at.desc(), "customer_id", "former_id")
    )
    newcomer = pc.index_in(rows["customer_id"], value_set=parties.newcomers["customer_id"])
    leaver = pc.index_in(rows["former_id"], value_set=parties.leavers["customer_id"])
    present = pc.and_(pc.is_valid(newcomer), pc.is_valid(leaver))
    sides = [np.asarray(pc.filter(each, present).to_numpy(), np.int64) for each in (leaver, newcomer)]
    confirmed = np.asarray(pc.filter(pc.equal(rows["verdict"], "confirmed"), present).to_numpy(False), bool)
    code = parties.codes(*sides)
    kept = _each_once(zip(*(side[confirmed].tolist() for side in sides), strict=True))
    return Verdicts(code[confirmed][kept], code[~confirmed])


def _each_once(pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """Places of the pairs, taken in order, in which nobody stands who stood in one before."""
    leavers: set[int] = set()
    newcomers: set[int] = set()
    kept = []
    for place, (leaver, newcomer) in enumerate(pairs):
        if leaver not in leavers and newcomer not in newcomers:
            leavers.add(leaver)
            newcomers.add(newcomer)
            kept.append(place)
    return np.array(kept, np.int64)
