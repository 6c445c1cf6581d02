"""Totals add up over every dimension, down the unit tree and from month to month, in companies drawn anew."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from liuke.ingest.canonical import TABLES
from liuke.kernel.seeds import generator
from liuke.predict.churn import ChurnDefinition
from liuke.predict.leavings import find_leavings
from liuke.predict.reports.cells import sum_cells
from liuke.predict.reports.months import list_months
from liuke.predict.reports.parts import stand_in_parts
from liuke.predict.reports.standing import ReportInputs, stand_behind
from liuke.predict.reports.tables import DIMENSIONS, REPORT_CUSTOMERS
from liuke.predict.result_tables import WARNINGS
from tests.spec.predict.reporting import ENGINE, TERMS

AS_OF, BEGINS = date(2026, 7, 1), date(2026, 1, 1)
STATUSES = ["open", "suspended_arrears", "suspended_requested", "closed_voluntary", "closed_involuntary"]
UNITS = ["B1", "B2", "B3", None]
DEFINITION = ChurnDefinition.model_validate(
    {
        "method": "rolling",
        "voluntary": {"statuses": ["closed_voluntary"]},
        "involuntary": {"statuses": ["closed_involuntary"]},
        "dormant": {"silent_days": 40, "events": ["voice"]},
    }
)


def draw_company(seed: int) -> dict[str, pa.Table]:
    """Customers with one or two accounts that move, are told of late, close, reopen, fall silent."""
    draw = generator("reported company", seed)

    def instant() -> datetime:
        return datetime(2025, 11, 1) + timedelta(hours=int(draw.integers(0, 24 * 250)))

    def one_of(options):
        return options[int(draw.integers(len(options)))]

    rows = {"customers": [], "accounts": [], "statuses": [], "events": [], "bills": []}
    for number in range(40):
        who = f"c{number:02d}"
        for _version in range(int(draw.integers(1, 3))):
            rows["customers"].append({"customer_id": who, "unit_id": one_of(UNITS), "known_at": instant()})
        for account in range(int(draw.integers(1, 3))):
            opened = one_of([None, instant(), datetime(2024, 1, 1), datetime(2026, 3, 1)])
            base = {"customer_id": who, "account_id": f"{who}-{account}"}
            for _version in range(int(draw.integers(1, 3))):
                plan = {"plan": one_of(["p", "q", None]), "brand": one_of(["x", "y"]), "opened_at": opened}
                rows["accounts"].append(base | plan | {"known_at": instant()})
            for _change in range(int(draw.integers(0, 5))):
                at = instant()
                late = timedelta(days=int(one_of([0, 0, 30])))
                rows["statuses"].append(
                    base | {"happened_at": at, "status": one_of(STATUSES), "known_at": at + late}
                )
        for _use in range(int(draw.integers(0, 6))):
            at = instant()
            rows["events"].append(
                {
                    "row_key": f"{who}-{at}",
                    "customer_id": who,
                    "kind": "voice",
                    "happened_at": at,
                    "known_at": at,
                }
            )
    for number in range(0, 44, 3):  # some of people of whom nothing else is told
        for month in range(int(draw.integers(1, 8)), 9):
            ends = datetime(2025, 10, 1) + timedelta(days=30 * month)
            bill = {
                "bill_id": f"{number}-{month}",
                "customer_id": f"c{number:02d}",
                "known_at": ends,
                "happened_at": ends,
            }
            period = {"period_start": (ends - timedelta(days=30)).date(), "period_end": ends.date()}
            rows["bills"].append(bill | period | {"billed_fen": int(draw.integers(0, 8000))})
    return {
        name: pa.Table.from_pylist(list(_by_key(name, rows.get(name, []))), schema=TABLES[name].schema)
        for name in TABLES
    }


def _by_key(name, rows):
    return {tuple(row[column] for column in TABLES[name].key): row for row in rows}.values()


def gather(seed: int) -> tuple[ReportInputs, pa.Table]:
    tables = {name: ibis.memtable(rows) for name, rows in draw_company(seed).items()}
    draw = generator("warned", seed)
    warned = [
        {"customer_id": f"c{number:02d}", "p_1m": p / 3, "p_2m": p / 2, "p_3m": p}
        for number, p in enumerate(draw.uniform(0, 1, 40))
    ]
    leavings = ENGINE.to_arrow(find_leavings(tables, DEFINITION, known_by=AS_OF))
    inputs = ReportInputs(
        tables=tables,
        leavings=ibis.memtable(leavings),
        warnings=ibis.memtable(pa.Table.from_pylist(warned, schema=WARNINGS)),
        reentries=None,
        searched_from=None,
        definition=DEFINITION,
        terms=TERMS,
        months=list_months(BEGINS, as_of=AS_OF, most=25),
        margin_rate=0.5,
        has_bills=True,
        as_of=AS_OF,
    )
    return inputs, leavings


def report(seed: int):
    """Rows, cells and leavings."""
    inputs, leavings = gather(seed)
    rows = ENGINE.to_arrow(stand_behind(inputs))
    return rows, ENGINE.to_arrow(sum_cells(ibis.memtable(rows))), leavings


@pytest.fixture(scope="module", params=range(3))
def made(request):
    return report(request.param)


@pytest.mark.parametrize("seed", range(4))
def test_parts_put_together_are_all_rows_in_their_order(seed):
    inputs, _leavings = gather(seed)

    parts = list(stand_in_parts(inputs, ENGINE))

    assert pa.concat_tables(parts).equals(ENGINE.to_arrow(stand_behind(inputs)).cast(REPORT_CUSTOMERS))
    assert min(map(len, parts)) > 0


def test_values_of_purchases_are_the_same_in_parts():
    inputs, _leavings = gather(4)
    draw = generator("purchases", 4)
    events = ENGINE.to_arrow(inputs.tables["events"])
    fen = pa.array([int(each) for each in draw.integers(-50, 3000, len(events))], pa.int64())
    events = events.set_column(events.column_names.index("amount_fen"), "amount_fen", fen)
    shop = replace(inputs, has_bills=False, tables=inputs.tables | {"events": ibis.memtable(events)})

    found = pa.concat_tables(stand_in_parts(shop, ENGINE))

    assert found.equals(ENGINE.to_arrow(stand_behind(shop)).cast(REPORT_CUSTOMERS))
    assert pc.any(pc.greater(found["value_fen"], 0)).as_py()


def test_every_dimension_adds_up_to_the_same(made):
    _rows, cells, _leavings = made
    totals = {dimension: Counter() for dimension in DIMENSIONS}
    for cell in cells.to_pylist():
        key = (cell["month"], cell["measure"], cell["kind"], cell["unit_id"])
        totals[cell["dimension"]][key] += cell["count"]

    assert sum(totals["all"].values()) > 100
    for dimension, found in totals.items():
        assert found == pytest.approx(totals["all"]), dimension


def test_cells_count_the_rows_behind_them(made):
    rows, cells, _leavings = made
    behind = Counter()
    for row in rows.to_pylist():
        behind[row["measure"], row["kind"], row["month"], row["unit_id"], row["plan"]] += row["weight"]
    counted = {
        (cell["measure"], cell["kind"], cell["month"], cell["unit_id"], cell["member"]): cell["count"]
        for cell in cells.to_pylist()
        if cell["dimension"] == "plan"
    }

    assert counted == pytest.approx(dict(behind))


def test_each_month_begins_with_those_the_one_before_ended_with(made):
    rows, _cells, _leavings = made
    counts = Counter((row["measure"], row["month"]) for row in rows.to_pylist())
    months = [month.starts_on for month in list_months(BEGINS, as_of=AS_OF, most=25)]

    for month, following in pairwise(months):
        ended = counts["opening", month] + counts["new", month] + counts["returned", month]
        assert counts["opening", following] == ended - counts["lost", month]


def test_every_leaving_is_lost_or_settled_and_nothing_else_is(made):
    rows, _cells, leavings = made
    within = leavings.filter(pc.greater_equal(leavings["left_at"], pa.scalar(datetime(2026, 1, 1))))
    told = Counter(
        (row["customer_id"], row["at"], row["kind"])
        for row in rows.to_pylist()
        if row["measure"] in ("lost", "settled")
    )

    assert len(within) > 20
    assert told == Counter((row["customer_id"], row["left_at"], row["kind"]) for row in within.to_pylist())


def test_nobody_is_there_twice(made):
    rows, _cells, _leavings = made
    there = Counter(
        (row["customer_id"], row["month"]) for row in rows.to_pylist() if row["measure"] == "opening"
    )

    assert max(there.values()) == 1
