from collections.abc import Iterable
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest

import liuke.packs
from liuke.predict.churn import load_churn
from liuke.predict.drawn_tables import read_drawn
from liuke.predict.heard import HEARD, sum_heard
from liuke.predict.leavings import at_risk
from liuke.store import Engine
from tests.contract.random_company import CUSTOMERS, RandomCompany

DAY = date(2026, 5, 17)
DEFINITION = load_churn(Path(liuke.packs.__path__[0]) / "telecom" / "churn.toml")
CLOSINGS = [*DEFINITION.statuses_of("voluntary"), *DEFINITION.statuses_of("involuntary")]


def company(seed: int) -> dict[str, ibis.Table]:
    """A random company whose accounts are handed from one customer to the next."""
    tables, draw = dict(RandomCompany((), as_of=DAY, seed=seed).tables), np.random.default_rng(seed)

    def put(name: str, column: str, values: Iterable[str]) -> None:
        place = tables[name].schema.get_field_index(column)
        tables[name] = tables[name].set_column(place, column, pa.array(map(str, values)))

    for name in ("accounts", "statuses"):
        owners = [CUSTOMERS.index(each) for each in tables[name]["customer_id"].to_pylist()]
        put(name, "account_id", (owner + draw.integers(2) for owner in owners))
    put("statuses", "status", draw.choice(["open", *CLOSINGS * 5], tables["statuses"].num_rows))
    put("events", "kind", draw.choice([*DEFINITION.dormant.events, "port_query"], tables["events"].num_rows))
    held = {name: ibis.memtable(rows) for name, rows in tables.items()}
    return held | {HEARD: ibis.memtable(sum_heard(held["events"], DEFINITION).to_pyarrow())}


def at_risk_of(engine: Engine, tables: dict[str, ibis.Table]) -> set[str]:
    return set(engine.to_arrow(at_risk(tables, DEFINITION, as_of=DAY))["customer_id"].to_pylist())


@pytest.mark.parametrize("seed", range(3))
def test_who_is_at_risk_of_the_drawn_is_told_from_their_tables_alone(seed):
    engine, tables = Engine(threads=1), company(seed)
    drawn = CUSTOMERS[seed % 2 :: 2]
    held = read_drawn(tables, engine, pa.array(drawn))

    everybody = at_risk_of(engine, tables)
    assert at_risk_of(engine, held) & set(drawn) == everybody & set(drawn)
    assert 0 < len(everybody & set(drawn)) < len(drawn)  # or there was nothing to tell apart
    fewer = [name for name in tables if held[name] is not tables[name]]
    assert sorted(fewer) == ["accounts", "customers", "heard", "statuses"]
    assert engine.to_arrow(held["customers"]).num_rows < engine.to_arrow(tables["customers"]).num_rows
