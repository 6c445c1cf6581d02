"""What a pair of a leaver and a newcomer has in common, field by field, in a few levels each.

contact   0 nothing · 1 to 5 more and rarer numbers shared
device    0 another · 1 the same
identity  0 another · 1 the same
home      0 neither · 1 address · 2 purse · 3 both (one field: families share both)
gap       0 within five weeks of the last use · 1 within nine · 2 later · 3 before it
UNKNOWN where one of the two sides tells nothing.
"""

from dataclasses import dataclass

import numpy as np

from liuke.predict.reentry.blocking import Index, Shared, blocks_of, pairs_sharing
from liuke.predict.reentry.parties import Parties
from liuke.predict.reentry.settings import ReentrySettings
from liuke.predict.reentry.traces import Trace

FIELDS = ("contact", "device", "identity", "home", "gap")
LEVELS = (6, 2, 2, 4, 4)
UNKNOWN = -1
CONTACT_EDGES = np.array([1e-9, 0.75, 1.5, 2.5, 3.75])  # rarity shared at which levels 1 to 5 begin
GAP_EDGES = np.array([36, 64])
NOBODY = np.zeros(0, np.int64)
LEAST_ALONE = 0.75  # rarity of shared numbers below which a pair with nothing else is not looked at


@dataclass(frozen=True)
class Pairs:
    """Pairs that may be one person, ascending by newcomer and leaver, rows of the parties.

    levels: (pairs, fields). in_window: how many pairs there are in time, those without anything in common
    included. numbers, rarest: how many numbers are shared, and how many customers know the rarest.
    """

    leaver: np.ndarray
    newcomer: np.ndarray
    levels: np.ndarray
    numbers: np.ndarray
    rarest: np.ndarray
    gap_days: np.ndarray
    in_window: int

    def __len__(self) -> int:
        return len(self.leaver)


def compare(
    parties: Parties,
    traces: dict[str, Trace],
    settings: ReentrySettings,
    *,
    also: np.ndarray = NOBODY,
) -> Pairs:
    """Every pair in time that shares a mark or numbers rare enough.

    also: codes of pairs to be compared whatever they share and whenever they came.
    """
    indexes = {kind: Index.of(trace.leavers) for kind, trace in traces.items()}
    found = []
    blocks = blocks_of(traces, len(parties.newcomers), pairs_at_once=settings.pairs_at_once)
    for start, end in blocks:
        shared = {kind: pairs_sharing(trace, indexes[kind], start, end) for kind, trace in traces.items()}
        leavers = len(parties.leavers)
        asked = also[(also >= start * leavers) & (also < end * leavers)]
        found.append(_compare_block(parties, traces, shared, settings, asked))
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)] if found else _nothing()
    leaver, newcomer, levels, numbers, rarest, gap = columns
    return Pairs(leaver, newcomer, levels, numbers, rarest, gap, count_in_window(parties, settings))


def count_in_window(parties: Parties, settings: ReentrySettings) -> int:
    """How many pairs of a leaver and a newcomer are in time, counted without making them."""
    gone = np.sort(parties.gone_day)
    latest = np.searchsorted(gone, parties.opened_day + settings.before_days, side="right")
    earliest = np.searchsorted(gone, parties.opened_day - settings.after_days, side="right")
    return int((latest - earliest).sum())


def _compare_block(
    parties: Parties,
    traces: dict[str, Trace],
    shared: dict[str, Shared],
    settings: ReentrySettings,
    also: np.ndarray,
) -> list[np.ndarray]:
    leavers = len(parties.leavers)
    codes = {kind: parties.codes(each.leaver, each.newcomer) for kind, each in shared.items()}
    strong = shared["contact"].weight >= LEAST_ALONE
    wanted = [code[strong] if kind == "contact" else code for kind, code in codes.items()]
    pair = np.sort(np.concatenate([*wanted, also]), kind="stable")  # which merges what is in order already
    pair = pair[np.append(True, np.diff(pair) != 0)[: len(pair)]]
    newcomer, leaver = pair // max(leavers, 1), pair % max(leavers, 1)
    gap = parties.opened_day[newcomer] - parties.gone_day[leaver]
    in_time = (gap >= -settings.before_days) & (gap < settings.after_days)
    in_time |= np.isin(pair, also)
    in_time &= leaver != parties.own_leaving[newcomer]
    pair, newcomer, leaver, gap = pair[in_time], newcomer[in_time], leaver[in_time], gap[in_time]
    place, has = _find(codes["contact"], pair)
    numbers = np.where(has, _at(shared["contact"].count, place), 0)
    weight = np.where(has, _at(shared["contact"].weight, place), 0.0)
    rarest = np.where(has, _at(shared["contact"].holders, place), 0)
    same = {kind: _find(codes[kind], pair)[1] for kind in codes if kind != "contact"}
    levels = _levels(traces, leaver, newcomer, weight, same, gap)
    return [leaver, newcomer, levels, numbers, rarest, gap]


def _levels(
    traces: dict[str, Trace],
    leaver: np.ndarray,
    newcomer: np.ndarray,
    weight: np.ndarray,
    same: dict[str, np.ndarray],
    gap: np.ndarray,
) -> np.ndarray:
    told = {
        kind: trace.leavers.has_any[leaver] & trace.newcomers.has_any[newcomer]
        for kind, trace in traces.items()
    }
    home = same["address"] + 2 * same["payer"]
    columns = [
        np.where(told["contact"], np.searchsorted(CONTACT_EDGES, weight, side="right"), UNKNOWN),
        np.where(told["device"], same["device"], UNKNOWN),
        np.where(told["identity"], same["identity"], UNKNOWN),
        np.where(told["address"] | told["payer"], home, UNKNOWN),
        np.where(gap < 0, 3, np.searchsorted(GAP_EDGES, gap, side="right")),
    ]
    return np.column_stack(columns).astype(np.int8)


def _find(codes: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each wanted code stands in the ascending codes, and whether it does."""
    if not len(codes):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return place, codes[place] == wanted


def _at(values: np.ndarray, place: np.ndarray) -> np.ndarray:
    return values[place] if len(values) else np.zeros(len(place), values.dtype)


def _nothing() -> list[np.ndarray]:
    none = np.zeros(0, np.int64)
    return [none, none, np.zeros((0, len(FIELDS)), np.int8), none, none, none]
