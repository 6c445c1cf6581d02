"""Traces read once for all days are, on each day, those counted from what that day knew alone."""

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.kernel.days import midnight
from liuke.predict.reentry.held import read_everything
from liuke.predict.reentry.parties import Parties
from liuke.predict.reentry.settings import ReentrySettings
from liuke.predict.reentry.traces import MARKS, find_traces
from liuke.store import Engine
from tests.tables import company

PEOPLE = [f"c{number:02}" for number in range(40)]
LEAVERS, NEWCOMERS = PEOPLE[:25], PEOPLE[18:35]  # some are both, some neither
DAYS = [date(2026, 1, 1), date(2026, 2, 10), date(2026, 2, 11), date(2026, 3, 31), date(2026, 6, 1)]
SETTINGS = ReentrySettings(common_above=5)


@pytest.fixture(scope="module")
def engine():
    made = Engine(threads=1)
    yield made
    made.close()


@pytest.fixture(scope="module", params=[1, 2])
def tables(request):
    return company(draw_company(np.random.default_rng(request.param)))


def draw_company(random: np.random.Generator) -> dict[str, pa.Table]:
    """Numbers that change hands, are taken back or blank; rows told late, or of a day that is told twice."""

    def instants():
        happened = datetime(2025, 12, 20) + timedelta(hours=int(random.integers(0, 4000)))
        late = timedelta(days=int(random.integers(0, 60))) if random.random() < 0.3 else timedelta(0)
        return {"happened_at": happened, "known_at": happened + late}

    def text(prefix, count, missing=0.0):
        return None if random.random() < missing else f"{prefix}{random.integers(0, count)}"

    def person():
        return str(random.choice(PEOPLE))

    customers = [
        {
            "customer_id": customer,
            "known_at": datetime(2025, 12, 20) + timedelta(hours=int(hours)),
            "phone": str(
                random.choice(["", " ", f"1{random.integers(0, 30)}", f"1 {random.integers(0, 30)}"])
            ),
            "id_number": text("I", 20, missing=0.3),
            "address": str(random.choice(["", "  ", f"Elm {random.integers(0, 12)}"])),
        }
        for customer in PEOPLE
        for hours in random.choice(3000, random.integers(1, 4), replace=False)
    ]
    drawn = {
        "customers": customers,
        "circles": [
            {"customer_id": person(), "counterpart": text("1", 60), "times": 1, **instants()}
            for _ in range(500)
        ],
        "devices": [
            {"customer_id": person(), "account_id": "a", "device_id": text("D", 30), **instants()}
            for _ in range(90)
        ],
        "payments": [
            {"customer_id": person(), "payer_account": text("F", 30, missing=0.3), **instants()}
            for _ in range(90)
        ],
    }
    return {name: _filled(rows, TABLES[name].schema) for name, rows in drawn.items()}


def _filled(rows: list[dict], schema: pa.Schema) -> pa.Table:
    columns = {field.name: [row.get(field.name) for row in rows] for field in schema}
    return pa.table({name: pa.array(values, schema.field(name).type) for name, values in columns.items()})


def parties_of() -> Parties:
    nothing = np.zeros(0, np.int64)
    sides = [pa.table({"customer_id": pa.array(side)}) for side in (LEAVERS, NEWCOMERS)]
    return Parties(*sides, nothing, nothing)


def known_values(tables, day: date) -> dict[str, dict[str, set[str]]]:
    """By kind the values of each customer as of a day, row by row as a person would."""
    rows = {name: tables[name].to_pyarrow().to_pylist() for name in ("circles", "devices", "payments")}
    seen = {
        name: [row for row in held if max(row["happened_at"], row["known_at"]) < midnight(day)]
        for name, held in rows.items()
    }
    latest = {}
    for row in sorted(tables["customers"].to_pyarrow().to_pylist(), key=lambda row: row["known_at"]):
        if row["known_at"] < midnight(day):
            latest[row["customer_id"]] = row
    own = {
        column: {name: told for name, row in latest.items() if (told := "".join((row[column] or "").split()))}
        for column in ("phone", "id_number", "address")
    }
    found = {kind: {} for kind in ("contact", *MARKS)}

    def add(kind, customer, value):
        if value:
            found[kind].setdefault(customer, set()).add(value)

    for row in seen["circles"]:
        add("contact", row["customer_id"], row["counterpart"])
        for owner, number in own["phone"].items():
            if number == row["counterpart"]:
                add("contact", owner, own["phone"].get(row["customer_id"]))
    for row in seen["devices"]:
        add("device", row["customer_id"], row["device_id"])
    for row in seen["payments"]:
        add("payer", row["customer_id"], row["payer_account"])
    for kind, column in (("identity", "id_number"), ("address", "address")):
        for customer, value in own[column].items():
            add(kind, customer, value)
    return found


def shared_by_hand(has: dict[str, set[str]]) -> list[tuple[str, str, list[int]]]:
    """(leaver, newcomer, holders of each value both have), of values that are neither alone nor common."""
    holders = {
        value: sum(value in values for values in has.values()) for one in has.values() for value in one
    }
    found = []
    for old in LEAVERS:
        for new in NEWCOMERS:
            both = [holders[value] for value in has.get(old, set()) & has.get(new, set())]
            if told := sorted(count for count in both if 2 <= count <= SETTINGS.common_above):
                found.append((old, new, told))
    return found


def shared_by(trace) -> list[tuple[str, str, list[int]]]:
    found = []
    for old in range(len(LEAVERS)):
        for new in range(len(NEWCOMERS)):
            left = trace.leavers.rows == old
            came = trace.newcomers.rows == new
            same = np.isin(trace.newcomers.values[came], trace.leavers.values[left])
            if same.any():
                found.append(
                    (LEAVERS[old], NEWCOMERS[new], sorted(trace.newcomers.holders[came][same].tolist()))
                )
    return found


@pytest.mark.parametrize("is_kept", [False, True])
def test_days_counted_together_are_days_counted_apart(tables, engine, tmp_path, is_kept):
    everything = read_everything(tables, engine)
    everything = everything.keep(tmp_path) if is_kept else everything
    pairs = 0
    for day in DAYS:
        traces = find_traces(
            tables, parties_of(), engine, as_of=day, settings=SETTINGS, everything=everything
        )
        for kind, has in known_values(tables, day).items():
            trace = traces[kind]
            told = shared_by_hand(has)
            assert shared_by(trace) == told
            assert trace.customers == len(has)
            assert trace.leavers.has_any.tolist() == [name in has for name in LEAVERS]
            assert trace.newcomers.has_any.tolist() == [name in has for name in NEWCOMERS]
            pairs += len(told)
    assert pairs > 300


def test_where_nothing_is_known_nobody_has_a_trace(engine):
    traces = find_traces(company(), parties_of(), engine, as_of=DAYS[0], settings=SETTINGS)

    assert not any(trace.is_known or trace.customers for trace in traces.values())
