"""Re-entry on simulated companies whose truth is known, beside matching by device alone; and at scale.

    python -m bench.quality.reentry [--seeds 1 2 3] [--customers 6000] [--scale 0]

Two worlds: as the simulated company is, and a hard one in which people who come back keep a tenth to
four tenths of their circle, a quarter their device, four in ten their identity number. `--scale N`
also times N leavers against N newcomers, made as arrays. Reported with turnover and pool sizes.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import liuke
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import load_mapping
from liuke.ingest.tables import canonical_tables
from liuke.kernel.days import midnight
from liuke.predict.calibrate import expected_calibration_error
from liuke.predict.churn import load_churn
from liuke.predict.reentry import find_reentries
from liuke.predict.reentry.choosing import choose_pairs, share_out
from liuke.predict.reentry.comparing import FIELDS, Pairs, compare
from liuke.predict.reentry.linkage import ONE_PERSON, count_patterns, fit_linkage
from liuke.predict.reentry.parties import Parties, find_parties
from liuke.predict.reentry.settings import DEFAULTS
from liuke.predict.reentry.traces import MARKS, Side, Trace, find_traces
from liuke.store import Engine, Warehouse
from liuke.world import returning
from liuke.world.company import new_company

PACK = Path(liuke.__file__).parent / "packs" / "telecom"
TODAY = date(2026, 11, 1)
MONTHS = 12
HARD_KEEPS = MappingProxyType({"device": 0.25, "identity": 0.40, "address": 0.45, "payer": 0.35})


@contextmanager
def hard_world() -> Iterator[None]:
    """People who come back bring little along."""
    kept = returning.KEEPS, returning.CONTACTS_KEPT_LEAST, returning.CONTACTS_KEPT_MOST
    returning.KEEPS, returning.CONTACTS_KEPT_LEAST, returning.CONTACTS_KEPT_MOST = HARD_KEEPS, 0.1, 0.4
    try:
        yield
    finally:
        returning.KEEPS, returning.CONTACTS_KEPT_LEAST, returning.CONTACTS_KEPT_MOST = kept


def judge_company(name: str, *, customers: int, seed: int) -> None:
    definition = load_churn(PACK / "churn.toml")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        new_company(root / "world", customers=customers, months=MONTHS, seed=seed, today=TODAY)
        warehouse = Warehouse(root / "warehouse", Engine())
        for path in sorted((PACK / "samples" / "world" / "mappings").glob("*.toml")):
            ingest_source(warehouse, load_mapping(path), root=root, loaded_at=midnight(TODAY))
        tables = canonical_tables(warehouse)
        parties = find_parties(tables, definition, warehouse.engine, as_of=TODAY, settings=DEFAULTS)
        traces = find_traces(tables, parties, warehouse.engine, as_of=TODAY, settings=DEFAULTS)
        pairs = compare(parties, traces, DEFAULTS)
        truth = true_pairs(root / "world", parties)
        begun = time.process_time()
        found = find_reentries(tables, definition, warehouse.engine, as_of=TODAY)
        spent = time.process_time() - begun
    print(
        f"\n{name}, seed {seed}: {customers:,} customers at first, {MONTHS} months; {len(parties.leavers):,} "
        f"leavers, {len(parties.newcomers):,} newcomers, {pairs.in_window:,} pairs in time, "
        f"{len(truth)} came back; {spent:.1f} CPU s"
    )
    told = set(zip(*found.matches.select(["customer_id", "former_id"]).to_pydict().values(), strict=True))
    print(f"  {'liuke':12} {_rates(told, truth)}")
    print(f"  {'device only':12} {_rates(match_by_device(pairs, parties), truth)}")
    chance, right = probabilities(pairs, parties, truth)
    open_ = chance > 0.05
    together = found.churn.to_pylist()[-1]
    print(
        f"  calibration: ECE {expected_calibration_error(right, chance):.4f} over {len(right):,} pairs, "
        f"{expected_calibration_error(right[open_], chance[open_]):.4f} over the {open_.sum()} above 0.05; "
        f"Brier {np.mean((chance - right) ** 2):.4f}; re-entries {together['reentry']:.0f} "
        f"[{together['reentry_low']:.0f}, {together['reentry_high']:.0f}], truly {len(truth)}, "
        f"of whom {count_in_time(parties, truth)} in time"
    )


def true_pairs(world: Path, parties: Parties) -> set[tuple[str, str]]:
    """(new, former) of those who came back and whose leaving is known, in time or not."""
    paths = sorted((world / "truth").glob("joined-*.parquet"))
    left = set(parties.leavers["customer_id"].to_pylist())
    rows = pa.concat_tables(pq.read_table(path) for path in paths).to_pylist()
    returned = [row for row in rows if row["relation"] == "returned"]
    return {(row["customer_id"], row["former_id"]) for row in returned if row["former_id"] in left}


def count_in_time(parties: Parties, truth: set[tuple[str, str]]) -> int:
    new = dict(zip(parties.newcomers["customer_id"].to_pylist(), parties.opened_day.tolist(), strict=True))
    old = dict(zip(parties.leavers["customer_id"].to_pylist(), parties.gone_day.tolist(), strict=True))
    gaps = [new[one] - old[other] for one, other in truth if one in new]
    return sum(-DEFAULTS.before_days <= gap < DEFAULTS.after_days for gap in gaps)


def named(pairs: Pairs, parties: Parties, rows: np.ndarray) -> list[tuple[str, str]]:
    new = parties.newcomers["customer_id"].take(pairs.newcomer[rows]).to_pylist()
    old = parties.leavers["customer_id"].take(pairs.leaver[rows]).to_pylist()
    return list(zip(new, old, strict=True))


def match_by_device(pairs: Pairs, parties: Parties) -> set[tuple[str, str]]:
    """The baseline: who uses a leaver's device is that leaver; of several the nearest in time."""
    same = pairs.levels[:, FIELDS.index("device")] == 1
    nearest = np.where(same, 0.9 - 0.001 * np.abs(pairs.gap_days), 0.0)
    return set(named(pairs, parties, choose_pairs(pairs, nearest, at_least=0.5)))


def probabilities(
    pairs: Pairs, parties: Parties, truth: set[tuple[str, str]]
) -> tuple[np.ndarray, np.ndarray]:
    patterns = count_patterns(pairs)
    alone = fit_linkage(pairs, patterns).chances(patterns.levels)[patterns.of_pair, ONE_PERSON]
    right = [pair in truth for pair in named(pairs, parties, np.arange(len(pairs)))]
    return share_out(pairs, alone), np.array(right, float)


def _rates(told: set[tuple[str, str]], truth: set[tuple[str, str]]) -> str:
    right = len(told & truth)
    return (
        f"precision {right / max(len(told), 1):.3f}  recall {right / max(len(truth), 1):.3f}"
        f"  ({len(told)} matched)"
    )


def time_scale(count: int) -> None:
    """So many leavers and newcomers, twelve numbers each; a quarter came back with half of them."""
    draw = np.random.default_rng(1)
    gone, opened = draw.integers(20_000, 20_365, count), draw.integers(20_000, 20_365, count)
    back = np.arange(count) < count // 4
    opened[back] = gone[back] + draw.integers(1, 60, back.sum())
    numbers = draw.integers(0, count * 6, (2, count, 12))  # each number known to four on average
    keeps = back[:, None] & (draw.random((count, 12)) < 0.5)
    numbers[1] = np.where(keeps, numbers[0], numbers[1])
    traces = {"contact": _trace(numbers, count)}
    for kind in MARKS:
        marks = np.stack([np.arange(count), np.arange(count) + count])[:, :, None]
        marks[1, :, 0] = np.where(back & (draw.random(count) < 0.5), marks[0, :, 0], marks[1, :, 0])
        traces[kind] = _trace(marks, count)
    ids = [pa.array(np.arange(count) + side * count).cast(pa.string()) for side in (0, 1)]
    parties = Parties(pa.table({"customer_id": ids[0]}), pa.table({"customer_id": ids[1]}), gone, opened)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    pairs = compare(parties, traces, DEFAULTS)
    patterns = count_patterns(pairs)
    alone = fit_linkage(pairs, patterns).chances(patterns.levels)[patterns.of_pair, ONE_PERSON]
    chosen = choose_pairs(pairs, share_out(pairs, alone), at_least=DEFAULTS.at_least)
    spent = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    right = (pairs.leaver[chosen] == pairs.newcomer[chosen]).mean()
    print(
        f"\n{count:,} leavers x {count:,} newcomers: {len(pairs):,} pairs made of {pairs.in_window:,} "
        f"in time, {len(chosen):,} matched ({right:.1%} rightly of {count // 4:,}); {spent:.0f} s, "
        f"peak {peak / 2**20:.1f} GiB (inputs alone {before / 2**20:.1f})"
    )


def _trace(values: np.ndarray, count: int) -> Trace:
    """values: (sides, people, values each)."""
    each = values.shape[2]
    _, inverse, held = np.unique(values.reshape(-1), return_inverse=True, return_counts=True)
    holders = held[inverse].reshape(values.shape)
    rows = np.repeat(np.arange(count), each)
    sides = []
    for place in (0, 1):
        value, known = values[place].reshape(-1), holders[place].reshape(-1)
        useful = (known >= 2) & (known <= DEFAULTS.common_above)
        sides.append(Side(rows[useful], value[useful], known[useful], np.ones(count, bool)))
    return Trace(sides[0], sides[1], customers=2 * count)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--customers", type=int, default=6000)
    parser.add_argument("--scale", type=int, default=0)
    asked = parser.parse_args()
    for seed in asked.seeds:
        judge_company("as simulated", customers=asked.customers, seed=seed)
    for seed in asked.seeds:
        with hard_world():
            judge_company("hard", customers=asked.customers, seed=seed)
    if asked.scale:
        time_scale(asked.scale)


if __name__ == "__main__":
    main()
