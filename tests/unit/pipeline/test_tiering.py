"""Tiers in the cycle: versions, what holds them, hands and households, and the questions about them."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.ingest.load import ingest_canonical
from liuke.pipeline.workspace import Workspace, open_workspace
from liuke.tier.registry import PACKS

PYRAMID = (PACKS / "general/schemes/pyramid.toml").read_text(encoding="utf-8")
MAY, JUNE, JULY = "1998-05-01", "1998-06-01", "1998-07-01"


@pytest.fixture(scope="module")
def tiered(shop, liuke, tmp_path_factory):
    """The shop tiered as of three months; from June on the pyramid is held and its tiers are other."""
    folder = tmp_path_factory.mktemp("tiered") / "shop"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    write_version(folder, "share = 0.01", "share = 0.02", stability="downgrade = 'review'")
    for day in (MAY, JUNE, JULY):
        done = liuke("cycle", "-w", folder, "--json", "--as-of", day, "--until", "tier")
        assert done.code == 0, done.out + done.err
    return folder


def write_version(folder: Path, written: str, instead: str, *, stability: str) -> Path:
    """Version 2 of the pyramid, in force from 1 June."""
    text = PYRAMID.split("[[examples]]")[0].replace(written, instead).replace("share = 0.19", "share = 0.18")
    text = text.replace("version = 1", "version = 2").replace("1970-01-01", JUNE)
    path = folder / "schemes" / "pyramid.v2.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{text}\n[stability]\n{stability}\n", encoding="utf-8")
    return path


def tiers_of(folder: Path, day: str, scheme: str = "pyramid") -> dict[str, dict]:
    workspace = open_workspace(folder)
    rows = workspace.table("tiers", as_of=date.fromisoformat(day))
    found = workspace.engine.to_arrow(rows.filter(rows.scheme == scheme)).to_pylist()
    return {row["customer_id"]: row for row in found}


def put(workspace: Workspace, table: str, *rows: dict) -> None:
    """Rows of a canonical table, as a system of the company's own would bring them."""
    schema = TABLES[table].schema
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    with workspace.warehouse.lock(doing="a test"):
        ingest_canonical(
            workspace.warehouse, table, pa.Table.from_pylist(full, schema=schema), source=f"test.{table}"
        )


def test_each_day_is_judged_by_the_version_in_force(tiered):
    versions = {day: {row["version"] for row in tiers_of(tiered, day).values()} for day in (MAY, JUNE, JULY)}

    assert versions == {MAY: {1}, JUNE: {2}, JULY: {2}}


def test_what_the_day_before_gave_holds(tiered):
    """Nobody is lowered without a person from June on, though the numbers would lower some."""
    before, after = tiers_of(tiered, JUNE), tiers_of(tiered, JULY)
    lowered = [who for who, row in after.items() if row["held_by"] == "review"]

    assert lowered
    for who in lowered:
        assert after[who]["tier"] == before[who]["tier"] != after[who]["judged_tier"]
        assert "held at" in after[who]["why"]
    assert not [
        who
        for who, row in after.items()
        if who in before and row["rank"] > before[who]["rank"] and row["measure"]
    ]


def test_moves_compare_versions_in_one_order(tiered, liuke):
    told = liuke("tier", "moves", "--from", MAY, "--to", JULY, "--scheme", "pyramid", "-w", tiered, "--json")
    found = told.document["schemes"]["pyramid"]

    assert sum(found["moves"].values()) == len(tiers_of(tiered, JULY))
    assert sum(unit["up"] for unit in found["units"]) == found["moves"]["up"] > 0


def test_a_hand_sets_a_tier_until_its_end(tiered, liuke):
    workspace = open_workspace(tiered)
    small = next(who for who, row in tiers_of(tiered, JULY).items() if row["tier"] == "small")
    known = datetime(1998, 6, 10)
    first = {
        "override_id": "o1",
        "customer_id": small,
        "scheme": "pyramid",
        "tier": "important",
        "reason": "the mayor's aunt",
        "approved_by": "the manager",
        "begins_on": date(1998, 6, 15),
        "ends_on": date(1998, 8, 1),
        "known_at": known,
    }
    put(workspace, "tier_overrides", first)

    for day in ("1998-07-15", "1998-08-01"):
        assert liuke("cycle", "-w", tiered, "--as-of", day, "--until", "tier").code == 0
    during, after = (tiers_of(tiered, day)[small] for day in ("1998-07-15", "1998-08-01"))

    assert (during["tier"], during["held_by"], during["judged_tier"]) == ("important", "override", "small")
    assert "set by hand until 1998-08-01: the mayor's aunt" in during["why"]
    assert (after["tier"], after["held_by"]) == ("small", None)


def test_a_withdrawn_override_counts_no_more(tiered, liuke):
    workspace = open_workspace(tiered)
    small = next(who for who, row in tiers_of(tiered, JULY).items() if row["tier"] == "small")
    given = {
        "override_id": "o2",
        "customer_id": small,
        "scheme": "pyramid",
        "tier": "major",
        "reason": "a slip",
        "approved_by": "the manager",
        "begins_on": date(1998, 9, 1),
        "ends_on": date(1999, 1, 1),
    }
    put(workspace, "tier_overrides", {**given, "known_at": datetime(1998, 8, 20)})
    put(workspace, "tier_overrides", {**given, "withdrawn": True, "known_at": datetime(1998, 9, 20)})

    for day in ("1998-09-15", "1998-10-01"):
        assert liuke("cycle", "-w", tiered, "--as-of", day, "--until", "tier").code == 0

    assert tiers_of(tiered, "1998-09-15")[small]["tier"] == "major"
    assert tiers_of(tiered, "1998-10-01")[small]["tier"] == "small"


def test_households_are_found_and_summed(shop, liuke, tmp_path):
    folder = tmp_path / "families"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    settings = (folder / "liuke.toml").read_text(encoding="utf-8")
    text = PYRAMID.split("[[examples]]")[0].replace('name = "pyramid"', 'name = "families"')
    (folder / "schemes").mkdir(exist_ok=True)
    (folder / "schemes" / "families.toml").write_text(text, encoding="utf-8")
    use = '[[tiers]]\nscheme = "families"\ncolumns = { value = "household:margin_12m_fen" }\n'
    (folder / "liuke.toml").write_text(settings.split("tiers = [")[0] + use, encoding="utf-8")
    assert liuke("cycle", "-w", folder, "--as-of", JULY, "--until", "view").code == 0
    workspace = open_workspace(folder)
    view = workspace.table("views", as_of=date.fromisoformat(JULY))
    known = workspace.engine.to_arrow(view.filter(view.margin_12m_fen > 0).order_by("customer_id"))
    (one, other), (mine, theirs) = (known[name].to_pylist()[:2] for name in ("customer_id", "margin_12m_fen"))
    relation = {"customer_id": one, "relative_id": other, "kind": "spouse", "known_at": datetime(1998, 1, 1)}
    put(workspace, "relations", relation)

    done = liuke("cycle", "-w", folder, "--as-of", JULY, "--until", "tier")
    assert done.code == 0, done.err
    found = tiers_of(folder, JULY, "families")

    assert found[one]["measure"] == found[other]["measure"] == (mine + theirs) / 100
    assert {row["tier"] for who, row in found.items() if who not in (one, other)} == {"unrated"}


def test_the_same_snapshot_again_changes_no_tier(shop, liuke, tmp_path):
    """The purchases come once more in a file of other bytes: every row is known already."""
    folder = tmp_path / "twice"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    assert liuke("cycle", "-w", folder, "--as-of", JULY, "--until", "tier").code == 0
    before = tiers_of(folder, JULY), tiers_of(folder, JULY, "rfm")
    source = next(path for path in (folder / "sources").iterdir() if path.is_file())
    source.write_bytes(source.read_bytes() + b"\n")  # another file to whoever compares bytes

    again = liuke("cycle", "-w", folder, "--as-of", JULY, "--until", "tier", "--json")

    loaded = again.document["steps"][0]
    assert loaded["accepted"] == 0
    assert loaded["skipped"] == loaded["read"] > 0
    assert (tiers_of(folder, JULY), tiers_of(folder, JULY, "rfm")) == before


def test_what_if_tells_and_saves_nothing(tiered, liuke, tmp_path):
    draft = tmp_path / "draft.toml"
    text = (tiered / "schemes" / "pyramid.v2.toml").read_text(encoding="utf-8")
    draft.write_text(
        text.replace("version = 2", "version = 3")
        .replace("share = 0.02", "share = 0.10")
        .replace("0.18", "0.10"),
        encoding="utf-8",
    )
    before = sorted(path.name for path in (tiered / "schemes").iterdir())

    told = liuke("tier", "what-if", draft, "-w", tiered, "--as-of", JULY, "--json").document

    assert told["before"] == "pyramid v2"
    assert told["moves"]["up"] > 0
    assert told["moves"]["down"] == 0
    assert told["cost_fen_before"] is None  # no entitlements are declared
    assert sorted(path.name for path in (tiered / "schemes").iterdir()) == before
    said = liuke("tier", "what-if", draft, "-w", tiered, "--as-of", JULY)
    assert "cost of entitlements: unknown" in said.out


@pytest.mark.parametrize(
    "written, instead, told",
    [
        ('name = "pyramid"', 'name = "pyramids"', "'pyramids' (did you mean 'pyramid'?)"),
        ("share = 0.02", "share = 0.05", "the shares sum to 1.03"),
        ('column = "value"', 'column = "worth"', "needs the column 'worth'"),
    ],
)
def test_what_if_refuses_with_a_sentence(tiered, liuke, tmp_path, written, instead, told):
    draft = tmp_path / "draft.toml"
    text = (tiered / "schemes" / "pyramid.v2.toml").read_text(encoding="utf-8")
    draft.write_text(text.replace(written, instead), encoding="utf-8")

    found = liuke("tier", "what-if", draft, "-w", tiered, "--as-of", JULY)

    assert found.code == 1
    assert told in found.err


def test_flapping_is_told_as_held_and_by_the_numbers(tiered, liuke):
    found = liuke("tier", "flapping", "-w", tiered, "--as-of", JULY, "--json").document

    assert set(found) == {"pyramid", "rfm"}
    assert found["pyramid"]["tier"]["days"] == 3
    assert found["pyramid"]["tier"]["rate"] <= found["pyramid"]["judged_tier"]["rate"]


def test_disagreement_and_fairness_answer(tiered, liuke):
    apart = liuke("tier", "disagreement", "-w", tiered, "--as-of", JULY, "--top", "3", "--json").document
    fair = liuke("tier", "fairness", "-w", tiered, "--as-of", JULY, "--json").document

    assert len(apart["customers"]) == 3
    assert apart["agreements"][0]["tau"] > 0.3
    rates = fair["reports"][0]["rates"]
    assert {(rate["attribute"], rate["group"]) for rate in rates} >= {
        ("sex", "unknown"),
        ("region", "unknown"),
    }
    assert {rate["finding"] for rate in rates if rate["group"] == "unknown"} == {"no_reference"}


def test_clusters_become_a_scheme_that_can_be_used(tiered, liuke):
    columns = ["monetary_fen", "frequency", "days_since_last"]
    view = open_workspace(tiered).table("views", as_of=date.fromisoformat(JULY)).columns
    columns = [name for name in columns if name in view]

    made = liuke("tier", "clusters", *columns, "--name", "kinds", "-w", tiered, "--as-of", JULY, "--json")
    again = liuke("tier", "clusters", *columns, "--name", "kinds", "-w", tiered, "--as-of", JULY, "--json")

    assert made.code == 0, made.err
    assert made.document["scheme"] == "kinds v1"
    assert again.document["scheme"] == "kinds v2"
    assert all(match["kept"] and match["moved"] == 0 for match in again.document["matches"])


def test_clusters_of_what_is_not_there(tiered, liuke):
    found = liuke("tier", "clusters", "frequencies", "-w", tiered, "--as-of", JULY)

    assert found.code == 1
    assert "the clusters needs the column 'frequencies'" in found.err
    assert liuke("tier", "clusters", "frequency", "--name", "rfm", "-w", tiered).code == 1


def test_check_names_the_line_of_what_the_view_does_not_have(shop, liuke, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    (folder / "schemes").mkdir(exist_ok=True)
    wrong = PYRAMID.replace("share = 0.01", "share = 0.02").replace("version = 1", "version = 2")
    (folder / "schemes" / "pyramid.toml").write_text(wrong, encoding="utf-8")
    settings = (folder / "liuke.toml").read_text(encoding="utf-8").split("tiers = [")[0]
    (folder / "liuke.toml").write_text(
        settings
        + '[[tiers]]\nscheme = "rfm"\ncolumns = { monetary = "monetary_fenn" }\n'
        + '[[tiers]]\nscheme = "rmf"\n'
        + '[[tiers]]\nscheme = "bank/stars"\n',
        encoding="utf-8",
    )

    found = liuke("check", "-w", folder)

    assert found.code == 1
    assert "pyramid.toml" in found.err
    assert "the shares sum to 1.01" in found.err
    lines = (folder / "liuke.toml").read_text(encoding="utf-8").splitlines()
    read = 1 + next(at for at, line in enumerate(lines) if "monetary_fenn" in line)
    stars = 1 + next(at for at, line in enumerate(lines) if "bank/stars" in line) - 1
    assert f"liuke.toml:{read}: rfm v1 reads 'monetary' from 'monetary_fenn'" in found.err
    assert f"liuke.toml:{stars}: bank/stars v1 reads 'points' from 'points'" in found.err


def test_check_names_the_line_of_a_scheme_that_nobody_declares(shop, liuke, tmp_path):
    folder = tmp_path / "misspelt"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    settings = (folder / "liuke.toml").read_text(encoding="utf-8").split("tiers = [")[0]
    (folder / "liuke.toml").write_text(settings + '[[tiers]]\nscheme = "rmf"\n', encoding="utf-8")

    found = liuke("check", "-w", folder)

    assert found.code == 1
    line = len((folder / "liuke.toml").read_text(encoding="utf-8").splitlines())
    assert f"liuke.toml:{line}: No scheme is called 'rmf' (did you mean 'rfm'?)" in found.err
