"""`liuke train`, and the cycle with a champion in force, from the command line."""

import json
import re
import shutil

import pytest

CHURN = """
version = 1
method = "rolling"
horizons = [1]
gap_days = {gap_days}

[voluntary]
statuses = ["closed_voluntary"]

[involuntary]
statuses = ["closed_involuntary"]

[training]
as_of_dates = 3
minimum_customers = {minimum_customers}
minimum_leavers = 5

[training.monotone]
{monotone} = 1

[listing]
explained = 5
"""


def declare(folder, *, minimum_customers=100, gap_days=0, monotone="overdue_bills"):
    terms = {"minimum_customers": minimum_customers, "gap_days": gap_days, "monotone": monotone}
    (folder / "churn.toml").write_text(CHURN.format(**terms), encoding="utf-8")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, liuke):
    """A small simulated operator, loaded and not cycled."""
    folder = tmp_path_factory.mktemp("operators") / "operator"
    made = liuke(
        *("init", "telecom", folder, "--sample", "world", "--lang", "en"),
        *("--customers", 400, "--months", 7, "--seed", 3),
    )
    assert made.code == 0, made.err
    assert liuke("ingest", "-w", folder).code == 0
    return folder


@pytest.fixture(scope="module")
def poor(loaded, liuke, tmp_path_factory):
    """The same with too few customers to learn from by its own terms, cycled."""
    folder = tmp_path_factory.mktemp("poor") / "operator"
    shutil.copytree(loaded, folder)
    declare(folder, minimum_customers=10**7)
    cycled = liuke("cycle", "-w", folder, "--until", "predict")
    return folder, cycled


@pytest.fixture(scope="module")
def cycled(loaded, liuke):
    """The operator with its first champion."""
    declare(loaded)
    answer = liuke("cycle", "-w", loaded, "--until", "predict", "--json")
    assert answer.code == 0, answer.out + answer.err
    return loaded, answer.document


def predict_step(document):
    return next(step for step in document["steps"] if step["step"] == "predict")


def test_with_too_little_the_cycle_goes_on_and_says_why(poor):
    _, cycled = poor

    assert cycled.code == 0
    assert "Too few customers to learn from" in cycled.out
    assert "minimum_customers" in cycled.out


@pytest.mark.parametrize("command", ["train", "warn"])
def test_with_too_little_a_command_refuses_with_the_way_out(poor, liuke, command):
    folder, _ = poor
    before = (folder / "var" / "warehouse" / "CURRENT").read_text()

    told = liuke(command, "-w", folder)

    assert told.code == 1
    assert "Too few customers to learn from" in told.err
    assert "minimum_customers" in told.err
    assert "Traceback" not in told.err
    assert (folder / "var" / "warehouse" / "CURRENT").read_text() == before


def test_a_list_asked_for_after_the_view_alone_is_predicted_first(poor, liuke, tmp_path):
    folder = tmp_path / "operator"
    shutil.copytree(poor[0], folder)
    assert liuke("view", "-w", folder, "--as-of", "2026-09-01").code == 0

    worth = liuke("value", "-w", folder, "--as-of", "2026-09-01", "--json")
    warned = liuke("warn", "-w", folder, "--as-of", "2026-09-01")

    assert worth.code == 0, worth.err
    assert worth.document["as_of"] == "2026-09-01"
    assert len(worth.document["rows"]) == 20
    assert warned.code == 1
    assert "Too few customers to learn from" in warned.err


def test_the_first_cycle_makes_a_champion_and_says_so(cycled):
    _, document = cycled
    (line,) = [line for line in predict_step(document)["lines"] if "models" in line]

    assert line["why"] == "There was no champion; the new models are the champion"
    assert line["in force since"] == document["as_of"]


def test_the_next_cycle_has_nothing_to_do(cycled, liuke):
    folder, _ = cycled

    again = liuke("cycle", "-w", folder, "--until", "predict", "--json").document

    assert predict_step(again)["was_current"]


def test_training_keeps_the_champion_and_writes_the_card_in_both_languages(cycled, liuke, tmp_path):
    folder, _ = cycled
    before = (folder / "var" / "models" / "champions.json").read_bytes()

    told = liuke("train", "-w", folder, "--report", tmp_path / "card", "--json")

    assert told.code == 0, told.out + told.err
    assert not told.document["verdict"]["promoted"]
    assert told.document["verdict"]["champion_judged_by"] == "recipe"
    assert told.document["backtest"]["horizons"]["1m"]["auc"]["low"] is not None
    assert (folder / "var" / "models" / "champions.json").read_bytes() == before
    pages = {place.name: place.read_text(encoding="utf-8") for place in (tmp_path / "card").glob("*.html")}
    pages |= {place.name: place.read_text(encoding="utf-8") for place in (tmp_path / "card").glob("*.md")}
    assert set(pages) == {f"model-card.{tongue}.{end}" for tongue in ("zh", "en") for end in ("md", "html")}
    described = told.document["customers"]
    drawn = [key for key, facts in described.items() if not facts.get("missing")]
    assert described["value"]["known"] > 100  # of the list that stands
    assert {"value", "survival"} <= set(drawn)
    assert not described["survival"]["was_given"]  # there was no cycle that day
    assert "worked out from what was known before it" in pages["model-card.en.md"]
    # calibration, lift, ranking, and whatever is told of customers
    assert pages["model-card.en.html"].count("data:image/png") == 3 + len(drawn)
    assert "在役模型留任" in pages["model-card.zh.md"]
    assert "the champion stays" in pages["model-card.en.html"]
    assert not re.search(r"(?:src|href)=\"(?!data:)|<script", pages["model-card.en.html"])


def test_training_speaks_to_people_in_the_workspace_language(cycled, liuke):
    folder, _ = cycled

    told = liuke("train", "-w", folder)

    assert told.code == 0
    assert "The challenger is not better beyond chance; the champion stays" in told.out
    assert "log_loss" in told.out


def test_another_definition_needs_another_champion_and_makes_another_list(cycled, liuke, tmp_path):
    folder = tmp_path / "operator"
    shutil.copytree(cycled[0], folder)
    declare(folder, gap_days=3)

    told = liuke("train", "-w", folder, "--json").document
    again = liuke("cycle", "-w", folder, "--until", "predict", "--json").document

    assert (told["verdict"]["promoted"], told["verdict"]["why"]) == (True, "definition_changed")
    (line,) = [line for line in predict_step(again)["lines"] if "models" in line]
    assert told["in_force"]["champion"]["sha256"].startswith(line["models"])
    assert "why" not in line  # nothing was learned by the cycle
    verdict = json.loads(next((folder / "var" / "models" / "verdicts").iterdir()).read_text())
    assert verdict["in_force"] == told["in_force"]["champion"]["sha256"]


def test_a_direction_of_no_feature_is_a_mistake_with_its_line(loaded, liuke, tmp_path):
    folder = tmp_path / "operator"
    shutil.copytree(loaded, folder, ignore=shutil.ignore_patterns("var"))
    declare(folder, monotone="overdue_bill")

    told = liuke("check", "-w", folder)

    assert told.code == 1
    assert re.search(r"churn\.toml:19: .*overdue_bill'.*did you mean 'overdue_bills'", told.err)


def test_where_models_are_fitted_every_time_training_tells_their_measures_and_says_so(shop, liuke, tmp_path):
    folder = tmp_path / "shop"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    assert liuke("ingest", "-w", folder).code == 0

    told = liuke("train", "-w", folder, "--report", tmp_path / "card", "--json")

    assert told.code == 0, told.out + told.err
    assert told.document["verdict"]["why"] == "fitted_every_time"
    assert told.document["backtest"]["horizons"]
    assert not (folder / "var" / "models" / "champions.json").exists()
    assert {facts["missing"]["code"] for facts in told.document["customers"].values()} == {
        "no_months",
        "no_list",
    }
    assert "no champion to keep or to beat" in (tmp_path / "card" / "model-card.en.md").read_text()
