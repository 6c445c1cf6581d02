"""Usage events: each month's minutes, texts and MB, split over calls and days."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.kinds import WAVERING
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.population import Population

KINDS = ("语音", "短信", "流量")
NETWORKS = ("本网", "异网", "固话")
CIRCLE = 24  # people whom a customer calls, of each network; the operator keeps them as numbers
VOICE, TEXT, DATA = range(3)
ROOM = 64  # draws set aside for the events of one customer in one month and kind
VERY_LARGE = 200_000  # first customers; from there on events are summed up more, to so much of their number
SUMMED = 0.03
LEAST_WEIGHT = 0.25  # of a call against others of the month, whose weights go up to 1.25
CALLS, TEXTS, DAYS_OF_DATA = 1.5, 0.4, 1.2  # events in a usual month, beside 2 calls, 1 text, 1 of data
ANCHOR_DAYS = 12  # one call falls into the first and one into the last so many days of use


@dataclass(frozen=True)
class Usage:
    """Usage events: rows of the population, instants, kinds, quantities, and the other side:
    network * CIRCLE + who of the circle, or -1 for none.
    """

    rows: Array
    seconds: Array
    kinds: Array
    quantities: Array
    others: Array


def usage_of(here: MonthOfLife, lived: Lived, *, is_summed: bool = False) -> Usage:
    """The events of a month; quantities of a customer and kind sum to the month's use exactly.

    is_summed: hardly more events than are needed to tell who is silent, as a very large operator keeps them.
    """
    pop = here.pop
    lively = np.clip(pop.use, 0.25, 1.0)
    totals = (pop.used_minutes, pop.used_texts, pop.used_mb)
    lively = lively * (SUMMED if is_summed else 1.0)
    means = (CALLS * lively, TEXTS * lively, DAYS_OF_DATA * lively)
    parts = [
        _events(here, lived, kind, total, mean)
        for kind, (total, mean) in enumerate(zip(totals, means, strict=True))
    ]
    rows, seconds, kinds, quantities, others = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((kinds, rows, seconds))
    return Usage(rows[order], seconds[order], kinds[order], quantities[order], others[order])


def _events(here: MonthOfLife, lived: Lived, kind: int, total: Array, mean: Array) -> tuple[Array, ...]:
    pop = here.pop
    name = KINDS[kind]
    least = 2 if kind == VOICE else 1
    counts = np.minimum(here.chance.count(name, pop.identity, mean) + least, total)
    rows = np.repeat(np.arange(len(pop)), counts)
    ordinal = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    draw = pop.identity[rows] * np.uint64(ROOM) + ordinal.astype(np.uint64)
    day = _days(here.chance, name, draw, ordinal if kind == VOICE else ordinal + 2, lived, rows)
    hour = 7.0 + 15.5 * here.chance.uniform(name + " hour", draw) ** 0.8
    second = day * DAY_SECONDS + np.floor(hour * 3600.0).astype(np.int64)
    quantities = _split(here.chance.uniform(name + " size", draw), rows, counts, total)
    others = np.full(len(rows), -1) if kind == DATA else _others(here.chance, name, draw, pop, rows)
    return rows, second, np.full(len(rows), kind), quantities, others


def _days(chance: Chance, name: str, draw: Array, ordinal: Array, lived: Lived, rows: Array) -> Array:
    """Days of use; the first two calls lie near both ends, so that a gap never reaches two months.

    Those who fall silent call on their last day, those who wake on their first.
    """
    opens, ends = lived.use_from[rows], lived.use_to[rows]
    position = chance.uniform(name + " day", draw)
    span = np.minimum(ANCHOR_DAYS, ends - opens)
    early = opens + np.floor(position * span).astype(np.int64)
    late = ends - 1 - np.floor(position * span).astype(np.int64)
    early = np.where(lived.begins_with_use[rows], opens, early)
    late = np.where(lived.ends_in_silence[rows], ends - 1, late)
    anywhere = opens + np.floor(position * (ends - opens)).astype(np.int64)
    return np.select([ordinal == 0, ordinal == 1], [early, late], anywhere)


def _split(weight: Array, rows: Array, counts: Array, total: Array) -> Array:
    """Whole parts of each customer's total, at least 1 each; they sum to it exactly."""
    running = np.concatenate([[0.0], np.cumsum(weight + LEAST_WEIGHT)])
    ends = np.cumsum(counts)
    before, behind = running[ends - counts][rows], running[ends][rows]
    spare = (total - counts)[rows]
    until, since = (
        np.rint((edge - before) / (behind - before) * spare) for edge in (running[1:], running[:-1])
    )
    return (1 + until - since).astype(np.int64)


def _others(chance: Chance, name: str, draw: Array, pop: Population, rows: Array) -> Array:
    """Those who waver talk somewhat more to the competitors' customers: their friends moved first."""
    competitors = np.where(pop.mind[rows] == WAVERING, 0.5, 0.36)
    position = chance.uniform(name + " network", draw)
    network = np.select([position < competitors, position < competitors + 0.08], [1, 2], 0)
    who = np.floor(CIRCLE * chance.uniform(name + " other", draw) ** 2).astype(np.int64)
    return network * CIRCLE + who
