"""A small workspace with judged customers, for tests of schemes: two regions, a pyramid of their value.

R1 East - B1: e00 … e07      R2 West - B9: w00 … w01      (nowhere) x00
Values fall from 1,100 yuan to 100; x00's is the greatest.
"""

import shutil
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

import liuke
from liuke.pipeline.workspace import Workspace, open_workspace

AS_OF = date(2026, 2, 28)
NOON = datetime(2026, 3, 1, 12)

LIUKE_TOML = """\
pack = "telecom"
language = "zh"
margin_rate = 0.45

[[tiers]]
scheme = "pyramid"
columns = { value = "margin_12m_fen" }
"""

ENTITLEMENTS = """\
scheme = "pyramid"

[[entitlements]]
name = "manager"
words = { zh = "客户经理", en = "account manager" }
unit_cost_fen = 1000
cost_source = "assumed"
uses_a_year = { important = 12, major = 2 }
is_account_manager = true
"""

IDS = ("x00", *(f"e{number:02d}" for number in range(8)), "w00", "w01")
UNITS = {"e": "B1", "w": "B9", "x": None}


# Shares of the pyramid's tiers, wider at the top; they still sum to 1.
WIDER = (("share = 0.01", "share = 0.20"), ("share = 0.19", "share = 0.10"), ("share = 0.50", "share = 0.40"))


def make_workspace(folder: Path, *, settings: str = LIUKE_TOML) -> Workspace:
    """A workspace whose last cycle judged eleven customers."""
    folder.mkdir()
    (folder / "liuke.toml").write_text(settings, encoding="utf-8")
    (folder / "entitlements").mkdir()
    (folder / "entitlements" / "pyramid.toml").write_text(ENTITLEMENTS, encoding="utf-8")
    shutil.copytree(Path(liuke.__path__[0]) / "packs" / "telecom" / "features", folder / "features")
    workspace = open_workspace(folder)
    values = [110_000 - 10_000 * place for place in range(len(IDS))]
    tiers = ["important", *["major"] * 2, *["ordinary"] * 3, *["small"] * 5]
    ranks = {"important": 1, "major": 2, "ordinary": 3, "small": 4}
    tables = {
        "views": {"customer_id": IDS, "margin_12m_fen": values},
        "cards": {
            "customer_id": IDS,
            "unit_id": [UNITS[each[0]] for each in IDS],
            "manager_id": ["M1" if each < "e03" else None for each in IDS],
            "birth_on": pa.nulls(len(IDS), pa.date32()),
            "special_care": pa.nulls(len(IDS), pa.string()),
            "sex": ["female" if place % 2 else "male" for place in range(len(IDS))],
        },
        "tiers": {
            "customer_id": IDS,
            "scheme": ["pyramid"] * len(IDS),
            "version": pa.array([1] * len(IDS), pa.int32()),
            "tier": tiers,
            "rank": pa.array([ranks[tier] for tier in tiers], pa.int32()),
        },
    }
    with workspace.warehouse.lock(doing="test"):
        draft = workspace.warehouse.draft(source="test")
        for name, columns in tables.items():
            draft.replace(name, pa.table(columns), partition=AS_OF.isoformat())
        draft.commit()
    workspace.engine.close()
    return open_workspace(folder)
