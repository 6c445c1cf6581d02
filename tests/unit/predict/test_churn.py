"""A churn.toml is read whole; every mistake is told with its line."""

from datetime import date

import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.predict.churn import ChurnDefinition, Returning, load_churn
from liuke.predict.reentry.settings import DEFAULTS

TELECOM = """
method = "rolling"
gap_days = 5

[voluntary]
statuses = ["closed_voluntary"]

[dormant]
silent_days = 90
events = ["call", "data"]
"""


def written(tmp_path, text):
    path = tmp_path / "churn.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(tmp_path, text):
    with pytest.raises(ConfigRefused) as refusal:
        load_churn(written(tmp_path, text))
    return refusal.value.mistakes


def test_a_definition_knows_its_kinds_statuses_and_windows(tmp_path):
    churn = load_churn(written(tmp_path, TELECOM))

    assert churn.kinds == ("voluntary", "dormant")
    assert churn.statuses_of("voluntary") == ("closed_voluntary",)
    assert churn.statuses_of("dormant") == churn.statuses_of("involuntary") == ()
    assert churn.silent_days == 90
    assert churn.opens_on(date(2026, 1, 31)) == date(2026, 2, 5)
    assert churn.ends_on(date(2026, 1, 31), 1) == date(2026, 3, 5)


def test_an_unknown_setting_is_named_with_line_and_nearest_name(tmp_path):
    (mistake,) = refused(tmp_path, TELECOM.replace("silent_days", "silence_days = 1\nsilent_days"))

    assert mistake.line == 9
    assert "did you mean 'silent_days'?" in mistake.message


@pytest.mark.parametrize(
    "change, said",
    [
        (("gap_days = 5", "gap_days = -1"), "gap_days"),
        (("gap_days = 5", "horizons = [1, 3]"), r"horizons are \[1\]"),
        (("gap_days = 5", "horizons = [1, 2, 3, 4]"), r"horizons are \[1\]"),
        (('"rolling"', '"survival"'), "method"),
        (('"rolling"', '"cross_fit"'), "learns from one snapshot"),
        (('"rolling"', '"beta_geo"'), "knows silence only"),
        (("[voluntary]", '[diverted]\nstatuses = ["closed_voluntary"]\n[voluntary]'), r"and in \[diverted\]"),
        (("[voluntary]", '[involuntary]\nstatuses = ["closed_voluntary"]\n[voluntary]'), "keep one"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, change, said):
    import re

    mistakes = refused(tmp_path, TELECOM.replace(*change))

    assert any(re.search(said, mistake.message) for mistake in mistakes)


@pytest.mark.parametrize("silent_days, fits", [(93, False), (94, True)])
def test_beta_geo_needs_a_silence_longer_than_the_longest_horizon(silent_days, fits):
    values = {"method": "beta_geo", "dormant": {"silent_days": silent_days, "events": ["purchase"]}}

    if fits:
        assert ChurnDefinition.model_validate(values).silent_days == silent_days
    else:
        with pytest.raises(ValueError, match="above 93"):
            ChurnDefinition.model_validate(values)


def test_no_kind_at_all_is_refused():
    with pytest.raises(ValueError, match="no kind of leaving"):
        ChurnDefinition(method="rolling")


@pytest.mark.parametrize(
    "terms, fits",
    [
        ({"within_days": DEFAULTS.after_days}, True),  # so far ahead of the last use re-entry looks
        ({"within_days": DEFAULTS.after_days + 1}, False),
        ({"minimum_probability": DEFAULTS.at_least}, True),  # from here on a pair is called a match
        ({"minimum_probability": DEFAULTS.at_least - 0.01}, False),
    ],
)
def test_returns_are_corrected_only_where_they_can_be_recognised(terms, fits):
    if fits:
        assert Returning.model_validate(terms)
    else:
        with pytest.raises(ValueError, match="should be"):
            Returning.model_validate(terms)


def test_purchases_are_not_corrected_by_returns():
    values = {"method": "beta_geo", "dormant": {"silent_days": 180, "events": ["purchase"]}}

    with pytest.raises(ValueError, match=r"leave reentry.correct out"):
        ChurnDefinition.model_validate(values | {"reentry": {"correct": True}})
