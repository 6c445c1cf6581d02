"""Scoring many customers with boosted trees: ours beside LightGBM's own and tl2cgen's, a process each.

    python -m bench.speed.scoring [--rows 1_000_000] [--columns 60] [--trees 100] [--runs 3]

The floor reads the same columns into memory and adds them up. Ours and LightGBM's answer the same rows of the
same model on one thread; that they agree to the bit is checked before anything is timed. tl2cgen makes C of
the trees, once for each model and not in these seconds; how long that takes and how far its answers are from
LightGBM's is told. Seconds are of whole processes, and of scoring alone once modules and models are read.
tl2cgen lives in an environment of its own (bench/peers/tl2cgen.txt) and needs gcc: name its Python in
LIUKE_PEER_TL2CGEN, without it that row is left out and says so.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.speed.bytecode import keep_bytecode
from bench.speed.processes import find_peer, medians, print_table, run_once

WORKERS = ("floor", "ours", "LightGBM")
COMPILED = "tl2cgen"
CHECKED_ROWS = 50_000
WARM_ROWS = 1_000
LEARNED_ROWS = 100_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--columns", type=int, default=60)
    asked.add_argument("--trees", type=int, default=100)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--work", choices=[*WORKERS, COMPILED, "compile"], help=argparse.SUPPRESS)
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
        me = ["-m", "bench.speed.scoring", "--data", folder, "--work"]
        rows = {worker: medians([sys.executable, *me, worker], runs=given.runs) for worker in WORKERS}
        if peer := find_peer("tl2cgen"):
            made = run_once([peer, *me, "compile"])
            rows[COMPILED] = medians([peer, *me, COMPILED], runs=given.runs)
            print(f"tl2cgen compiled the model in {made.cpu_s:.1f} CPU s, {made.wall_s:.1f} s of the wall")
        print_table(
            f"{given.rows:,} rows x {given.columns} columns, {given.trees} trees of 31 leaves, one thread",
            rows,
            floor="floor",
        )
        alone = {worker: np.median(np.loadtxt(data / f"{worker}.seconds")) for worker in rows}
        print("scoring alone, cpu s: " + ", ".join(f"{name} {value:.2f}" for name, value in alone.items()))


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
    table = np.load(data / "table.npy")[:CHECKED_ROWS]
    said = scorer("LightGBM", data)(table)
    if not np.array_equal(scorer("ours", data)(table), said):
        raise RuntimeError("the two do not say the same; nothing was timed")
    np.save(data / "said.npy", said)


def scorer(worker: str, data: Path) -> Callable[[np.ndarray], np.ndarray]:
    """What gives raw scores of rows, with its model read."""
    if worker == "floor":
        return lambda table: table.sum(axis=1)
    if worker == COMPILED:
        import tl2cgen

        library = tl2cgen.Predictor(data / "model.so", nthread=1)
        return lambda table: np.asarray(library.predict(tl2cgen.DMatrix(table), pred_margin=True)).ravel()
    import lightgbm as lgb

    booster = lgb.Booster(model_file=data / "model.txt")
    if worker == "LightGBM":
        return lambda table: np.asarray(booster.predict(table, raw_score=True, num_threads=1))
    from liuke.predict.tree_tables import TreeTables

    return TreeTables.read(booster).raw_scores


def compile_model(data: Path) -> None:
    """Make a library of the model by tl2cgen, and tell how far its answers are from LightGBM's."""
    import tl2cgen
    import treelite

    trees = treelite.frontend.load_lightgbm_model(data / "model.txt")
    tl2cgen.export_lib(trees, toolchain="gcc", libpath=data / "model.so", params={"parallel_comp": 8})
    far = scorer(COMPILED, data)(np.load(data / "table.npy")[:CHECKED_ROWS]) - np.load(data / "said.npy")
    print(f"tl2cgen: at most {np.abs(far).max():.1e} from LightGBM's raw scores")


def work(worker: str, data: Path) -> None:
    """Score all rows; the seconds of that alone, when some rows have been scored before, go to a file."""
    if worker == "compile":
        compile_model(data)
        return
    table, answer = np.load(data / "table.npy"), scorer(worker, data)
    answer(table[:WARM_ROWS])
    began = time.process_time()
    said = answer(table)
    with (data / f"{worker}.seconds").open("a") as file:
        print(time.process_time() - began, file=file)
    print(f"{worker}: {np.nansum(said):.6f}", file=sys.stderr)


if __name__ == "__main__":
    main()
