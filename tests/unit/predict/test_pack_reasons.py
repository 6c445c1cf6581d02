"""The packs' own books of reasons fit their features and say whole sentences in both languages."""

from importlib.resources import files
from pathlib import Path

import pytest

from liuke.predict.churn import load_churn
from liuke.predict.reasons import load_reasons
from liuke.predict.silences import FIGURES
from liuke.view.features import load_features

PACKS = Path(str(files("liuke") / "packs"))
OF_SILENCE = [figure.name for figure in FIGURES]


@pytest.mark.parametrize("pack, more", [("telecom", []), ("retail", OF_SILENCE), ("bank", [])])
def test_every_figure_of_a_pack_is_a_feature(pack, more):
    book = load_reasons(PACKS / pack / "reasons")
    features = load_features(PACKS / pack / "features")

    book.check([*(feature.name for feature in features), *more])

    assert len(book.templates) >= 4


@pytest.mark.parametrize("pack", ["telecom", "retail", "bank"])
def test_a_reason_is_listed_under_the_cause_of_its_features(pack):
    causes = {feature.name: feature.cause for feature in load_features(PACKS / pack / "features")}
    causes |= {figure.name: figure.cause for figure in FIGURES}

    for template in load_reasons(PACKS / pack / "reasons").templates:
        assert any(causes[name] == template.cause for name in template.stands_for), template.code


@pytest.mark.parametrize("pack", ["telecom", "retail", "bank"])
def test_who_the_customer_is_is_never_a_reason(pack):
    assert "profile" in load_reasons(PACKS / pack / "reasons").unspoken


@pytest.mark.parametrize("churn", sorted(PACKS.rglob("churn.toml")), ids=lambda path: path.parent.name)
def test_every_churn_definition_of_a_pack_loads(churn):
    assert load_churn(churn).kinds
