"""The committed pages of schemes are those that the declarations make, and their examples come out."""

import json
import tomllib
from datetime import date

import pytest

from liuke.tier import built_in_schemes, catalogue, examples, load
from liuke.tier.catalogue import PAGES, SCHEMA, draw_catalogue, draw_schema
from liuke.tier.registry import KINDS

NAMES = sorted(built_in_schemes())


@pytest.fixture(autouse=True, scope="module")
def judged_once():
    """Pages in both languages and the check of a scheme judge the same examples: once is enough."""
    describe, known = examples.describe_examples, {}

    def remember(scheme):
        key = scheme.model_dump_json()
        if key not in known:
            known[key] = describe(scheme)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        for module in (examples, catalogue):
            patch.setattr(module, "describe_examples", remember)
        yield


@pytest.mark.parametrize("language", PAGES)
def test_the_committed_pages_are_current(language):
    drawn = draw_catalogue([load(name) for name in NAMES], language=language)

    assert PAGES[language].read_text(encoding="utf-8") == drawn, "run python -m liuke.tier.catalogue"


def test_the_committed_schema_is_current():
    assert SCHEMA.read_text(encoding="utf-8") == draw_schema(), "run python -m liuke.tier.catalogue"


def test_the_schema_knows_every_kind():
    assert set(json.loads(draw_schema())["discriminator"]["mapping"]) == set(KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_a_scheme_says_what_it_is_for_and_shows_examples(name):
    scheme = load(name)

    assert scheme.about is not None
    assert len(scheme.examples) >= 2
    assert len({example.tier for example in scheme.examples}) >= 2
    assert scheme.example_faults() == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_tier_says_what_it_takes(name):
    assert not [rule.name for rule in load(name).describe() if rule.takes is None]


def test_an_example_that_comes_out_otherwise_is_told():
    stars = load("bank/stars")
    wrong = stars.examples[1].model_copy(update={"tier": "star-7"})
    changed = stars.model_copy(update={"examples": (stars.examples[0], wrong)})

    assert changed.example_faults() == ("example 2: bank/stars v1 gives 'star-6', not 'star-7'",)


def test_every_key_that_the_files_use_is_in_the_schema():
    known = set(json.dumps(json.loads(draw_schema())).split('"'))
    used = {key for path in built_in_schemes().values() for key in tomllib.loads(path.read_text("utf-8"))}

    assert used <= known


def test_examples_may_be_of_days_before_the_version():
    rfm = load("rfm")

    assert rfm.model_copy(update={"effective_from": date(2030, 1, 1)}).example_faults() == ()
