"""A model set is one file: the same bytes from the same seed, and believed only whole."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.hazards import Hazards
from liuke.predict.model_set import ModelSet
from liuke.predict.model_store import ModelRefused
from liuke.predict.recalibration import Correction
from liuke.predict.standing import POINTER
from tests.unit.predict.companies import AS_OF, MadeUp

ROOT = Path(__file__).parents[3]
NAMES = ["usage", "arrears", "noise", "plan"]


def make_champion(folder, *, hash_seed, fail_at=""):
    """The exit code of a process that makes a champion, and the files it left."""
    folder.mkdir(exist_ok=True)
    (folder / "model.key").write_text("the same key for both of them")
    command = [sys.executable, "-m", "tests.unit.predict.same_bytes", str(folder)]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "LIUKE_FAIL_AT": fail_at}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    left = {place.name: place.read_bytes() for place in folder.rglob("*") if place.is_file()}
    return done.returncode, left


def test_two_processes_make_the_same_bytes_of_the_same_seed_though_one_was_killed_before(tmp_path):
    killed, half = make_champion(tmp_path / "first", hash_seed="1", fail_at="models.before_pointer")
    (_, first), (_, second) = (
        make_champion(tmp_path / name, hash_seed=seed) for name, seed in (("first", "1"), ("second", "2"))
    )

    assert killed == -signal.SIGKILL
    assert POINTER not in half
    assert POINTER in first
    assert len([name for name in first if name.endswith(".models")]) == 1
    assert first == second


@pytest.fixture(scope="module")
def learned():
    view = MadeUp(customers=300, months=3).views[AS_OF.replace(month=3)].drop_columns(["customer_id"])
    left = view["usage"].to_numpy() < -0.5
    models = tuple(ChurnClassifier(random_state=seed, effort="quick").fit(view, left) for seed in (1, 2))
    hazards = Hazards(
        models, ({"rows": 300},) * 2, "too_few_leavers", (Correction(0.5, 0.8), Correction(0, 1))
    )
    return ModelSet(hazards, None, {"made_as_of": "2025-03-01"}), view


@pytest.fixture
def stored(learned, tmp_path):
    learned[0].save(tmp_path / "set.models")
    return tmp_path / "set.models"


def test_a_set_read_again_says_and_explains_the_same(learned, stored):
    kept, view = learned

    found = ModelSet.load(stored)

    for months in (1, 2):
        assert np.array_equal(found.predict(view)[months], kept.predict(view)[months])
    assert np.array_equal(found.explain(view, NAMES), kept.explain(view, NAMES))
    assert (found.months, found.hazards.why_empty, found.about) == (2, "too_few_leavers", kept.about)
    assert found.part(view, found.predict(view)[2]) == {}


def test_a_correction_scales_what_is_explained(learned):
    kept, view = learned
    plain = Hazards(kept.hazards.models[:1], ({"rows": 300},), None)
    scaled = Hazards(kept.hazards.models[:1], ({"rows": 300},), None, (Correction(0.5, 0.8),))

    assert scaled.explain(view, NAMES) == pytest.approx(0.8 * plain.explain(view, NAMES))


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99])
def test_a_set_cut_short_is_refused_before_anything_is_read(stored, kept):
    whole = stored.read_bytes()
    stored.write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])

    for read in (ModelSet.load, ModelSet.read_about):
        with pytest.raises(ModelRefused):
            read(stored)


def test_a_set_without_its_key_or_of_another_kind_is_refused(stored, tmp_path):
    with pytest.raises(ModelRefused, match="holds a ModelSet, not a ChurnClassifier"):
        ChurnClassifier.load(stored)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(stored, alone / "set.models")
    with pytest.raises(ModelRefused, match="no key"):
        ModelSet.load(alone / "set.models")
