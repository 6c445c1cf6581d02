"""Whether tiers fall alike on groups of people, and where schemes disagree; for those who answer for it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from liuke_desk.bridge import clock, scheme_fairness, schemes
from liuke_desk.people.models import Unit
from liuke_desk.people.permissions import requires
from liuke_desk.schemes import selectors
from liuke_desk.schemes.charts import place_interval, place_ratio
from liuke_desk.schemes.checking import say as say_refusal
from liuke_desk.schemes.groups_of_people import say_group
from liuke_desk.schemes.words import ATTRIBUTE_WORDS, FINDING_WORDS
from liuke_desk.ui.templatetags.figures import day
from liuke_desk.ui.templatetags.parts import say

SHOWN_DISAGREEMENTS = 200
FINDING_COLOURS = {"disparate": "red", "watch": "orange", "alike": "green"}


@require_safe
@requires("schemes.judge_fairness")
def show_fairness(request: HttpRequest, name: str) -> HttpResponse:
    """Rates of each group beside the largest one, as of the last cycle, in the words of a finding."""
    scheme = selectors.find_scheme(name, on=clock.today())
    context: dict[str, Any] = {"scheme": scheme, "axis": _axis()}
    try:
        reports = scheme_fairness.judge(name, on=clock.today())
    except scheme_fairness.QuestionRefused as refused:
        return render(request, "schemes/fairness.html", context | {"refused": say_refusal(str(refused))})
    tiers = _tiers_of(scheme)
    units = Unit.objects.in_bulk()
    context["as_of"] = schemes.last_cycle_day()
    context["reports"] = [_report(report, tiers, units) for report in reports]
    context["disparate"] = sum(report["disparate"] for report in context["reports"])
    context["watched"] = sum(report["watch"] for report in context["reports"])
    return render(request, "schemes/fairness.html", context)


@require_safe
@requires("schemes.judge_fairness")
def show_disagreement(request: HttpRequest) -> HttpResponse:
    """The customers whom schemes place furthest apart, of the user's units."""
    on = clock.today()
    context: dict[str, Any] = {"rows": [], "agreement": []}
    try:
        found = scheme_fairness.find_disagreement(on=on, top=SHOWN_DISAGREEMENTS)
    except scheme_fairness.QuestionRefused as refused:
        return render(request, "schemes/disagreement.html", context | {"refused": say_refusal(str(refused))})
    seen = selectors.keep_known(row["customer_id"] for row in found["customers"])
    context["rows"] = [row for row in found["customers"] if row["customer_id"] in seen]
    context["agreement"] = found["agreements"]
    names = {row["name"]: row for row in schemes.list_schemes(on=on)}
    context["names"] = names
    context["tiers"] = {name: _tiers_of(row) for name, row in names.items() if row["is_used"]}
    return render(request, "schemes/disagreement.html", context)


def _tiers_of(scheme: Mapping[str, Any]) -> dict[str, Any]:
    """Tiers of all versions of a scheme: those held today may be of an earlier one."""
    return {
        tier["tier"]: tier
        for row in scheme["versions"]
        for tier in schemes.describe_version(scheme["name"], row["version"])["tiers"]
    }


def _report(report: Mapping[str, Any], tiers: Mapping[str, Any], units: Mapping[str, Unit]) -> dict[str, Any]:
    rates = [
        rate
        | {
            "attribute": ATTRIBUTE_WORDS.get(rate["attribute"], rate["attribute"]),
            "group": say_group(rate["attribute"], rate["group"], units),
            "finding_words": FINDING_WORDS.get(rate["finding"], rate["finding"]),
            "colour": FINDING_COLOURS.get(rate["finding"], "grey"),
            "drawn": place_interval(rate["ratio_low"], rate["ratio"], rate["ratio_high"]),
            "is_first": place == 0 or report["rates"][place - 1]["attribute"] != rate["attribute"],
        }
        for place, rate in enumerate(report["rates"])
    ]
    return {
        "outcome": say_outcome(report["outcome"], tiers),
        "rates": rates,
        "disparate": sum(rate["finding"] == "disparate" for rate in rates),
        "watch": sum(rate["finding"] == "watch" for rate in rates),
    }


def say_outcome(outcome: str, tiers: Mapping[str, Any]) -> str:
    """The outcome that rates are of, in the reader's language."""
    if outcome.startswith("in "):
        names = [say(tiers.get(name)) or name for name in outcome.removeprefix("in ").split(", ")]
        return _("In the best tiers: %(tiers)s") % {"tiers": ", ".join(names)}
    if outcome.startswith("moved down since "):
        return _("Moved down since %(day)s") % {"day": day(outcome.removeprefix("moved down since "))}
    return outcome


def _axis() -> list[dict[str, Any]]:
    """The marks of the forest chart: equal rates, and the four fifths either way."""
    return [{"at": place_ratio(ratio), "is_one": ratio == 1} for ratio in (0.8, 1.0, 1.25)]
