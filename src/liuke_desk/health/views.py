"""The page of health: alarms, promise and result, drift; and the model card."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from liuke_desk.bridge import health as warehouse
from liuke_desk.customers.selectors import find_publication
from liuke_desk.health import charts, selectors
from liuke_desk.health.forms import choose_horizon, choose_sort
from liuke_desk.people.permissions import requires


@require_safe
@requires("health.view")
def show_health(request: HttpRequest) -> HttpResponse:
    """Whether early warning keeps its promise, and whether its inputs are still what it learned from."""
    publication = find_publication(request)
    report = selectors.find_report(publication)
    context: dict[str, Any] = {"publication": publication, "report": report}
    if report is not None:
        sort = choose_sort(request.GET)
        language = "en" if get_language() == "en" else "zh"
        horizons = selectors.list_horizons(report)
        context |= {
            "alarms": selectors.list_findings(report, "alarm"),
            "watched": selectors.list_findings(report, "watch"),
            "silence": selectors.explain_silence(report),
            "judged": selectors.list_judged(report),
            "horizons": horizons,
            "drift": selectors.sort_drift(report, sort, language),
            "drifted": sum(row["finding"] == "drifted" for row in report["drift"]),
            "moved": sum(row["finding"] == "watch" for row in report["drift"]),
            "sort": sort,
        } | _read_horizon(report, choose_horizon(request.GET, horizons))
    return render(request, "health/health.html", context)


@require_safe
@requires("health.view")
def download_card(request: HttpRequest) -> HttpResponse:
    """The model card of the published list as a file: how it came about and how far it may be trusted."""
    publication = find_publication(request)
    card = warehouse.read_model_card(publication.as_of) if publication else None
    if publication is None or card is None:
        messages.info(request, _("No model card was kept of this list."))
        return redirect("health")
    answer = JsonResponse(card, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="model-card-{publication.as_of}.json"'
    return answer


def _read_horizon(report: dict[str, Any], horizon: str) -> dict[str, Any]:
    """Measures and charts of one horizon: of the latest list that is judged, else of the backtest."""
    latest = selectors.find_latest(report, horizon)
    backtest = [
        row for row in report["measures"] if row["source"] == "backtest" and row["horizon"] == horizon
    ]
    drawn = next((row for row in (*latest, *backtest) if row["groups"]), None)
    groups = drawn["groups"] if drawn else []
    gains = charts.list_gains(groups)
    return {
        "horizon": horizon,
        "table": selectors.tabulate_horizon(report, horizon),
        "latest": latest[0] if latest else None,
        "backtest": backtest[0] if backtest else None,
        "drawn": drawn,
        "groups": groups,
        "gains": gains,
        "reliability_chart": charts.draw_reliability(groups),
        "gain_chart": charts.draw_gain(gains),
    }
