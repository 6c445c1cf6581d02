"""The rows of the table `health`: measures of the backtest, and of earlier lists beside their promise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow as pa

from liuke.kernel.words import Words
from liuke.predict.health.band import JUDGED, Band, promised_band
from liuke.predict.health.expected_profit import ALMOST_NOBODY
from liuke.predict.health.live import LEFT_ALONE, Look
from liuke.predict.health.measuring import NAMES, PROFITS, Judged
from liuke.predict.health.promise import Promise
from liuke.predict.health.words import FINDINGS, MEASURES, say_reason
from liuke.predict.health_tables import HEALTH
from liuke.predict.metrics import Measured

Row = dict[str, Any]
_SHARES = {"mean_p", "rate", "targeted_share"}


def write_health(promise: Promise, looks: Sequence[Look], *, as_of: date, had_lists: bool) -> pa.Table:
    """The table as of a day: the promise of today's card first, then every look, the latest list first.

    Where nothing could be judged one live row says why.
    """
    rows = [
        *_backtest_rows(promise),
        *(row for look in _in_order(looks) for row in _live_rows(look, _horizons(looks))),
    ]
    if not looks:
        rows.append(_silent("live", "no_window_over" if had_lists else "no_earlier_list"))
    named = [dict.fromkeys(HEALTH.names) | row | {"as_of": as_of} for row in rows]
    return pa.Table.from_pylist(named, schema=HEALTH)


def _in_order(looks: Iterable[Look]) -> list[Look]:
    return sorted(looks, key=lambda look: (-look.list_as_of.toordinal(), look.months, not look.is_judged))


def _horizons(looks: Sequence[Look]) -> int:
    return len({look.months for look in looks})


def _backtest_rows(promise: Promise) -> list[Row]:
    if not promise.horizons:
        return [_silent("backtest", promise.why_empty or "no_backtest")]
    return [
        _row("backtest", name, judged, list_as_of=promise.judged_as_of, horizon=f"{months}m", whom="all")
        for months, judged in sorted(promise.horizons.items())
        for name in NAMES
    ]


def _live_rows(look: Look, horizons: int) -> list[Row]:
    promised = look.promise.horizons.get(look.months)
    found = []
    for name in NAMES:
        row = _row(
            "live",
            name,
            look.judged,
            list_as_of=look.list_as_of,
            horizon=f"{look.months}m",
            whom=look.whom,
        )
        row |= {"is_judged": look.is_judged and name in JUDGED, "contacted": look.contacted}
        if promised is not None:
            row["promised"] = promised.measures[name].value
        if row["is_judged"]:
            row |= _held_to(name, look, promised, horizons)
        found.append(row)
    return found


def _held_to(name: str, look: Look, promised: Judged | None, horizons: int) -> Row:
    """Band, finding and sentence of a measure that is held to the promise."""
    live = look.judged.measures[name]
    if promised is None:
        reason = look.promise.why_empty or "no_promise"
        return {"why_empty": live.why_empty or reason} | _texts(say_reason(live.why_empty or reason))
    band = promised_band(name, promised.measures[name], live, horizons=horizons)
    if isinstance(band, str):
        return {"why_empty": band} | _texts(say_reason(band))
    assert live.value is not None
    finding, direction = band.place(live.value)
    words = _say_finding(name, look, live, band)
    return asdict(band) | {"finding": finding, "direction": direction} | _texts(words)


def _say_finding(name: str, look: Look, live: Measured, band: Band) -> Words:
    assert live.value is not None
    finding, direction = band.place(live.value)
    value = f"{live.value:.2f} ({live.low:.2f}–{live.high:.2f})"
    limits = f"{band.promised_low:.2f}–{band.promised_high:.2f}"
    side = {
        None: Words(zh="在承诺区间内", en="within the promised band"),
        "below": Words(zh="低于承诺区间", en="below the promised band"),
        "above": Words(zh="高于承诺区间", en="above the promised band"),
    }[direction]
    alone_zh = ", 按未接触客户(对照组代表被接触者)评判" if look.whom == LEFT_ALONE else ""
    alone_en = (
        ", judged on those left alone (held-out customers stand for the contacted)"
        if look.whom == LEFT_ALONE
        else ""
    )
    meaning = _MEANINGS.get((name, direction))
    about, said = MEASURES[name], FINDINGS[finding]
    return Words(
        zh=f"{said.zh}: {look.list_as_of} 名单 {look.months} 个月的{about.zh} {value}, "
        f"{side.zh} {limits}{alone_zh}{f'。{meaning.zh}' if meaning else ''}",
        en=f"{said.en}: list of {look.list_as_of}, {look.months} m, {about.en} {value}, "
        f"{side.en} {limits}{alone_en}{f'. {meaning.en}' if meaning else ''}",
    )


_MEANINGS: Mapping[tuple[str, str | None], Words] = {
    ("auc", "below"): Words(
        zh="名单排序变差: 先看输入漂移, 再重新训练", en="The order got worse: look at drift, then train again"
    ),
    ("auc", "above"): Words(
        zh="好得可疑: 先查是否有结果泄漏进输入", en="Suspiciously good: look for outcomes leaking into inputs"
    ),
    ("lift_10", "below"): Words(
        zh="名单前列抓到的离开者少于承诺", en="The top of the list catches fewer leavers than promised"
    ),
    ("lift_10", "above"): Words(
        zh="好得可疑: 先查是否有结果泄漏进输入", en="Suspiciously good: look for outcomes leaking into inputs"
    ),
    ("calibration_ratio", "below"): Words(
        zh="实际离开的少于预测: 概率和预期损失偏高",
        en="Fewer left than foretold: probabilities and expected losses are too high",
    ),
    ("calibration_ratio", "above"): Words(
        zh="实际离开的多于预测: 概率和预期损失偏低",
        en="More left than foretold: probabilities and expected losses are too low",
    ),
}


def _row(source: str, name: str, judged: Judged, **keys: Any) -> Row:
    measured = judged.measures[name]
    row: Row = {
        "source": source,
        "measure": name,
        "is_judged": False,
        **asdict(measured),
        "customers": judged.customers,
        "leavers": judged.leavers,
        **keys,
    }
    if name == "ece":
        row["groups"] = [asdict(group) | {"customers": round(group.customers)} for group in judged.groups]
    return row | _texts(_say_value(name, measured))


def _say_value(name: str, measured: Measured) -> Words:
    if measured.value is None:
        return say_reason(measured.why_empty or "not_in_card")
    value = _figure(name, measured.value)
    span = "" if measured.low is None else f" ({_figure(name, measured.low)}–{_figure(name, measured.high)})"
    note = say_reason(measured.why_empty) if measured.why_empty else None
    warning = _ALMOST_NOBODY if name in PROFITS and _is_nobody(name, measured.value) else None
    notes = [each for each in (note, warning) if each]
    return Words(
        zh="; ".join([f"{MEASURES[name].zh} {value}{span}", *(each.zh for each in notes)]),
        en="; ".join([f"{MEASURES[name].en} {value}{span}", *(each.en for each in notes)]),
    )


_ALMOST_NOBODY = Words(
    zh="在这样的离开率下, 利润最大的方案几乎不接触任何人, 利润数字本身说明不了模型好坏",
    en="At such a churn rate the best campaign contacts almost nobody: the profit alone says little",
)


def _is_nobody(name: str, value: float) -> bool:
    return name == "targeted_share" and value < ALMOST_NOBODY


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if name in _SHARES else f"{value:.4g}"


def _silent(source: str, why: str) -> Row:
    return {"source": source, "is_judged": False, "why_empty": why} | _texts(say_reason(why))


def _texts(words: Words) -> Row:
    return {"text_zh": words.zh, "text_en": words.en}
