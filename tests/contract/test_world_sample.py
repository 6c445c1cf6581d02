"""The simulated company goes the ordinary road: its mappings fit, its rows load, its leavings are found."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import liuke
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import load_mapping
from liuke.ingest.sources import check_mappings
from liuke.ingest.tables import canonical_tables
from liuke.kernel.days import midnight
from liuke.predict.churn import load_churn
from liuke.predict.leavings import at_risk, find_leavings
from liuke.store import Engine, Warehouse
from liuke.world.company import new_company
from liuke.world.kinds import SILENT_DAYS

PACK = Path(liuke.__file__).parent / "packs" / "telecom"
MAPPINGS = sorted((PACK / "samples" / "world" / "mappings").glob("*.toml"))
TODAY = date(2026, 11, 1)
USED = {"voice", "sms", "data"}
CHURN = load_churn(PACK / "churn.toml")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("workspace")
    new_company(root / "world", customers=300, months=8, seed=6, today=TODAY)
    shutil.copytree(MAPPINGS[0].parent, root / "mappings")
    return root


@pytest.fixture(scope="module")
def loaded(workspace) -> tuple[dict, list]:
    warehouse = Warehouse(workspace / "var" / "warehouse", Engine())
    reports = [
        ingest_source(warehouse, load_mapping(path), root=workspace, loaded_at=midnight(TODAY))
        for path in MAPPINGS
    ]
    return canonical_tables(warehouse), reports


def truth(workspace: Path) -> pa.Table:
    folder = workspace / "world" / "truth"
    return pa.concat_tables(pq.read_table(path) for path in sorted(folder.glob("leaves-*.parquet")))


def test_every_source_has_a_mapping_and_every_mapping_fits(workspace):
    assert check_mappings(workspace / "mappings", workspace) == []
    files = {path.name.split("-20")[0].split(".")[0] for path in (workspace / "world" / "sources").iterdir()}
    assert files == {load_mapping(path).name for path in MAPPINGS}


def test_every_row_is_accepted(loaded):
    _, reports = loaded

    assert all(report.read > 0 for report in reports)
    assert [report for report in reports if report.accepted != report.read or report.quarantined] == []


def test_the_telecom_pack_and_the_company_agree_on_silence():
    assert CHURN.silent_days == SILENT_DAYS


@pytest.mark.parametrize("day", [date(2026, 8, 1), TODAY])
def test_the_leavings_found_are_those_that_truly_happened(workspace, loaded, day):
    tables, _ = loaded
    found = find_leavings(tables, CHURN, known_by=day).to_pyarrow().to_pylist()
    table = truth(workspace)
    left = table.filter(pc.and_(pc.is_valid(table["left_kind"]), pc.less(table["left_on"], day))).to_pylist()

    told = {(row["customer_id"], row["kind"], row["left_at"].date()) for row in found}
    assert told == {(row["customer_id"], row["left_kind"], row["left_on"]) for row in left}
    assert {kind for _, kind, _ in told} == {"voluntary", "involuntary", "dormant", "diverted"}


def test_those_at_risk_are_those_who_truly_could_leave(workspace, loaded):
    tables, _ = loaded
    found = at_risk(tables, CHURN, as_of=date(2026, 10, 1)).to_pyarrow()["customer_id"].to_pylist()
    last = pq.read_table(workspace / "world" / "truth" / "leaves-2026-10.parquet")
    could = set(last.filter(pc.field("at_risk"))["customer_id"].to_pylist())

    assert set(found) == could


def test_tables_hold_what_their_features_look_for(loaded):
    tables, _ = loaded
    kinds = {
        "events": ("kind", USED | {"dropped_call", "network_fault", "port_query", "price_notice"}),
        "surveys": ("kind", {"csat", "nps"}),
        "complaints": ("status", {"open", "resolved"}),
        "offers": ("outcome", {"accepted", "refused"}),
        "assignments": ("arm", {"treat", "hold_out"}),
        "holdings": ("product", {"broadband", "multiple_lines", "online_backup"}),
        "units": ("level", {"region", "county", "branch"}),
    }
    for name, (column, values) in kinds.items():
        held = tables[name].select(column).distinct().to_pyarrow()[column].to_pylist()
        assert set(held) == values, name
    assert tables["events"].happened_at.max().to_pyarrow().as_py() < datetime(2026, 11, 1)
