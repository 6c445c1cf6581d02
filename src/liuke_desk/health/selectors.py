"""What is read of health: alarms first, measures side by side, drift in the order asked for."""

from collections.abc import Mapping
from typing import Any

from liuke_desk.customers.models import Publication
from liuke_desk.health.models import HealthReport

Row = dict[str, Any]

SORTS = ("finding", "psi", "ks", "label")
_GRAVITY = {"drifted": 2, "watch": 1, "alike": 0, None: -1}
_UNTOLD = {"value": None, "low": None, "high": None, "why_empty": None}
_TABLED = (
    *("auc", "pr_auc", "lift_1", "lift_5", "lift_10", "mean_p", "rate", "calibration_ratio"),
    *("ece", "log_loss", "expected_profit", "targeted_share"),
)


def find_report(publication: Publication | None) -> Mapping[str, Any] | None:
    """The health of a publication; None where there is none."""
    if publication is None:
        return None
    report = HealthReport.objects.filter(publication=publication).first()
    return report.content if report else None


def list_findings(report: Mapping[str, Any], finding: str) -> list[Row]:
    """What lies outside its band, the latest list first."""
    return [row for row in report["measures"] if row["finding"] == finding]


def list_judged(report: Mapping[str, Any]) -> list[Row]:
    """Every measure that is held to its promise."""
    return [row for row in report["measures"] if row["source"] == "live" and row["is_judged"]]


def list_horizons(report: Mapping[str, Any]) -> list[str]:
    """Horizons that a backtest or a list tells of, the nearest first."""
    return sorted({row["horizon"] for row in report["measures"] if row["horizon"]})


def explain_silence(report: Mapping[str, Any]) -> list[Row]:
    """Why the backtest or the live lists tell nothing."""
    return [row for row in report["measures"] if row["measure"] is None]


def tabulate_horizon(report: Mapping[str, Any], horizon: str) -> list[Row]:
    """Each measure of a horizon: of the backtest, and of the latest list whose window is over."""
    rows = [row for row in report["measures"] if row["horizon"] == horizon]
    promised = {row["measure"]: row for row in rows if row["source"] == "backtest"}
    latest = find_latest(report, horizon)
    told = {row["measure"]: row for row in latest}
    return [
        {"name": name, "promised": promised.get(name, _UNTOLD), "live": told.get(name, _UNTOLD)}
        for name in _TABLED
        if name in promised or name in told
    ]


def find_latest(report: Mapping[str, Any], horizon: str) -> list[Row]:
    """The measures of the latest list judged at a horizon, of the customers it is judged on."""
    live = [row for row in report["measures"] if row["source"] == "live" and row["horizon"] == horizon]
    judged = {(row["list_as_of"], row["whom"]) for row in live if row["is_judged"]}
    if not judged:
        return []
    list_as_of, whom = max(judged)
    return [row for row in live if (row["list_as_of"], row["whom"]) == (list_as_of, whom)]


def sort_drift(report: Mapping[str, Any], sort: str, language: str) -> list[Row]:
    """Features and scores, the gravest first unless asked otherwise; the unknown come last."""
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    rows = list(report["drift"])
    if name == "label":
        return sorted(rows, key=lambda row: row[f"label_{language}"], reverse=falling)
    if name == "finding":
        rows.sort(key=lambda row: row["psi"] or 0.0, reverse=True)
        return sorted(rows, key=lambda row: _GRAVITY[row["finding"]], reverse=falling)
    known = [row for row in rows if row[name] is not None]
    unknown = [row for row in rows if row[name] is None]
    return sorted(known, key=lambda row: row[name], reverse=falling) + unknown
