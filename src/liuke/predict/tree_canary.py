"""LightGBM texts tried out in a child process: a damaged one kills the child, not us."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

# The child gets the texts that were checked, not their path, so nothing can change in between; -P keeps
# the current folder out of its imports.
# It needs LightGBM's reader alone, so the frames and estimators that would be imported with it are kept out.
CHILD = """
import json, sys
for name in ("pandas", "sklearn", "matplotlib", "dask", "pyarrow", "polars"):
    sys.modules[name] = None
import numpy as np
import lightgbm as lgb
asked = json.load(sys.stdin)
rows = [np.array(matrix, dtype=float) for matrix in asked["rows"]]
said = [
    lgb.Booster(model_str=text).predict(rows[owner], raw_score=True).tolist()
    for text, owner in zip(asked["trees"], asked["owners"])
]
json.dump(said, sys.stdout)
"""


def check_trees(
    trees: Sequence[str],
    rows: Any,
    expected: list[list[float]],
    tolerance: float,
    *,
    owners: Sequence[int] | None = None,
) -> str | None:
    """What is wrong with the trees, or None when each answers the rows as expected.

    rows: a matrix as lists, None for missing. expected: per tree text, one number per row.
    owners: for trees of several models, which of several matrices in `rows` each text is asked about.
    """
    matrices, of = ([rows], [0] * len(trees)) if owners is None else (rows, list(owners))
    asked = json.dumps({"trees": list(trees), "rows": matrices, "owners": of}).encode()
    child = subprocess.run([sys.executable, "-P", "-c", CHILD], input=asked, capture_output=True, check=False)
    if child.returncode < 0:
        return f"reading them ends a process with {signal.Signals(-child.returncode).name}"
    if child.returncode:
        return f"reading them fails ({_last_line(child.stderr)})"
    return _difference(expected, json.loads(_last_line(child.stdout)), tolerance)


def _last_line(said: bytes) -> str:
    """LightGBM's warnings come first and may quote what is no text at all."""
    return said.decode(errors="replace").strip().rpartition("\n")[2]


def _difference(expected: list[list[float]], said: list[list[float]], tolerance: float) -> str | None:
    pairs = [
        pair for before, now in zip(expected, said, strict=True) for pair in zip(before, now, strict=True)
    ]
    apart = max((abs(a - b) / max(1.0, abs(a)) for a, b in pairs), default=0.0)
    return None if apart <= tolerance else f"they answer test rows differently by {apart:.3g}"
