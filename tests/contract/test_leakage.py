"""Nothing that happened or became known on the as-of day or later changes anything said as of the day.

Held for every feature of every pack by both evaluators, and for all that labels are made of: who left,
who was at risk, what became of them. Who came back under a new number is held to it on a simulated
company, in tests/unit/predict/test_reentry.py.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import ibis
import pyarrow as pa
import pytest

import liuke.packs
from liuke.predict import account_spells, heard, leavings, share_drops
from liuke.predict.churn import ChurnDefinition, Diversion, load_churn
from liuke.predict.leavings import at_risk, find_leavings, label
from liuke.view.fast import compute_views
from liuke.view.features import load_features
from tests.contract.random_company import RandomCompany, cut_at, differing

PACKS = sorted(path.parent for path in Path(liuke.packs.__path__[0]).glob("*/churn.toml"))
FOLDERS = sorted(Path(liuke.packs.__path__[0]).glob("*/features"))
DAYS = [date(2024, 2, 29), date(2026, 5, 17)]
SILENT_DAYS = 25
EARLIER = timedelta(days=75)  # what became of those at risk so long before the day


def named(folder: Path) -> str:
    return folder.parent.name if folder.name == "features" else folder.name


def fast(tables, features, days):
    return compute_views(tables, features, as_of_days=days, settings={"margin_rate": 0.4})


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_fast_evaluator_sees_nothing_later_than_each_of_its_days(folder, day):
    """The portable one is held to the same in test_features.py; here several days are asked for at once."""
    features = load_features(folder)
    tables = RandomCompany(features, as_of=day, seed=3).tables
    days = [day - timedelta(days=40), day - timedelta(days=1), day]

    views = fast(tables, features, days)

    for each in days:
        cut = cut_at(tables, each)
        assert cut["events"].num_rows < tables["events"].num_rows
        assert differing(views[each], fast(cut, features, [each])[each]) == [], each


def what_became(tables: Mapping[str, pa.Table], definition, *, known_by: date) -> dict[str, pa.Table]:
    """All that labels are made of, as known by a day."""
    held = {name: ibis.memtable(rows) for name, rows in tables.items()}
    as_of = known_by - EARLIER
    left = find_leavings(held, definition, known_by=known_by)
    present = at_risk(held, definition, as_of=as_of)
    told = {
        "leavings": left,
        "at risk": at_risk(held, definition, as_of=known_by),
        "labels": label(present, left, definition, as_of=as_of, known_by=known_by),
    }
    return {name: rows.order_by(rows.columns).to_pyarrow() for name, rows in told.items()}


@pytest.fixture(scope="module", params=PACKS, ids=named)
def pack(request):
    """A pack's definition, and random companies in which much closes, opens again and falls silent."""
    features = load_features(request.param / "features")
    companies = {day: RandomCompany(features, as_of=day, seed=3).tables for day in DAYS}
    return quick_to_silence(load_churn(request.param / "churn.toml")), companies


def quick_to_silence(definition):
    """The definition with so few days of silence that customers reach them, busy as they are."""
    if definition.dormant is None:
        return definition
    dormant = definition.dormant.model_copy(update={"silent_days": SILENT_DAYS})
    return definition.model_copy(update={"dormant": dormant})


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_leavings_risk_and_labels_see_nothing_later_than_the_day(pack, day):
    definition, companies = pack

    on_all = what_became(companies[day], definition, known_by=day)
    on_cut = what_became(cut_at(companies[day], day), definition, known_by=day)

    assert all(on_all[name].num_rows > 3 for name in on_all)
    assert {
        name: differing(on_all[name], on_cut[name]) for name in on_all if on_all[name] != on_cut[name]
    } == {}


@pytest.fixture(scope="module", params=["use", "balances"])
def falling(request):
    """The operator's definition with falls to a competitor declared so that many fall; random companies."""
    folder = next(path for path in PACKS if path.name == "telecom")
    features = load_features(folder / "features")
    kinds = ["voice", "sms"] if request.param == "use" else []
    terms = {"of": request.param, "kinds": kinds, "months": 1, "at_least": 1, "drop": 0.3}
    declared = load_churn(folder / "churn.toml").model_dump()
    declared["diverted"]["share_drop"] = terms | {"signs": ["data", "port_query"], "sign_months": 3}
    companies = {day: RandomCompany(features, as_of=day, seed=5).tables for day in DAYS}
    return quick_to_silence(ChurnDefinition.model_validate(declared)), companies


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_falls_to_a_competitor_see_nothing_later_than_the_day(falling, day):
    definition, companies = falling
    closings = definition.model_copy(update={"diverted": Diversion(statuses=("closed_diverted",))})

    on_all = what_became(companies[day], definition, known_by=day)
    on_cut = what_became(cut_at(companies[day], day), definition, known_by=day)

    assert on_all["leavings"] != what_became(companies[day], closings, known_by=day)["leavings"]
    assert on_all == on_cut


def test_falls_that_forget_when_things_were_known_are_caught(falling):
    definition, companies = falling

    with patch.object(share_drops, "known", forgetful):
        on_all = what_became(companies[DAYS[1]], definition, known_by=DAYS[1])
        on_cut = what_became(cut_at(companies[DAYS[1]], DAYS[1]), definition, known_by=DAYS[1])

    assert on_all != on_cut


def forgetful(table: ibis.Table, *, by: date) -> ibis.Table:
    """A mistake: looking at when things happened, not at when they became known."""
    return table.filter(table.happened_at < by) if "happened_at" in table.columns else table


def test_labels_that_forget_when_things_were_known_are_caught(pack):
    definition, companies = pack

    def told(tables):
        readers = (leavings, account_spells, heard)
        with ExitStack() as forgetting:
            for reader in readers:
                forgetting.enter_context(patch.object(reader, "known", forgetful))
            return what_became(tables, definition, known_by=DAYS[1])

    assert told(companies[DAYS[1]])["leavings"] != told(cut_at(companies[DAYS[1]], DAYS[1]))["leavings"]
