"""Compiled modules kept between the processes of a benchmark, as an installed package has them.

Where the environment forbids to write them, each process would compile its libraries anew, and be timed
for it.
"""

import os
from pathlib import Path


def keep_bytecode(folder: Path) -> None:
    """Let this process's children keep the bytecode of what they import in a folder."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
