"""Figures for the reliability and the gain chart; the same stand in the tables beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

Group = Mapping[str, Any]


def draw_reliability(groups: Sequence[Group]) -> dict[str, Any] | None:
    """Rate of leaving beside mean probability of each group, the lowest risk first."""
    if not groups:
        return None
    return {
        "title": _("Rate of leaving beside mean probability, by groups of rising risk"),
        "kind": "bar",
        "unit": "%",
        "categories": [str(place) for place in range(1, len(groups) + 1)],
        "series": [
            {"name": _("Left"), "values": [_percent(group["left_rate"]) for group in groups]},
            {
                "name": _("Foretold"),
                "kind": "line",
                "values": [_percent(group["mean_p"]) for group in groups],
            },
        ],
    }


def draw_gain(points: Sequence[Mapping[str, float]]) -> dict[str, Any] | None:
    """Leavers caught by contacting the top of the list, beside a list without order."""
    if not points:
        return None
    return {
        "title": _("Share of leavers caught by share of customers contacted"),
        "kind": "line",
        "unit": "%",
        "categories": [f"{point['contacted'] * 100:.0f}%" for point in points],
        "series": [
            {"name": _("Early-warning list"), "values": [_percent(point["caught"]) for point in points]},
            {"name": _("By chance"), "values": [_percent(point["contacted"]) for point in points]},
        ],
    }


def list_gains(groups: Sequence[Group]) -> list[dict[str, float]]:
    """From the highest risk down: share contacted, share of leavers caught, lift."""
    everybody = sum(group["customers"] for group in groups)
    leavers = sum(group["customers"] * group["left_rate"] for group in groups)
    points, contacted, caught = [], 0.0, 0.0
    for group in reversed(groups):
        contacted += group["customers"]
        caught += group["customers"] * group["left_rate"]
        if leavers:
            share, found = contacted / everybody, caught / leavers
            points.append({"contacted": share, "caught": found, "lift": found / share})
    return points


def _percent(share: float) -> float:
    return round(share * 100, 2)
