"""`liuke health`: lists held to their promise, drift told, nothing done twice, reasons for the unknown."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from liuke.pipeline.steps.health import _means_the_same
from liuke.pipeline.workspace import open_workspace
from liuke.predict.churn import load_churn

DAYS = ("2026-08-01", "2026-11-01")


@pytest.fixture(scope="module")
def telecom(tmp_path_factory, liuke):
    """A simulated company with two cycles, learning from few days to be quick."""
    folder = tmp_path_factory.mktemp("health") / "telecom"
    made = liuke(
        *("init", "telecom", folder, "--sample", "world", "--lang", "en"),
        *("--customers", 1200, "--months", 13, "--seed", 9),
    )
    assert made.code == 0, made.err
    churn = folder / "churn.toml"
    text = churn.read_text(encoding="utf-8")
    churn.write_text(text.replace("as_of_dates = 9", "as_of_dates = 6"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def cycled(telecom, liuke):
    """What `liuke health` said after each of the cycles."""
    said = []
    for day in DAYS:
        done = liuke("cycle", "-w", telecom, "--as-of", day, "--until", "predict")
        assert done.code == 0, done.out + done.err
        told = liuke("health", "-w", telecom, "--as-of", day, "--json")
        assert told.code == 0, told.out + told.err
        said.append(told.document)
    return said


def of(rows, **wanted):
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_the_first_list_has_nothing_before_it_and_says_so(cycled):
    first = cycled[0]["health"]

    assert [row["why_empty"] for row in of(first, source="live")] == ["no_earlier_list"]
    assert {row["why_empty"] for row in of(cycled[0]["drift"], kind="score")} == {"no_reference"}


def test_an_earlier_list_is_judged_as_far_as_its_windows_are_over(cycled):
    live = of(cycled[1]["health"], source="live", whom="all", measure="auc")

    assert {(row["list_as_of"], row["horizon"]) for row in live} == {
        ("2026-08-01", f"{months}m") for months in (1, 2, 3)
    }


def test_a_measure_that_is_held_to_the_promise_has_a_band_and_a_finding_or_a_reason(cycled):
    held = of(cycled[1]["health"], source="live", is_judged=True)

    assert {row["measure"] for row in held} == {"auc", "lift_10", "calibration_ratio"}
    for row in held:
        assert (row["finding"] is None) == (row["promised_low"] is None) == bool(row["why_empty"])
    assert any(row["finding"] for row in held)


def test_the_profit_is_never_told_without_the_share_contacted(cycled):
    rows = cycled[1]["health"]

    profits = of(rows, measure="expected_profit")
    shares = of(rows, measure="targeted_share")
    assert profits
    assert [row["value"] is None for row in profits] == [row["value"] is None for row in shares]


def test_every_feature_and_score_has_its_drift_or_a_reason(telecom, cycled):
    workspace = open_workspace(telecom)
    columns = {row["column"] for row in cycled[1]["drift"]}

    assert {"p_1m", "p_2m", "p_3m"} < columns
    assert columns - {"p_1m", "p_2m", "p_3m"} < set(workspace.table("views", as_of=date(2026, 11, 1)).columns)
    for row in cycled[1]["drift"]:
        assert (row["psi"] is None) == (row["why_empty"] is not None)
        assert row["text_zh"]
        assert row["text_en"]


def test_asked_again_nothing_is_done(telecom, liuke, cycled):
    pointer = telecom / "var" / "warehouse" / "CURRENT"
    before = pointer.read_text()

    again = liuke("health", "-w", telecom, "--as-of", DAYS[-1], "--json")

    assert pointer.read_text() == before
    assert again.document == cycled[1]


def test_results_are_tables_that_can_be_taken_out(telecom, liuke, cycled, tmp_path):
    for name in ("health", "drift"):
        done = liuke("export", name, tmp_path / f"{name}.parquet", "--as-of", DAYS[-1], "-w", telecom)
        assert done.code == 0, done.out + done.err
        assert pa.parquet.read_table(tmp_path / f"{name}.parquet").num_rows == len(cycled[1][name])


def test_people_read_findings_before_figures(telecom, liuke, cycled):
    said = liuke("health", "-w", telecom, "--as-of", DAYS[-1]).out

    assert said.startswith("Early warning as of 2026-11-01")
    assert "backtest: what the models in force promise" in said
    assert "what came of earlier lists" in said
    assert "columns moved beyond chance" in said


def test_a_changed_input_is_found_and_unchanged_ones_are_left_alone(telecom, liuke, cycled):
    """Somebody multiplies every bill by five; spend drifts, months since opening do not."""
    from liuke.pipeline.steps import drift

    workspace = open_workspace(telecom)
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="test")
        view = workspace.engine.to_arrow(workspace.table("views", as_of=date(2026, 11, 1)))
        place = view.column_names.index("spend_3m_fen")
        raised = pc.multiply(view["spend_3m_fen"], 5).cast(view["spend_3m_fen"].type)
        draft.replace("views", view.set_column(place, "spend_3m_fen", raised), partition="2026-11-01")
        draft.commit()
    assert view.num_rows < drift.SAMPLE_ROWS

    found = {row["column"]: row for row in liuke("health", "-w", telecom, "--json").document["drift"]}

    assert found["spend_3m_fen"]["finding"] == "drifted"
    assert found["spend_3m_fen"]["psi_low"] > 0.25
    assert found["spend_3m_fen"]["psi"] > 5 * found["p_1m"]["psi"]


def test_what_leaving_means_is_compared_and_how_it_is_learned_is_not(telecom):
    definition = load_churn(telecom / "churn.toml")
    card = {"definition": definition.model_dump(mode="json", exclude_none=True)}
    training = definition.training.model_copy(update={"as_of_dates": 5})
    longer = definition.dormant.model_copy(update={"silent_days": 90})

    assert _means_the_same(card, definition.model_copy(update={"training": training}))
    assert not _means_the_same(card, definition.model_copy(update={"dormant": longer}))
    assert not _means_the_same(card, definition.model_copy(update={"horizons": (1, 2)}))
    assert _means_the_same(None, definition)


def test_before_any_cycle_the_way_out_is_told(tmp_path, liuke):
    assert liuke("init", "telecom", tmp_path / "new", "--lang", "en").code == 0

    refused = liuke("health", "-w", tmp_path / "new", "--as-of", "2026-01-01")

    assert refused.code == 1
    assert "liuke cycle" in refused.err
