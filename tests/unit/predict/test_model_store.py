"""A stored model is believed only when it is what was stored, and a damaged one harms nobody."""

import hashlib
import io
import json
import stat
import zipfile

import numpy as np
import pandas as pd
import pytest

from liuke.predict import BetaGeo, ChurnClassifier
from liuke.predict.model_store import KEY_FILE, ModelRefused, Storable, pack, seal, unseal
from liuke.predict.tree_canary import check_trees

KEY = b"a key of sixteen bytes"


@pytest.fixture(scope="module")
def model():
    draw = np.random.default_rng(2)
    rows = pd.DataFrame({"months": draw.integers(0, 72, 200), "plan": draw.choice(["a", "b"], 200)})
    return ChurnClassifier(random_state=1).fit(rows, draw.random(200) < 1 / (1 + rows.months / 9))


@pytest.fixture
def stored(model, tmp_path):
    model.save(tmp_path / "model", key=KEY)
    return tmp_path / "model"


def repack(path, change):
    """The stored model with its parts changed by somebody who has the key."""
    with zipfile.ZipFile(io.BytesIO(unseal(path, KEY))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    path.write_bytes(seal(room.getvalue(), KEY))


def rehash(files):
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: hashlib.sha256(held).hexdigest() for name, held in files.items() if name != "manifest.json"
    }
    files["manifest.json"] = json.dumps(manifest).encode()


def test_what_was_saved_is_loaded(model, stored):
    asked = pd.DataFrame({"months": [3, 60, None], "plan": ["a", "new", None]})

    found = ChurnClassifier.load(stored, key=KEY)

    assert (found.predict_proba(asked) == model.predict_proba(asked)).all()
    assert found.explain(asked).equals(model.explain(asked))
    assert found.classes_.tolist() == [False, True]


def test_no_row_of_a_customer_is_in_the_file(model, stored):
    """The canary rows are made up, so forgetting a customer does not need the model's file."""
    canary = model.to_parts().canary

    assert canary != model.to_parts().state
    assert all(not float(row[0] or 0.5).is_integer() for row in canary)  # real months are whole


@pytest.mark.parametrize("kept", [0, 1, 40, 0.5, -1])
def test_a_truncated_file_is_refused(stored, kept):
    whole = stored.read_bytes()
    end = int(kept * len(whole)) if isinstance(kept, float) else kept
    stored.write_bytes(whole[:end])

    with pytest.raises(ModelRefused, match="not a model saved by Liuke|not as it was saved"):
        ChurnClassifier.load(stored, key=KEY)


@pytest.mark.parametrize("place", [0, 20, 200, 0.3, 0.9, -1])
def test_a_flipped_bit_is_refused(stored, place):
    held = bytearray(stored.read_bytes())
    held[int(place * len(held)) if isinstance(place, float) else place] ^= 1
    stored.write_bytes(bytes(held))

    with pytest.raises(ModelRefused):
        ChurnClassifier.load(stored, key=KEY)


def test_another_key_is_refused_before_anything_is_read(stored, monkeypatch):
    def parse(*_):
        raise AssertionError("parsed before it was trusted")

    monkeypatch.setattr(zipfile, "ZipFile", parse)
    monkeypatch.setattr(json, "loads", parse)

    with pytest.raises(ModelRefused, match="saved with another key; nothing of it was read"):
        ChurnClassifier.load(stored, key=KEY + b"!")


def test_a_part_that_does_not_match_the_manifest_is_refused(stored):
    repack(stored, lambda files: files.update({"model.json": files["model.json"] + b" "}))

    with pytest.raises(ModelRefused, match="do not match its manifest"):
        ChurnClassifier.load(stored, key=KEY)


def test_another_format_is_refused_with_both_numbers(stored):
    def age(files):
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | {"format": 2}).encode()

    repack(stored, age)

    with pytest.raises(ModelRefused, match=r"has format 2; this version of Liuke reads format 1"):
        ChurnClassifier.load(stored, key=KEY)


def test_a_model_of_another_class_is_refused(stored):
    with pytest.raises(ModelRefused, match="holds a ChurnClassifier, not a BetaGeo"):
        BetaGeo.load(stored, key=KEY)


def test_trees_cut_short_are_tried_in_a_child_and_refused(stored):
    """The HMAC is right here, as if the file had been damaged before it was sealed."""

    def cut(files):
        files["trees/0000.txt"] = files["trees/0000.txt"][: len(files["trees/0000.txt"]) // 2]
        rehash(files)

    repack(stored, cut)

    with pytest.raises(ModelRefused, match="The trees of .* cannot be used"):
        ChurnClassifier.load(stored, key=KEY)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.5, 0.8, 0.97])
def test_no_cut_of_a_tree_text_ends_this_process_or_passes(model, share):
    parts = model.to_parts()
    whole = parts.trees[0]
    cut = whole[: int(share * whole.index("end of trees"))]

    assert check_trees([cut], parts.canary, parts.tree_answers[:1], 1e-9) is not None
    assert check_trees([whole], parts.canary, parts.tree_answers[:1], 1e-9) is None


def test_canaries_that_are_answered_differently_are_refused(stored):
    def shift(files):
        canary = json.loads(files["canary.json"])
        canary["answers"][0] += 1e-6
        files["canary.json"] = json.dumps(canary).encode()
        rehash(files)

    repack(stored, shift)

    with pytest.raises(ModelRefused, match="answers its test rows differently"):
        ChurnClassifier.load(stored, key=KEY)


def test_a_file_that_is_no_model_and_one_that_is_absent_are_told_apart(tmp_path):
    (tmp_path / "notes").write_text("hello", encoding="utf-8")

    with pytest.raises(ModelRefused, match="not a model saved by Liuke"):
        BetaGeo.load(tmp_path / "notes", key=KEY)
    with pytest.raises(ModelRefused, match="There is no model at"):
        BetaGeo.load(tmp_path / "absent", key=KEY)


def test_a_workspace_gets_a_key_of_its_own_that_only_its_owner_reads(model, tmp_path):
    model.save(tmp_path / "a" / "one")
    secret = (tmp_path / "a" / KEY_FILE).read_bytes()
    model.save(tmp_path / "a" / "two")
    model.save(tmp_path / "b" / "one")

    assert (tmp_path / "a" / KEY_FILE).read_bytes() == secret
    assert (tmp_path / "b" / KEY_FILE).read_bytes() != secret
    assert stat.S_IMODE((tmp_path / "a" / KEY_FILE).stat().st_mode) == 0o600
    ChurnClassifier.load(tmp_path / "a" / "two")


def test_a_model_moved_without_its_key_is_refused(model, tmp_path):
    model.save(tmp_path / "a" / "one")
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "one").rename(tmp_path / "b" / "one")

    with pytest.raises(ModelRefused, match="There is no key at"):
        ChurnClassifier.load(tmp_path / "b" / "one")


def test_a_key_may_lie_in_a_file_and_must_be_long_enough(model, tmp_path):
    (tmp_path / "secret").write_bytes(KEY)
    model.save(tmp_path / "one", key=tmp_path / "secret")

    ChurnClassifier.load(tmp_path / "one", key=KEY)
    with pytest.raises(ModelRefused, match="has 15 bytes; a key has at least 16"):
        model.save(tmp_path / "two", key=b"x" * 15)
    model.save(tmp_path / "two", key=b"x" * 16)


def test_a_save_that_fails_leaves_the_model_before_it(stored, monkeypatch):
    before = stored.read_bytes()

    class Broken(Storable):
        def to_parts(self):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        Broken().save(stored, key=KEY)

    assert stored.read_bytes() == before
    assert [file.name for file in stored.parent.iterdir()] == ["model"]


def test_a_model_that_has_learned_nothing_is_not_saved(tmp_path):
    with pytest.raises(Exception, match="not fitted"):
        ChurnClassifier().save(tmp_path / "model", key=KEY)

    assert not (tmp_path / "model").exists()


def test_the_same_parts_give_the_same_bytes(model):
    assert pack("ChurnClassifier", model.to_parts()) == pack("ChurnClassifier", model.to_parts())
