"""The tables of a written model card: measures with intervals, reliability, differences."""

from collections.abc import Mapping
from typing import Any

from liuke.kernel.words import Language
from liuke.predict.unknowns import say_unknown

Found = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]

_HEADS: Mapping[str, tuple[str, str]] = {
    "horizon": ("期限", "horizon"),
    "kind": ("类型", "kind"),
    "measure": ("指标", "measure"),
    "customers": ("客户", "customers"),
    "leavers": ("离网", "leavers"),
    "base_rate": ("离网率", "rate of leaving"),
    "mean_p": ("平均概率", "mean probability"),
    "auc": ("AUC", "AUC"),
    "pr_auc": ("PR-AUC", "PR-AUC"),
    "lift_1": ("提升 1%", "lift 1 %"),
    "lift_5": ("提升 5%", "lift 5 %"),
    "lift_10": ("提升 10%", "lift 10 %"),
    "ece": ("ECE", "ECE"),
    "ece_if_perfect": ("完全校准时 ECE 至多", "ECE of a perfect model, at most"),
    "ece_as_learned": ("校正前 ECE", "ECE before correction"),
    "ece_if_corrected": ("若校正则 ECE (未采用)", "ECE if corrected (not done)"),
    "champion": ("在役", "champion"),
    "challenger": ("新模型", "challenger"),
    "difference": ("差", "difference"),
    "interval": ("95% 区间", "95 % interval"),
    "group": ("组", "group"),
    "rows": ("行", "rows"),
    "month": ("第几个月", "month ahead"),
}
_MEASURES = ("auc", "pr_auc", "lift_1", "lift_5", "lift_10")


def measure_table(card: Mapping[str, Any], language: Language, part: str) -> Found | None:
    """One row for each horizon, or for each kind at the longest: measures with 95 % intervals."""
    judged = card["backtest"].get(part)
    if not judged:
        return None
    first = "horizon" if part == "horizons" else "kind"
    tried = card["backtest"].get("correction", {}) if part == "horizons" else {}
    other = tried.get("as_learned" if tried["used"] else "if_corrected", {}) if tried else {}
    names = [first, "customers", "leavers", "base_rate", "mean_p", *_MEASURES, "ece", "ece_if_perfect"]
    rows = [_measured(name, each, language, other.get(name)) for name, each in judged.items()]
    if other:
        names.append("ece_as_learned" if tried["used"] else "ece_if_corrected")
    return "", _head(names, language), tuple(rows)


def _measured(
    name: str, one: Mapping[str, Any], language: Language, other: Mapping[str, Any] | None
) -> tuple[str, ...]:
    row = [name, f"{one['n']:,}", f"{one['leavers']:,}", _share(one["base_rate"]), _share(one["mean_p"])]
    row += [interval_text(one[measure], language) for measure in _MEASURES]
    ece = one["ece"]["value"]
    row += [_number(ece) if ece is not None else str(say_unknown(one["ece"]["why_empty"], language))]
    row += [_number(one.get("ece_if_perfect"))]
    return tuple(row) if other is None else (*row, _number((other.get("ece") or {}).get("value")))


def calibration_tables(card: Mapping[str, Any], language: Language) -> list[Found]:
    """The reliability of each horizon: ten groups by probability, with the interval of their rate."""
    found: list[Found] = []
    for horizon, one in (card["backtest"].get("horizons") or {}).items():
        rows = tuple(
            (
                str(place),
                f"{group['n']:,}",
                _share(group["mean_p"]),
                _share(group["left_rate"]),
                f"{_share(group['low'])} – {_share(group['high'])}",
            )
            for place, group in enumerate(one.get("calibration") or (), start=1)
        )
        if rows:
            head = _head(["group", "customers", "mean_p", "base_rate", "interval"], language)
            found.append((horizon, head, rows))
    return found


def difference_table(card: Mapping[str, Any], language: Language) -> Found | None:
    """Champion and challenger by horizon and measure, with the interval of the difference."""
    names = ["horizon", "measure", "champion", "challenger", "difference", "interval"]
    rows = [
        (
            horizon,
            name,
            _number(one["champion"]),
            _number(one["challenger"]),
            f"{one['difference']:+.4f}",
            f"{one['low']:+.4f} – {one['high']:+.4f}" if one["low"] is not None else "–",
        )
        for horizon, by_name in card["verdict"]["differences"].items()
        for name, one in by_name.items()
    ]
    return ("", _head(names, language), tuple(rows)) if rows else None


def learned_table(card: Mapping[str, Any], language: Language) -> Found | None:
    """What each month's model learned from."""
    if card["method"] != "rolling":
        rows = tuple(tuple(f"{value:,}" for value in each.values()) for each in card["learned"])
        return ("", tuple(card["learned"][0]), rows) if rows else None
    rows = tuple(
        (str(month), f"{each['rows']:,}", f"{each['customers']:,}", f"{each['leavers']:,}")
        for month, each in enumerate(card["learned"], start=1)
    )
    return "", _head(["month", "rows", "customers", "leavers"], language), rows


def interval_text(measured: Mapping[str, Any], language: Language) -> str:
    """A measure with its interval, or why there is none."""
    if measured["value"] is None:
        return str(say_unknown(measured["why_empty"], language))
    if measured["low"] is None:
        return _number(measured["value"])
    return f"{_number(measured['value'])} [{_number(measured['low'])}, {_number(measured['high'])}]"


def _head(names: list[str], language: Language) -> tuple[str, ...]:
    return tuple(_HEADS[name][0 if language == "zh" else 1] for name in names)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"
