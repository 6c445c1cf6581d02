"""What the command line promises: exit codes, sentences, one JSON document, nothing lost."""

import shutil
from pathlib import Path

import pytest

from liuke.pipeline.workspace import open_workspace
from liuke.store import Warehouse
from liuke.store.lock import hold_lock
from liuke.view.features import load_features

AS_OF = "1998-07-01"


@pytest.fixture(scope="module")
def cycled(shop, liuke):
    """The shop after one cycle."""
    done = liuke("cycle", "-w", shop, "--json", "--until", "plan")
    assert done.code == 0, done.out + done.err
    return shop, done.document


@pytest.fixture
def broken(shop, tmp_path):
    """A fresh copy of the shop, to be damaged."""
    folder = tmp_path / "broken"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    return folder


def test_a_cycle_accounts_for_every_row(cycled):
    _, document = cycled

    assert document["as_of"] == AS_OF
    loaded = next(step for step in document["steps"] if step["step"] == "ingest")
    assert loaded["read"] == loaded["accepted"] + loaded["quarantined"] + loaded["skipped"] > 3000


def test_the_same_cycle_again_changes_nothing(cycled, liuke):
    shop, _ = cycled
    pointer = shop / "var" / "warehouse" / "CURRENT"
    before = pointer.read_text()

    again = liuke("cycle", "-w", shop, "--json", "--until", "plan")

    assert again.code == 0
    assert all(step["was_current"] for step in again.document["steps"])
    assert pointer.read_text() == before


def test_explain_says_tier_risk_and_plan(cycled, liuke):
    shop, _ = cycled
    listed = liuke("warn", "-w", shop, "--json", "--top", "1").document["rows"][0]

    told = liuke("explain", listed["customer_id"], "-w", shop)

    assert told.code == 0
    assert listed["customer_id"] in told.out
    assert "rfm v" in told.out
    assert "chance of leaving" in told.out
    assert listed["reasons"][0]["text_en"] in told.out


def test_an_unknown_customer_is_refused_with_the_nearest_known(cycled, liuke):
    shop, _ = cycled

    told = liuke("explain", "0000X", "-w", shop)

    assert told.code == 1
    assert "No customer '0000X'" in told.err
    assert "The nearest number known is '0000" in told.err


def test_refusals_in_json_are_one_document_on_stdout(cycled, liuke):
    shop, _ = cycled

    told = liuke("explain", "nobody", "-w", shop, "--json")

    assert told.code == 1
    assert told.document["error"] == "LiukeError"
    assert told.err == ""


def test_a_second_cycle_beside_the_first_is_refused(cycled, liuke):
    shop, _ = cycled

    with hold_lock(shop / "var" / "warehouse" / "LOCK", doing="a cycle as of 1998-07-01 (process 1)"):
        told = liuke("cycle", "-w", shop)

    assert told.code == 1
    assert "being written to by a cycle as of 1998-07-01" in told.err
    assert liuke("cycle", "-w", shop, "--until", "plan").code == 0


def test_a_wrong_mapping_is_refused_before_a_row_is_read(broken, liuke):
    path = next((broken / "mappings").glob("*.toml"))
    text = path.read_text(encoding="utf-8").replace('"dollar_value"', '"dolar_value"')
    path.write_text(text, encoding="utf-8")

    told = liuke("cycle", "-w", broken)

    assert told.code == 1
    assert f"{path.name}:" in told.err
    assert "'dollar_value'" in told.err
    assert not (broken / "var" / "warehouse" / "CURRENT").exists()


def test_check_tells_all_mistakes_of_all_files_at_once(broken, liuke):
    (broken / "churn.toml").write_text('method = "guess"\n', encoding="utf-8")
    policy = next((broken / "policies").glob("*.toml"))
    policy.write_text(policy.read_text(encoding="utf-8") + "\n[surprise]\nx = 1\n", encoding="utf-8")

    told = liuke("check", "-w", broken)

    assert told.code == 1
    assert "churn.toml:1" in told.err
    assert policy.name in told.err
    assert liuke("check", "-w", broken, "--json").document["mistakes"]


def test_check_tells_a_mistake_once_whoever_reads_the_file(broken, liuke):
    (broken / "features" / "9-new.toml").write_text('[[feature]]\nname = "one"\n', encoding="utf-8")

    mistakes = liuke("check", "-w", broken, "--json").document["mistakes"]

    assert "9-new.toml" in str(mistakes)
    assert len(set(map(str, mistakes))) == len(mistakes)


def test_a_good_workspace_has_no_mistakes(shop, liuke):
    declared = len(load_features(shop / "features"))
    said = liuke("check", "-w", shop).out
    assert said.startswith(f"No mistakes: 1 settings, 1 mappings, {declared} features")


@pytest.mark.parametrize("name", ["customers", "tiers", "warnings", "values", "plan", "events"])
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
def test_tables_are_exported(cycled, liuke, tmp_path, name, ending):
    shop, _ = cycled
    file = tmp_path / f"{name}{ending}"

    told = liuke("export", name, file, "-w", shop, "--json")

    assert told.code == 0
    assert told.document["rows"] > 0
    assert file.stat().st_size > 0
    assert list(tmp_path.iterdir()) == [file]


def test_an_export_to_an_unknown_ending_names_those_there_are(cycled, liuke, tmp_path):
    told = liuke("export", "tiers", tmp_path / "tiers.doc", "-w", cycled[0])

    assert told.code == 1
    assert ".csv, .parquet, .xlsx" in told.err


def test_init_refuses_a_folder_that_is_not_empty(tmp_path, liuke):
    (tmp_path / "mine.txt").write_text("precious")

    told = liuke("init", "retail", tmp_path)

    assert told.code == 1
    assert "not an empty folder" in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("init", "retial", "x"), "did you mean 'retail'?"),
        (("init", "retail", "x", "--sample", "cdnw"), "did you mean 'cdnow'?"),
        (("init", "retail", "x", "--sample", "ibm-telco"), "has no sample 'ibm-telco'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(words, sentence, liuke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    told = liuke(*words)

    assert told.code == 1
    assert sentence in told.err
    assert list(tmp_path.iterdir()) == []


def test_no_workspace_is_a_sentence(tmp_path, liuke):
    told = liuke("cycle", "-w", tmp_path)

    assert told.code == 1
    assert "no workspace here; make one with 'liuke init PACK DIR'" in told.err


def test_wrong_usage_has_a_code_of_its_own(liuke):
    assert liuke("cycle", "--no-such-option").code == 2
    assert liuke("no-such-command").code == 2


def test_a_wrong_day_is_refused(shop, liuke):
    told = liuke("cycle", "-w", shop, "--as-of", "1998-02-30")

    assert told.code == 1
    assert "'1998-02-30' is not a day" in told.err


@pytest.mark.parametrize(
    "words",
    [
        ("export", "tiers", "x.csv", "--as-of", "soon"),
        ("tier", "moves", "--from", "soon", "--to", "1998-01-01"),
        ("tier", "moves", "--from", "1998-01-01", "--to", "soon"),
    ],
)
def test_a_wrong_day_is_refused_wherever_it_is_given(shop, liuke, words):
    told = liuke(*words, "-w", shop)

    assert told.code == 1
    assert "'soon' is not a day; write it as YYYY-MM-DD" in told.err


def test_a_day_before_anybody_was_known_is_refused(shop, cycled, liuke):
    told = liuke("cycle", "-w", shop, "--as-of", "1990-01-01")

    assert told.code == 1
    assert "Nobody was known before 1990-01-01: the first customers became known at 1997-" in told.err
    assert "--as-of" in told.err


def test_an_unknown_scheme_names_those_there_are(shop, cycled, liuke):
    told = liuke("tier", "-w", shop, "--scheme", "rmf")

    assert told.code == 1
    assert "scheme 'rmf' (did you mean 'rfm'?)" in told.err


def test_a_campaign_never_drawn_is_refused(shop, cycled, liuke):
    told = liuke("effect", "nobody", "-w", shop)

    assert told.code == 1
    assert "No campaign 'nobody' was drawn before" in told.err


@pytest.mark.parametrize(
    "words", [("export", "tiers", "{taken}/x.csv"), ("init", "retail", "{taken}/new"), ("plan", "{folder}")]
)
def test_what_the_system_will_not_do_is_a_sentence(shop, cycled, liuke, tmp_path, words):
    taken = tmp_path / "taken"
    taken.write_text("a file, where a folder is asked for")
    asked = [word.format(taken=taken, folder=tmp_path) for word in words]

    told = liuke(*asked, *(() if words[0] == "init" else ("-w", shop)))

    assert told.code == 1
    assert asked[-1].rpartition("/")[0] in told.err
    assert "read and write it, or name another" in told.err


def test_an_unknown_step_names_the_steps(shop, liuke):
    told = liuke("cycle", "-w", shop, "--until", "predikt")

    assert told.code == 1
    assert "ingest, view, tier, predict, plan, publish" in told.err


def test_results_are_an_ibis_table_for_python(cycled):
    import liuke as library

    shop, _ = cycled
    workspace = library.open(shop)
    tiers = workspace.table("tiers")

    assert {
        "customer_id",
        "as_of",
        "scheme",
        "version",
        "tier",
        "rank",
        "measure",
        "why",
        "next_tier",
        "missing",
    } <= set(tiers.columns)
    assert open_workspace(shop).as_of_days("tiers")[0].isoformat() == AS_OF
    assert isinstance(workspace.warehouse, Warehouse)
    assert isinstance(workspace.root, Path)
