"""The declared rule: better beyond chance and nowhere worse, or old and not worse."""

import pytest

from liuke.predict.churn import Promotion
from liuke.predict.comparison import Difference
from liuke.predict.unknowns import UNKNOWNS
from liuke.predict.unlearned import WAYS_OUT, NothingLearned, say_way_out
from liuke.predict.verdict import Verdict, decide
from liuke.predict.verdict_words import VERDICTS

TERMS = Promotion(measure="log_loss", tolerance=0.02, refresh_after_months=6)


def difference(low, high, champion=1.0):
    middle = (low + high) / 2
    return Difference(champion, champion + middle, middle, low, high)


def compared(loss, *, auc=(-0.01, 0.01), first_auc=(-0.01, 0.01)):
    """Differences at one and at three months; only what is told is off centre."""
    same = difference(-0.01, 0.01)
    return {
        "1m": {"log_loss": same, "auc": difference(*first_auc), "pr_auc": same},
        "3m": {"log_loss": difference(*loss), "auc": difference(*auc), "pr_auc": same},
    }


@pytest.mark.parametrize(
    "loss, age, others, expected",
    [
        ((-0.02, -0.001), 1, {}, (True, "better")),
        ((-0.02, 0.0), 1, {}, (False, "not_better")),
        ((-0.02, 0.001), 1, {}, (False, "not_better")),
        ((0.001, 0.02), 1, {}, (False, "worse")),
        ((-0.02, 0.019), 5, {}, (False, "not_better")),  # not old yet
        ((-0.02, 0.019), 6, {}, (True, "refreshed")),
        ((-0.02, 0.02), 6, {}, (True, "refreshed")),  # exactly as much as is tolerated
        ((-0.02, 0.021), 6, {}, (False, "not_better")),
        ((0.001, 0.019), 6, {}, (False, "worse_elsewhere")),  # within tolerance, but surely worse
        ((-0.02, -0.001), 1, {"auc": (-0.02, -0.001)}, (False, "worse_elsewhere")),
        ((-0.02, -0.001), 9, {"first_auc": (-0.02, -0.001)}, (False, "worse_elsewhere")),
        ((-0.02, -0.001), 1, {"auc": (0.001, 0.02)}, (True, "better")),
    ],
)
def test_the_rule_on_both_sides_of_every_edge(loss, age, others, expected):
    assert decide(compared(loss, **others), TERMS, age_months=age) == expected


def test_a_measure_of_which_more_is_better_is_read_the_other_way():
    terms = TERMS.model_copy(update={"measure": "auc"})

    assert decide(compared((0.0, 0.0), auc=(0.001, 0.02)), terms, age_months=1) == (True, "better")
    assert decide(compared((0.0, 0.0), auc=(-0.02, -0.001)), terms, age_months=1) == (False, "worse")


def test_without_an_interval_the_champion_stays_however_old():
    found = compared((0.0, 0.0))
    found["3m"]["log_loss"] = Difference(1.0, 0.5, -0.5, why_empty="too_few_leavers")

    assert decide(found, TERMS, age_months=99) == (False, "too_few_to_tell")


def test_every_reason_has_words_in_both_languages():
    for code in VERDICTS:
        told = Verdict(False, code, "cut short").document()
        assert "cut short" in told["zh"]
        assert "cut short" in told["en"]


@pytest.mark.parametrize("code", WAYS_OUT)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_learned_names_what_is_missing_and_the_way_out(code, language):
    error = NothingLearned(code, {"months": 3}, language=language)

    assert UNKNOWNS[code].say(language) in str(error)
    assert WAYS_OUT[code].say(language) in str(error)
    assert "months 3" in str(error)
    assert say_way_out(code).say(language) in str(error)
    assert error.exit_code == 1
