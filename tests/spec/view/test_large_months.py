"""A month of more rows than a file, a piece or a group holds counts as a month in one piece does."""

import random
from collections import defaultdict
from datetime import date
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from liuke.store import Engine
from liuke.view.fast import code_for, compute_views
from liuke.view.fast.event_codes import CODES
from tests.spec.view.viewing import measured
from tests.unit.ingest.workspace import PURCHASES, Workspace

AS_OF = date(2026, 4, 1)
ROWS_OF_A_PIECE = 50
FEATURES = [
    measured("events", "active_days", name="days", months=1),
    measured("events", "count", name="times", months=1),
    measured("events", "sum", name="spent", of="amount_fen", months=1, unit="fen"),
]


@pytest.fixture(scope="module")
def engine():
    engine = Engine(memory_gib=1.0, threads=2)
    yield engine
    engine.close()


@pytest.fixture
def small_pieces():
    with (
        patch("liuke.ingest.parts.ROWS_PER_FILE", 4 * ROWS_OF_A_PIECE),
        patch("liuke.view.fast.event_codes._PIECE_ROWS", ROWS_OF_A_PIECE),
        patch("liuke.store.warehouse._GROUP_ROWS", ROWS_OF_A_PIECE),
    ):
        yield


def purchases(*, customers: int, rows: int, busy: int) -> list[tuple[str, str, int]]:
    """Purchases in no order; the last customer has so many more on two days that follow each other."""
    draw = random.Random(1)
    made = [
        (f"c{draw.randrange(customers):02}", f"2026-03-{draw.randrange(1, 32):02}", draw.randrange(1, 90))
        for _ in range(rows)
    ]
    made += [(f"c{customers:02}", f"2026-03-{10 + place % 2}", 1 + place) for place in range(busy)]
    draw.shuffle(made)
    return made


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(
    "size",
    [
        {"customers": 40, "rows": 900, "busy": 0},
        {"customers": 0, "rows": 0, "busy": 5 * ROWS_OF_A_PIECE},
        {"customers": 9, "rows": 300, "busy": 3 * ROWS_OF_A_PIECE},
    ],
    ids=["many customers", "one customer alone", "one customer of many"],
)
def test_days_times_and_money_of_a_month_in_many_pieces(tmp_path, engine, size):
    workspace, bought = Workspace(tmp_path, engine), purchases(**size)
    workspace.load_customers(*sorted({who for who, _, _ in bought}))
    lines = "".join(f"{who},{on},{yuan}\n" for who, on, yuan in bought)
    workspace.write("purchases.csv", f"customer,on,amount\n{lines}")
    workspace.load(workspace.mapping(PURCHASES))
    warehouse = workspace.warehouse
    with warehouse.lock(doing="test"):
        code_for(warehouse, FEATURES)

    with (
        patch("liuke.view.fast.evaluate.customers_at_once", return_value=7),
        patch("liuke.view.fast.measuring.WORTH_RINGS", 0),
    ):
        view = compute_views(warehouse, FEATURES, as_of_days=[AS_OF], settings={})[AS_OF].to_pylist()

    assert {row["customer_id"]: (row["days"], row["times"], row["spent"]) for row in view} == told(bought)
    assert len(warehouse.manifest.parts("events", "2026-03")) > 1
    assert size["customers"] < 2 or groups(warehouse) > 1


def told(bought):
    of = defaultdict(list)
    for who, on, yuan in bought:
        of[who].append((on, 100 * yuan))
    return {
        who: (len({on for on, _ in rows}), len(rows), sum(fen for _, fen in rows)) for who, rows in of.items()
    }


def groups(warehouse) -> int:
    (part,) = warehouse.manifest.parts(CODES, "2026-03")
    return pq.ParquetFile(warehouse.root / part.file).num_row_groups
