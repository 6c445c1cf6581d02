"""Scoring many customers with boosted trees: ours beside LightGBM's own, each in a process of its own.

    python -m bench.speed.scoring [--rows 1_000_000] [--columns 60] [--trees 100] [--runs 3]

The floor reads the same columns into memory and adds them up. Ours and LightGBM's answer the same rows of the
same model on one thread; that they agree to the bit is checked before anything is timed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.speed.bytecode import keep_bytecode
from bench.speed.processes import medians, print_table

WORKERS = ("floor", "ours", "LightGBM")
LEARNED_ROWS = 100_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--columns", type=int, default=60)
    asked.add_argument("--trees", type=int, default=100)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--work", choices=WORKERS, help=argparse.SUPPRESS)
    asked.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work:
        work(given.work, given.data)
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        keep_bytecode(data)
        write_model(data, rows=given.rows, columns=given.columns, trees=given.trees)
        check_equal(data)
        me = [sys.executable, "-m", "bench.speed.scoring", "--data", folder, "--work"]
        rows = {worker: medians([*me, worker], runs=given.runs) for worker in WORKERS}
        print_table(
            f"{given.rows:,} rows x {given.columns} columns, {given.trees} trees of 31 leaves, one thread",
            rows,
            floor="floor",
        )


def write_model(data: Path, *, rows: int, columns: int, trees: int) -> None:
    """Columns of several kinds, some with gaps, and a model of them."""
    import lightgbm as lgb

    random = np.random.default_rng(0)
    table = random.normal(size=(rows, columns))
    table[:, : columns // 6][random.random((rows, columns // 6)) < 0.1] = np.nan
    table[:, columns // 3 : columns // 2] = random.integers(0, 4, (rows, columns // 2 - columns // 3))
    learned = table[:LEARNED_ROWS]
    pull = np.nan_to_num(learned[:, 0]) + learned[:, columns // 3] - learned[:, -1] * learned[:, -2]
    left = pull + random.normal(size=len(learned)) > 0
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1, "num_leaves": 31}
    grown = lgb.train(settings, lgb.Dataset(learned, left.astype(int)), trees)
    grown.save_model(data / "model.txt")
    np.save(data / "table.npy", table)


def check_equal(data: Path) -> None:
    table = np.load(data / "table.npy")[:50_000]
    if not np.array_equal(score("ours", data, table), score("LightGBM", data, table)):
        raise RuntimeError("the two do not say the same; nothing was timed")


def score(worker: str, data: Path, table: np.ndarray) -> np.ndarray:
    import lightgbm as lgb

    booster = lgb.Booster(model_file=data / "model.txt")
    if worker == "LightGBM":
        return np.asarray(booster.predict(table, raw_score=True, num_threads=1))
    from liuke.predict.tree_tables import TreeTables

    return TreeTables.read(booster).raw_scores(table)


def work(worker: str, data: Path) -> None:
    table = np.load(data / "table.npy")
    said = table.sum(axis=1) if worker == "floor" else score(worker, data, table)
    print(f"{worker}: {np.nansum(said):.6f}", file=sys.stderr)


if __name__ == "__main__":
    main()
