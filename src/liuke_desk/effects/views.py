"""The effect of one campaign: what came of the work, and what it changed."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from liuke_desk.campaigns.selectors import count_arms, find_campaign
from liuke_desk.campaigns.words import CAMPAIGN_STATE_WORDS
from liuke_desk.effects import selectors
from liuke_desk.effects.verdicts import Reading, read_effect
from liuke_desk.effects.words import say_why_empty
from liuke_desk.people.permissions import requires


@require_safe
@requires("effects.view")
def show_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Treated against held out, after 1, 2 and 3 months, over the customers of the user's units."""
    campaign = find_campaign(pk)
    readings = [read_effect(figures) for figures in selectors.measure_effect(campaign)]
    over = [reading for reading in readings if reading.figures["is_over"]]
    context = {
        "campaign": campaign,
        "state": CAMPAIGN_STATE_WORDS[campaign.state],
        "arms": count_arms(campaign),
        "work": selectors.count_work(campaign),
        "known_by": selectors.settled_by(campaign),
        "left_before": selectors.count_left_before(campaign),
        "readings": readings,
        "latest": over[-1] if over else None,
        "why_too_few": say_why_empty(over[-1].figures["leaving"]["why_empty"]) if over else "",
        "ratio": over[-1].figures["leaving"] if over else None,
        "chart": draw_rates(over) if over else None,
        "is_part": request.user.unit_id is not None,
    }
    return render(request, "effects/effect.html", context)


def draw_rates(over: Sequence[Reading]) -> dict[str, Any]:
    """Leaving rates by arm and month, in percent, for the chart; the table beside has the same figures."""
    months = [reading.figures["months"] for reading in over]
    return {
        "title": _("Leaving rate by arm and month"),
        "kind": "bar",
        "unit": "%",
        "categories": [ngettext("%(n)s month", "%(n)s months", month) % {"n": month} for month in months],
        "series": [
            {"name": _("Treated"), "values": [_rate(reading, "treated") for reading in over]},
            {"name": _("Held out"), "values": [_rate(reading, "held_out") for reading in over]},
        ],
    }


def _rate(reading: Reading, arm: str) -> float | None:
    """Percent of an arm that left; None for an arm without customers."""
    customers = reading.figures[arm]
    return round(100 * reading.figures[f"{arm}_left"] / customers, 2) if customers else None
