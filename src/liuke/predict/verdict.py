"""Champion or challenger: the declared rule, and the verdict with its figures.

Both are judged on the same day's customers, of whose outcomes neither knew anything. The champion's own
files are asked when all it learned from was known by the judged day. A younger champion has seen some of
the outcomes that judge it, so its recipe (settings and seed) is learned anew from what was known by the
judged day; with the challenger's recipe that is the same set, and the difference is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np

from liuke.kernel.days import add_months
from liuke.predict.challenger import Challenger, Judged, train_stand_in
from liuke.predict.churn import Promotion, Training
from liuke.predict.comparison import (
    LESS_IS_BETTER,
    Difference,
    MeasureName,
    compare_forecasts,
    plain,
)
from liuke.predict.declared import recipe_hash
from liuke.predict.model_set import ModelSet
from liuke.predict.standing import Standing
from liuke.predict.verdict_words import say_verdict
from liuke.predict.warning_inputs import Inputs

Way = Literal["files", "recipe"]


@dataclass(frozen=True)
class Verdict:
    """promoted: whether the challenger takes the place. why: a code of `verdict_words`.

    way: how the champion was judged, by its files or by its recipe; None when nothing was compared.
    differences: by horizon and measure, challenger minus champion.
    """

    promoted: bool
    why: str
    detail: str = ""
    judged_as_of: date | None = None
    way: Way | None = None
    measure: MeasureName | None = None
    horizon: str | None = None
    differences: Mapping[str, Mapping[str, Difference]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The verdict as plain values, with its words in both languages."""
        words = say_verdict(self.why, self.detail)
        return {
            "promoted": self.promoted,
            "why": self.why,
            "zh": words.zh,
            "en": words.en,
            "judged_as_of": None if self.judged_as_of is None else self.judged_as_of.isoformat(),
            "champion_judged_by": self.way,
            "measure": self.measure,
            "horizon": self.horizon,
            "differences": plain(self.differences),
        }


def judge_challenger(inputs: Inputs, standing: Standing, challenger: Challenger) -> Verdict:
    """What the declared rule says. The challenger must have learned something."""
    champion = standing.champion
    if champion is None:
        return Verdict(True, standing.why_not or "no_champion", standing.detail)
    assert challenger.models is not None
    if challenger.models.months != champion.months:
        more = challenger.models.months > champion.months
        return Verdict(more, "more_months" if more else "fewer_months")
    if challenger.judged is None:
        return Verdict(False, "nothing_to_judge_by")
    p, way = _forecast_of_champion(inputs, champion, challenger.judged)
    compared = compare_forecasts(p, challenger.judged.p, challenger.judged.example, seed=inputs.seed)
    if not compared:
        return Verdict(False, "nothing_to_judge_by")
    terms = inputs.definition.training.promotion
    age = _months_old(champion, inputs.as_of)
    promoted, why = decide(compared, terms, age_months=age)
    day = challenger.judged.example.population.as_of
    return Verdict(promoted, why, "", day, way, terms.measure, _longest(compared), compared)


def decide(
    compared: Mapping[str, Mapping[str, Difference]], terms: Promotion, *, age_months: int
) -> tuple[bool, str]:
    """The rule: better beyond chance and nothing worse beyond chance; or old and not worse."""
    judged = compared[_longest(compared)][terms.measure]
    if judged.low is None or judged.high is None:
        return False, "too_few_to_tell"
    worse = any(_is_worse(each, name) for by_name in compared.values() for name, each in by_name.items())
    gain_low, _ = _gains(judged, terms.measure)
    if gain_low > 0 and not worse:
        return True, "better"
    if age_months >= terms.refresh_after_months and gain_low >= -terms.tolerance * judged.champion:
        return (False, "worse_elsewhere") if worse else (True, "refreshed")
    if gain_low > 0:
        return False, "worse_elsewhere"
    return False, "worse" if _is_worse(judged, terms.measure) else "not_better"


def _gains(difference: Difference, name: str) -> tuple[float, float]:
    """The interval of how much better the challenger is, whichever way the measure counts."""
    assert difference.low is not None
    assert difference.high is not None
    if name in LESS_IS_BETTER:
        return -difference.high, -difference.low
    return difference.low, difference.high


def _is_worse(difference: Difference, name: str) -> bool:
    """Whether the whole interval is on the worse side."""
    return difference.low is not None and _gains(difference, name)[1] < 0


def _forecast_of_champion(
    inputs: Inputs, champion: ModelSet, judged: Judged
) -> tuple[Mapping[int, np.ndarray], Way]:
    population = judged.example.population
    if date.fromisoformat(champion.about["made_as_of"]) <= population.as_of:
        return champion.predict(population.table), "files"
    if champion.about["recipe_hash"] == recipe_hash(inputs.definition, seed=inputs.seed):
        return judged.p, "recipe"
    recipe = Training.model_validate(champion.about["definition"]["training"])
    before = replace(
        inputs,
        definition=inputs.definition.model_copy(update={"training": recipe}),
        seed=champion.about["seed"],
    )
    again = train_stand_in(before)
    return ({} if again is None else again.p), "recipe"


def _months_old(champion: ModelSet, as_of: date) -> int:
    """Full months since the champion was made."""
    made, months = date.fromisoformat(champion.about["made_as_of"]), 0
    while add_months(made, months + 1) <= as_of:
        months += 1
    return months


def _longest(compared: Mapping[str, object]) -> str:
    return max(compared)
