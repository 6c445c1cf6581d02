"""A cycle of the small company of tests.web.company with reports, made by the part of the cycle itself.

         unit   plan      left
ann      B1     A99
bob      B1     A99       10 February, voluntary
cid      B1     =1+1      suspended for arrears from 5 March
dee      B2     A99       12 March, voluntary
zoe      B9     A99       20 March, involuntary
rex      R1     =1+1      25 March, voluntary; belongs to the region itself
una      -      A99       20 February, voluntary
"""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

import liuke.packs
from liuke.ingest.canonical import TABLES
from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.reports import reports
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import open_workspace
from liuke.predict.churn import load_churn
from liuke.predict.leavings import find_leavings
from liuke_desk.customers import services
from liuke_desk.reports.hooks import during_publish
from tests.tables import rows_of
from tests.web.batches import pack
from tests.web.company import CUSTOMERS, NIGHT, SCHEMES, UNITS, draw_customer
from tests.web.tier_company import LIUKE_TOML

REPORTED_ON = date(2026, 4, 1)
TELECOM = Path(liuke.packs.__file__).parent / "telecom"
DRAWN = {
    "customers": """
        customer_id | unit_id | known_at
        ann         | B1      | 2025-01-01
        bob         | B1      | 2025-01-01
        cid         | B1      | 2025-01-01
        dee         | B2      | 2025-01-01
        zoe         | B9      | 2025-01-01
        rex         | R1      | 2025-01-01
        una         |         | 2025-01-01
    """,
    "accounts": """
        customer_id | account_id | plan | brand | dealer_id | opened_at  | known_at
        ann         | a          | A99  | one   | D1        | 2025-01-01 | 2025-01-01
        bob         | b          | A99  | one   | D1        | 2025-01-01 | 2025-01-01
        cid         | c          | =1+1 | two   |           | 2025-12-01 | 2025-12-01
        dee         | d          | A99  | one   |           | 2026-02-03 | 2026-02-03
        zoe         | z          | A99  | one   |           | 2025-01-01 | 2025-01-01
        rex         | r          | =1+1 | two   |           | 2025-01-01 | 2025-01-01
        una         | u          | A99  | one   |           | 2025-01-01 | 2025-01-01
    """,
    "statuses": """
        customer_id | account_id | happened_at | status
        bob         | b          | 2026-02-10  | closed_voluntary
        cid         | c          | 2026-03-05  | suspended_arrears
        dee         | d          | 2026-03-12  | closed_voluntary
        zoe         | z          | 2026-03-20  | closed_involuntary
        rex         | r          | 2026-03-25  | closed_voluntary
        una         | u          | 2026-02-20  | closed_voluntary
    """,
    "bills": """
        customer_id | bill_id | period_start | period_end | billed_fen | happened_at
        ann         | 1       | 2026-01-01   | 2026-02-01 | 20000      | 2026-02-01
        zoe         | 2       | 2026-01-01   | 2026-02-01 | 10000      | 2026-02-01
        rex         | 3       | 2026-02-01   | 2026-03-01 | 4000       | 2026-03-01
    """,
    "dealers": """
        dealer_id | name       | known_at
        D1        | 东门代理点 | 2025-01-01
    """,
}
ROWS = [*CUSTOMERS, draw_customer("rex", loss_fen=None, unit_id="R1")]


def make_warehouse(folder, *, with_reports=True):
    """A workspace in a folder with what reports are made of, and with the reports."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "liuke.toml").write_text(LIUKE_TOML, encoding="utf-8")
    for name in ("churn.toml", "reports.toml"):
        shutil.copy(TELECOM / name, folder / name)
    workspace = open_workspace(folder)
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        units = [{field: unit.get(field) for field in TABLES["units"].schema.names} for unit in UNITS]
        draft.replace("units", pa.Table.from_pylist(units, schema=TABLES["units"].schema))
        for name, drawn in DRAWN.items():
            draft.replace(name, rows_of(name, drawn))
        draft.commit()
        if with_reports:
            _store_results(workspace)
            reports(Run(workspace, as_of=REPORTED_ON, progress=lambda doing: None, desk=None))
    return workspace


def _store_results(workspace):
    """The leavings that the tables tell of, and two customers with a probability."""
    run = Run(workspace, as_of=REPORTED_ON, progress=lambda doing: None, desk=None)
    definition = load_churn(workspace.root / "churn.toml")
    found = workspace.engine.to_arrow(find_leavings(run.canonical(), definition, known_by=REPORTED_ON))
    names = [name for name in found.column_names if name in RESULTS["leavings"].names]
    left = [row | {"as_of": REPORTED_ON} for row in found.select(names).to_pylist()]
    warned = [
        {"customer_id": who, "as_of": REPORTED_ON, "p_1m": p / 2, "p_2m": p / 1.5, "p_3m": p}
        | {"value_at_stake": Decimal(10)}
        for who, p in (("ann", 0.5), ("cid", 0.25))
    ]
    draft = workspace.warehouse.draft(source="a test")
    for name, rows in (("leavings", left), ("warnings", warned)):
        table = pa.Table.from_pylist(rows, schema=RESULTS[name])
        draft.replace(name, table, partition=REPORTED_ON.isoformat())
    draft.commit()


def publish_reports(workspace, monkeypatch):
    """The customers and figures of the cycle, before people."""
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: workspace)
    return services.publish(
        as_of=REPORTED_ON,
        batches=pack(ROWS),
        units=UNITS,
        schemes=SCHEMES,
        simulated=False,
        at=NIGHT,
        before_switch=lambda publication: during_publish(publication=publication, units=UNITS),
    )
