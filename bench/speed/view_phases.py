"""Where the seconds of the sixty window features go: the process's start and each phase of the evaluator.

    python -m bench.speed.view_phases --folder DIR [--large] [--days twelve]

The company of bench.speed.view, kept by it in the same folder. One process, once; seconds of its processor.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGAN = time.process_time()
PHASES = {
    ("liuke.view.fast.evaluate", "read_index"): "who has which number",
    ("liuke.view.fast.evaluate", "read_customers"): "customers",
    ("pyarrow.parquet", "ParquetFile.read_row_group"): "columns decoded",
    ("liuke.view.fast.machine_code", "_loaded"): "compiled loops loaded",
    ("liuke.view.fast.rings", "Rings.scatter"): "rows placed, counted and summed",
    ("liuke.view.fast.rings", "Rings.close"): "sums run on",
    ("liuke.view.fast.rings", "Rings.at"): "windows read off, late rows added",
    ("liuke.view.fast.measuring", "finish"): "columns made",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--large", action="store_true")
    asked.add_argument("--days", choices=("one", "twelve"), default="one")
    given = asked.parse_args()
    spent = {"Python": BEGAN} | _imports()
    from bench.speed.view import DAYS, declared
    from bench.speed.window_company import open_company
    from liuke.view.fast import compute_views, evaluate

    evaluate.AT_ONCE = 1  # beside another run, phases would count the seconds of both
    for (module, name), phase in PHASES.items():
        _time(module, name, phase, spent)
    warehouse, features = open_company(given.folder / ("large" if given.large else "small")), declared()
    began, before = time.process_time(), sum(spent.values())
    compute_views(warehouse, features, as_of_days=DAYS[given.days], memory_gib=4.0)
    whole = time.process_time() - began
    rows = spent["rows placed, counted and summed"] - spent["compiled loops loaded"]
    spent["rows placed, counted and summed"] = rows  # the first row placed loads them
    spent["the rest"] = whole - (sum(spent.values()) - before)
    for phase, seconds in (spent | {"all": before + whole}).items():
        print(f"{phase:<36}{seconds:>8.2f}")


def _imports() -> dict[str, float]:
    began = time.process_time()
    import pyarrow.parquet  # noqa: F401

    others = time.process_time()
    from liuke.store import Warehouse  # noqa: F401
    from liuke.view.fast import compute_views, rings  # noqa: F401

    return {"numpy and pyarrow imported": others - began, "our modules": time.process_time() - others}


def _time(module: str, name: str, phase: str, spent: dict[str, float]) -> None:
    """Have each call of a function add its seconds to a phase."""
    import importlib

    owner: Any = importlib.import_module(module)
    *classes, last = name.split(".")
    for one in classes:
        owner = getattr(owner, one)
    work: Callable[..., Any] = getattr(owner, last)
    spent[phase] = 0.0

    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return work(*arguments, **named)
        finally:
            spent[phase] += time.process_time() - began

    setattr(owner, last, timed)


if __name__ == "__main__":
    main()
