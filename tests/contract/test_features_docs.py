"""The committed catalogue of features is the one that the declarations make."""

import tomllib

import pytest

from liuke.view.catalogue import PAGES, declared_by_pack, draw_catalogue
from liuke.view.declaring import EXAMPLE, KEYS
from liuke.view.features import DerivedFeature, RowFeature


@pytest.mark.parametrize("language", PAGES)
def test_the_committed_catalogue_is_current(language):
    drawn = draw_catalogue(declared_by_pack(), language=language)

    assert PAGES[language].read_text(encoding="utf-8") == drawn, "run python -m liuke.view.catalogue"


@pytest.mark.parametrize("language", PAGES)
def test_every_feature_has_its_line(language):
    drawn = draw_catalogue(declared_by_pack(), language=language)

    for features in declared_by_pack().values():
        for feature in features:
            assert f"| `{feature.name}` | {feature.label.say(language)} |" in drawn


def test_every_setting_of_a_declaration_is_told():
    assert set(KEYS) == set(RowFeature.model_fields) | set(DerivedFeature.model_fields)


def test_the_example_is_a_declaration():
    measured, compared = tomllib.loads(EXAMPLE)["feature"]

    assert RowFeature.model_validate(measured).window.skip == 3
    assert DerivedFeature.model_validate(compared).base == measured["name"]
