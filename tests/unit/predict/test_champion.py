"""The champion serves as it is while it can; when it cannot, the reason is named and a new one is made."""

import json
from dataclasses import replace
from datetime import date

import pytest

from liuke.predict import early_warning
from liuke.predict.champion import challenge, serve
from liuke.predict.model_set import ModelSet
from liuke.predict.standing import POINTER, find_champion, read_reigns, reign_of
from liuke.store import Engine
from tests.unit.predict.companies import AS_OF, FEATURES, TELECOM, MadeUp, feature, inputs_of

NEXT = date(2025, 12, 1)
QUICK = TELECOM.model_copy(
    update={
        "horizons": (1,),
        "training": TELECOM.training.model_copy(update={"as_of_dates": 3, "minimum_leavers": 10}),
    }
)


@pytest.fixture(scope="module")
def engine():
    return Engine(threads=1)


@pytest.fixture(scope="module")
def made():
    return MadeUp(customers=400, months=11)


@pytest.fixture(scope="module")
def served(made, engine, tmp_path_factory):
    """A folder with a champion of 1 November, and its list."""
    folder = tmp_path_factory.mktemp("served")
    return folder, early_warning.run(ask(made, engine, folder))


@pytest.fixture
def folder(served, tmp_path):
    """A copy of it, to be damaged."""
    for place in served[0].iterdir():
        if place.is_file():
            (tmp_path / place.name).write_bytes(place.read_bytes())
    return tmp_path


def ask(made, engine, folder, *, as_of=AS_OF, definition=QUICK, **changes):
    return replace(
        inputs_of(made, engine, definition=definition, as_of=as_of, model_folder=folder), **changes
    )


def with_training(**changes):
    return QUICK.model_copy(update={"training": QUICK.training.model_copy(update=changes)})


def test_the_first_list_puts_a_champion_in_force_and_writes_the_verdict_down(served):
    folder, found = served
    (reign,) = read_reigns(folder)
    verdict = json.loads((folder / "verdicts" / "2025-11-01.json").read_text())

    assert (reign.since, reign.why) == (AS_OF, "no_champion")
    assert found.card["training"]["champion"]["sha256"] == reign.sha256
    assert (verdict["promoted"], verdict["why"], verdict["in_force"]) == (True, "no_champion", reign.sha256)


def test_a_later_list_is_made_by_the_same_champion_without_learning(served, made, engine, monkeypatch):
    folder, _ = served
    monkeypatch.setattr("liuke.predict.rolling.learn_hazards", refuse_to_learn)

    later = early_warning.run(ask(made, engine, folder, as_of=NEXT))
    again = early_warning.run(ask(made, engine, folder, as_of=NEXT))

    assert later.card["training"]["made_as_of"] == "2025-11-01"
    assert later.warnings.equals(again.warnings)
    assert json.dumps(later.card, sort_keys=True) == json.dumps(again.card, sort_keys=True)
    assert [reign.since for reign in read_reigns(folder)] == [AS_OF]


def refuse_to_learn(*given, **named):
    raise AssertionError("nothing may be learned while a champion is in force")


def test_a_champion_never_serves_a_day_before_its_own(served):
    folder, _ = served

    assert reign_of(folder, as_of=AS_OF) is not None
    assert reign_of(folder, as_of=date(2025, 10, 31)) is None


def test_an_earlier_day_gets_a_champion_of_its_own_and_later_days_keep_theirs(folder, made, engine):
    before = reign_of(folder, as_of=AS_OF)

    early_warning.run(ask(made, engine, folder, as_of=date(2025, 10, 1)))

    assert [reign.since for reign in read_reigns(folder)] == [date(2025, 10, 1), AS_OF]
    assert reign_of(folder, as_of=AS_OF) == before
    assert reign_of(folder, as_of=date(2025, 10, 31)).since == date(2025, 10, 1)


def cut_the_models(folder):
    (file,) = folder.glob("*.models")
    file.write_bytes(file.read_bytes()[:-100])


def remove_the_models(folder):
    next(folder.glob("*.models")).unlink()


def scribble_on_the_pointer(folder):
    (folder / POINTER).write_text('{"format": 1, "reigns": [{"since"')


@pytest.mark.parametrize(
    "damage, why",
    [
        (cut_the_models, "files_refused"),
        (remove_the_models, "files_refused"),
        (scribble_on_the_pointer, "pointer_damaged"),
    ],
)
def test_a_damaged_champion_is_replaced_and_the_reason_is_told(folder, made, engine, damage, why):
    damage(folder)

    standing = find_champion(ask(made, engine, folder))
    serving = serve(ask(made, engine, folder))

    assert (standing.champion, standing.why_not) == (None, why)
    assert standing.detail
    assert (serving.verdict.promoted, serving.verdict.why) == (True, why)
    assert find_champion(ask(made, engine, folder)).champion is not None


def test_a_champion_whose_canaries_answer_differently_is_refused(served, made, engine, monkeypatch):
    true_answers = ModelSet.answer_canary

    def shifted(self, canary):
        first, *others = true_answers(self, canary)
        return [first + 1e-6, *others]

    monkeypatch.setattr(ModelSet, "answer_canary", shifted)
    standing = find_champion(ask(made, engine, served[0]))

    assert standing.why_not == "files_refused"
    assert "answers its test rows differently" in standing.detail


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"definition": QUICK.model_copy(update={"gap_days": 5})}, "definition_changed"),
        ({"features": FEATURES[:2]}, "features_changed"),
        ({"features": (*FEATURES, feature("more", "care"))}, "features_changed"),
        ({"definition": with_training(monotone={"arrears": 1})}, "monotone_changed"),
        ({"definition": with_training(minimum_leavers=21)}, None),
        ({"definition": QUICK.model_copy(update={"version": 1})}, None),
        ({"features": FEATURES[::-1]}, None),
    ],
)
def test_what_was_declared_anew_decides_whether_it_can_serve(served, made, engine, changes, why):
    standing = find_champion(ask(made, engine, served[0], **changes))

    assert standing.why_not == why
    assert (standing.champion is None) == (why is not None)


def test_killed_before_the_pointer_the_one_before_stays_in_force(folder, made, engine, monkeypatch):
    before = (folder / POINTER).read_bytes()

    def die(place, held):
        raise KeyboardInterrupt

    monkeypatch.setattr("liuke.predict.standing.replace_file", die)
    with pytest.raises(KeyboardInterrupt):
        serve(ask(made, engine, folder, definition=with_training(monotone={"arrears": 1})))

    assert (folder / POINTER).read_bytes() == before
    assert find_champion(ask(made, engine, folder)).champion is not None


def test_a_champion_of_a_short_history_is_challenged_until_it_tells_all_months(engine, tmp_path):
    young = MadeUp(customers=400, months=4)
    definition = QUICK.model_copy(update={"horizons": (1, 2)})

    months = [
        serve(ask(young, engine, tmp_path, as_of=day, definition=definition)).models.months
        for day in (date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1))
    ]

    assert months == [1, 2, 2]
    assert [reign.why for reign in read_reigns(tmp_path)] == ["no_champion", "more_months"]


def test_the_key_is_readable_by_its_owner_alone(served):
    assert (served[0] / "model.key").stat().st_mode & 0o077 == 0


def test_what_is_known_of_a_set_is_read_without_bringing_it_to_life(served, monkeypatch):
    folder, found = served
    monkeypatch.setattr(ModelSet, "from_parts", refuse_to_learn)

    about = ModelSet.read_about(folder / reign_of(folder, as_of=AS_OF).file_name)

    assert about["backtest"] == found.card["training"]["backtest"]


def test_a_challenge_on_the_same_day_with_the_same_recipe_changes_nothing(folder, made, engine):
    before = read_reigns(folder)

    trained = challenge(ask(made, engine, folder))

    assert (trained.verdict.promoted, trained.verdict.why) == (False, "not_better")
    assert trained.verdict.way == "recipe"
    assert {each.difference for each in trained.verdict.differences["1m"].values()} == {0.0}
    assert read_reigns(folder) == before
