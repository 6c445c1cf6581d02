"""A load that is killed leaves the old state readable, and the next run completes it to the byte."""

import subprocess
import sys
from pathlib import Path

import pytest

from liuke.kernel.failpoints import FAILPOINTS
from liuke.store import Warehouse
from tests.unit.ingest.workspace import PURCHASES, Workspace

SIGKILL = -9
PLACES = [place for place in FAILPOINTS if place.startswith(("ingest.", "store."))]
LOAD = """
import sys
from datetime import datetime
from pathlib import Path
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import load_mapping
from liuke.store import Engine, Warehouse
root = Path(sys.argv[1])
warehouse = Warehouse(root / "var/warehouse", Engine(memory_gib=0.5, threads=1))
mapping = load_mapping(root / "mappings/m.toml")
report = ingest_source(warehouse, mapping, root=root, loaded_at=datetime(2026, 3, 31))
print(report.read, report.accepted, report.quarantined, report.skipped)
"""


def run_load(root, *, fail_at=None):
    """The load in a process of its own; its exit code and what it printed."""
    environment = {"LIUKE_FAIL_AT": fail_at} if fail_at else {}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(root)], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


def prepare(root, engine):
    """Customers loaded; purchases of two months waiting, one of them bad."""
    workspace = Workspace(root, engine)
    workspace.load_customers("ann", "bob")
    rows = [f"ann,2026-0{month}-0{day},{day}" for month in (2, 3) for day in range(1, 9)]
    workspace.write("purchases.csv", "customer,on,amount\n" + "\n".join([*rows, "zoe,2026-03-01,1"]) + "\n")
    workspace.mapping(PURCHASES)
    return workspace


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, engine):
    """What the warehouse is after a load that nobody killed."""
    workspace = prepare(tmp_path_factory.mktemp("undisturbed"), engine)
    assert run_load(workspace.root) == (0, "17 16 1 0")
    return workspace.bytes_of_warehouse()


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_place_and_run_again(tmp_path: Path, engine, undisturbed, place):
    workspace = prepare(tmp_path, engine)
    before = workspace.bytes_of_warehouse()

    assert run_load(tmp_path, fail_at=place)[0] == SIGKILL
    committed = place == "store.after_pointer"
    assert workspace.bytes_of_warehouse() == (undisturbed if committed else before)

    code, told = run_load(tmp_path)
    assert (code, told) == (0, "17 0 0 17" if committed else "17 16 1 0")
    assert workspace.bytes_of_warehouse() == undisturbed


def test_what_the_killed_left_behind_is_swept(tmp_path: Path, engine, undisturbed):
    workspace = prepare(tmp_path, engine)
    run_load(tmp_path, fail_at="ingest.before_commit")
    run_load(tmp_path)
    warehouse = Warehouse(tmp_path / "var/warehouse", engine)

    with warehouse.lock(doing="a test"):
        warehouse.sweep()

    left = {
        path.relative_to(warehouse.root).as_posix() for path in warehouse.root.glob("tables/**/*.parquet")
    }
    assert left == warehouse.manifest.files()
    assert workspace.bytes_of_warehouse() == undisturbed
