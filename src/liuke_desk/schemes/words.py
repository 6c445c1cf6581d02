"""What people call kinds of schemes, the parts of a declaration, states of drafts, and findings."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from liuke_desk.schemes.declarations import Declared, find_part, name_element
from liuke_desk.schemes.states import State
from liuke_desk.schemes.toml_places import Path
from liuke_desk.ui.templatetags.parts import say

KIND_WORDS: Mapping[str, Promise] = {
    "threshold": _("Thresholds on one number"),
    "routes": _("Several routes, the best counts"),
    "pyramid": _("Value pyramid"),
    "abc": _("ABC by cumulative share"),
    "receivables": _("Receivables and credit"),
    "rfm": _("Recency, frequency, money"),
    "rfm-quantile": _("Recency, frequency, money by quantile"),
    "matrix": _("Two sides crossed"),
    "grid": _("Several marks together"),
    "scorecard": _("Weighted scorecard"),
    "clusters": _("Clusters found in the data"),
}

STATE_WORDS: Mapping[str, Promise] = {
    State.DRAFT: _("Being drafted"),
    State.SUBMITTED: _("Waits for a decision"),
    State.RETURNED: _("Returned to its author"),
    State.APPROVED: _("Approved"),
    State.WITHDRAWN: _("Withdrawn"),
}

STATE_COLOURS = {
    State.DRAFT: "blue",
    State.SUBMITTED: "orange",
    State.RETURNED: "red",
    State.APPROVED: "green",
    State.WITHDRAWN: "grey",
}

KEY_WORDS: Mapping[str, Promise] = {
    "at_least": _("From (included)"),
    "over": _("Over (not included)"),
    "under": _("Under (not included)"),
    "up_to": _("Up to (included)"),
    "share": _("Share of customers"),
    "base_credit_line": _("Base credit line"),
    "weight": _("Weight, points"),
    "weights_sum": _("Sum of the weights"),
    "low": _("Nothing at"),
    "high": _("All points at"),
    "floor": _("Counted at least as"),
    "cap": _("Counted at most as"),
    "points": _("Points taken for each"),
    "gross_margin": _("Gross margin"),
    "high_rate": _("High repayment rate"),
    "key_places": _("Key customers: top by sales"),
    "within_months": _("Within months"),
    "color": _("Colour"),
    "effective_from": _("In force from"),
    "protection_days": _("Days protected after rising"),
    "minimum_stay_days": _("Days a tier is kept at least"),
    "hysteresis": _("Held while this share of the edge lacks"),
    "downgrade": _("Lowering"),
    "normalise": _("How points are given"),
    "direction": _("Which direction is better"),
    "missing": _("When unknown"),
    "column": _("Column read"),
    "money": _("In money"),
    "name": _("Name in data"),
    "cells": _("Cells"),
    "row": _("Row"),
    "below": _("Band under all others"),
    "by": _("Share of"),
    "scheme": _("Builds on the scheme"),
    "also": _("Also written"),
}

WORDS_OF: Mapping[str, tuple[Promise, Promise]] = {
    "words": (_("Name in Chinese"), _("Name in English")),
    "about": (_("What it is for, in Chinese"), _("What it is for, in English")),
    "treatment": (_("Treatment in Chinese"), _("Treatment in English")),
    "action": (_("Action in Chinese"), _("Action in English")),
    "yes": (_("Called in Chinese"), _("Called in English")),
    "no": (_("If not, in Chinese"), _("If not, in English")),
}

GROUP_WORDS: Mapping[str, Promise] = {
    "stability": _("How tiers are held"),
    "otherwise": _("Tier of all others"),
    "measure": _("What is measured"),
    "amounts": _("Amounts"),
    "recency": _("Recency"),
    "frequency": _("Frequency"),
    "monetary": _("Money"),
    "groups": _("Group of indicators"),
    "deductions": _("Deduction"),
    "sales": _("Sales"),
    "collected": _("Collected"),
    "is_new": _("New customers"),
    "rows": _("Rows"),
    "columns": _("Columns"),
    "gate": _("Condition before all"),
}

DOWNGRADE_WORDS: Mapping[str, Promise] = {
    "automatic": _("by the numbers"),
    "review": _("only by a person"),
}

FINDING_WORDS: Mapping[str, Promise] = {
    "alike": _("alike"),
    "undecided": _("undecided: too few to tell"),
    "watch": _("worth watching: the interval reaches across"),
    "disparate": _("different: the whole interval lies outside"),
    "reference": _("compared with"),
    "too_few": _("too few people to tell"),
    "no_cases": _("nobody in the group compared with"),
    "no_reference": _("no group to compare with"),
}

ATTRIBUTE_WORDS: Mapping[str, Promise] = {
    "sex": _("Sex"),
    "age_band": _("Age"),
    "region": _("Region"),
    "special_care": _("Special care"),
}

PERCENT_KEYS = frozenset({"share", "hysteresis", "gross_margin", "high_rate"})
BASICS = "basics"


def say_key(path: Path) -> str:
    """What a value is called within its group."""
    key = str(path[-1])
    if key in ("zh", "en") and len(path) > 1:
        pair = WORDS_OF.get(str(path[-2]))
        if pair:
            return str(pair[key == "en"])
    if len(path) > 1 and path[-2] == "weights":
        return gettext("Weight of %(column)s") % {"column": key}
    return str(KEY_WORDS.get(key, key))


def say_group(declared: Declared, path: Path) -> str:
    """The heading over a value: the tier, indicator or part that it belongs to."""
    group = group_path(path)
    if group == (BASICS,):
        return gettext("The scheme")
    names = []
    for length in range(1, len(group) + 1):
        part = find_part(declared, group[:length])
        step = group[length - 1]
        if isinstance(step, int):
            names.append(say_element(part, step))
        elif (
            step in GROUP_WORDS and not (length < len(group) and isinstance(group[length], int))
        ) or step == "deductions":
            names.append(str(GROUP_WORDS[step]))
    return " · ".join(names) or str(group[0])


def group_path(path: Path) -> Path:
    """The part of a declaration whose values stand together in a form."""
    if len(path) == 1 or path[0] in ("words", "about"):
        return (BASICS,)
    last = max((place for place, step in enumerate(path) if isinstance(step, int)), default=0)
    inside = path[: last + 1]
    while "routes" in inside:
        inside = inside[: inside.index("routes")]
    return inside


def say_element(part: Any, place: int) -> str:
    if isinstance(part, Mapping):
        words = part.get("words")
        if isinstance(words, Mapping) and words.get("zh"):
            return say(words)
        return str(name_element(part, place + 1))
    return str(place + 1)


def language() -> str:
    return "en" if get_language() == "en" else "zh"
