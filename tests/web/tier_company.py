"""Two cycles of the small company of tests.web.company, in a warehouse of their own.

            28 February           31 March
ann  B1     important             important
bob  B1     small                 important      up
cid  B1     important             small          down
dee  B2     small                 small          the value is not known
eve  B2     small, had left       small          came back: new
una  -      small                 small, left    lost
zoe  B9     -                     small          new
"""

from datetime import date
from decimal import Decimal

import pyarrow as pa

from liuke.ingest.canonical import TABLES
from liuke.pipeline.results import RESULTS
from liuke.pipeline.workspace import open_workspace
from tests.web.company import AS_OF, UNITS

BEFORE = date(2026, 2, 28)

LIUKE_TOML = """\
pack = "telecom"
language = "zh"
margin_rate = 0.45

[[tiers]]
scheme = "pyramid"
columns = { value = "margin_12m_fen" }
"""

STOOD = {
    BEFORE: """
        ann | B1 | important | 1 | 800 | open
        bob | B1 | small     | 2 | 100 | open
        cid | B1 | important | 1 | 900 | open
        dee | B2 | small     | 2 |     | open
        eve | B2 | small     | 2 |  50 | closed_voluntary
        una |    | small     | 2 |  70 | open
    """,
    AS_OF: """
        ann | B1 | important | 1 | 1000 | open
        bob | B1 | important | 1 |  950 | open
        cid | B1 | small     | 2 |   90 | open
        dee | B2 | small     | 2 |      |
        eve | B2 | small     | 2 |   60 | open
        una |    | small     | 2 |   70 | closed_involuntary
        zoe | B9 | small     | 2 |   30 | open
    """,
}


def make_warehouse(folder, *, days=(BEFORE, AS_OF)):
    """A workspace in a folder with the results of these days."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "liuke.toml").write_text(LIUKE_TOML, encoding="utf-8")
    workspace = open_workspace(folder)
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        for day in days:
            for name, rows in read_day(day).items():
                draft.replace(name, rows, partition=day.isoformat())
        units = [{field: unit.get(field) for field in TABLES["units"].schema.names} for unit in UNITS]
        draft.replace("units", pa.Table.from_pylist(units, schema=TABLES["units"].schema))
        draft.commit()
    return workspace


def read_day(day):
    """Table name -> its rows as of a day."""
    lines = [[cell.strip() for cell in line.split("|")] for line in STOOD[day].strip().splitlines()]
    names = ("customer_id", "unit_id", "tier", "rank", "value", "status")
    told = [dict(zip(names, line, strict=True)) | {"as_of": day} for line in lines]
    cards = pa.schema([(name, pa.string()) for name in ("customer_id", "unit_id", "status")])
    tiers = [
        {
            **{name: row[name] for name in ("customer_id", "as_of", "tier")},
            "scheme": "pyramid",
            "version": 1,
            "rank": int(row["rank"]),
            "measure": float(row["value"]) if row["value"] else None,
        }
        for row in told
    ]
    values = [
        {**{name: row[name] for name in ("customer_id", "as_of")}, "margin_12m": Decimal(row["value"])}
        for row in told
        if row["value"]
    ]
    known = [{name: row[name] or None for name in cards.names} for row in told]
    return {
        "cards": pa.Table.from_pylist(known, schema=cards),
        "tiers": pa.Table.from_pylist(tiers, schema=RESULTS["tiers"]),
        "values": pa.Table.from_pylist(values, schema=RESULTS["values"]),
    }
