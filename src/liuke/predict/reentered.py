"""Leavers who came back under a new customer number: they left as a number, and stayed as a person."""

import ibis
from ibis import _

from liuke.predict.churn import Returning


def mark_reentered(leavings: ibis.Table, matches: ibis.Table, terms: Returning) -> ibis.Table:
    """The leavings with `reentered_as`, the new customer number; missing where nobody came back in time.

    leavings: as found as of a day. matches: REENTRIES as found as of the same day, so that a return counts
    from the day on which it could be recognised. In time: the new account was opened before
    left_at + within_days, before the leaving too, since many buy the new number first.
    """
    limit = matches.left_at + ibis.interval(days=terms.within_days)
    counted = matches.filter(matches.probability >= terms.minimum_probability, matches.opened_at < limit)
    known = counted.select(leaver_id=_.former_id, gone_at=_.left_at, reentered_as=_.customer_id)
    same = [leavings.customer_id == known.leaver_id, leavings.left_at == known.gone_at]
    return leavings.left_join(known, same).drop("leaver_id", "gone_at")
