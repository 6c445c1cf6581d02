"""What the last list tells of all customers: their tiers and value, what may be lost, and why."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis import _

from liuke.kernel.errors import LiukeError
from liuke.kernel.rates import wilson
from liuke.kernel.words import Words
from liuke.pipeline.model_cards import read_card
from liuke.pipeline.workspace import Workspace
from liuke.predict.card_customers import Facts, missing
from liuke.predict.displays import ReasonsDisplay, ValueDisplay
from liuke.predict.reason_figures import currency_words
from liuke.predict.reports.intervals import expected_range
from liuke.tier import Scheme
from liuke.tier.displays import PyramidDisplay
from liuke.tier.scheme import UNRATED
from liuke.view.causes import CAUSES

Row = Mapping[str, Any]

MOST_TIERS = 15  # that are told one by one
TOPS = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)
LABELS: Mapping[str, Words] = {
    "margin_12m": Words(zh="近12个月毛利", en="margin of the last 12 months"),
    "value_at_stake": Words(zh="在险价值", en="value at stake"),
}


_OTHERS = Words(zh="其他等级合计", en="all other tiers")
_SUMS = ("customers", "valued", "value", "loss", "known", "mean", "variance", "third")
_NOBODY: Row = dict.fromkeys(_SUMS, 0)


def last_list(workspace: Workspace, *, as_of: date) -> date | None:
    """The day of the last list on or before a day; None where there is none."""
    return max((day for day in workspace.as_of_days("warnings") if day <= as_of), default=None)


def sum_up(workspace: Workspace, day: date) -> dict[str, Any]:
    """Everybody on the list: how many, what is expected of them with 95 % intervals, what is at stake."""
    rows = workspace.table("warnings", as_of=day)
    sums = {
        f"{name}_{months}": value for months in (1, 2, 3) for name, value in _moments(f"p_{months}m").items()
    }
    found = _one(
        workspace,
        rows.agg(
            customers=_.count(),
            valued=_.value_at_stake.count(),
            at_stake=_.value_at_stake.sum().cast("float64"),
            loss=_.expected_loss.sum().cast("float64"),
            why_empty=_.why_empty.max(),
            **sums,
        ),
    )
    return {
        "as_of": str(day),
        "currency": _currency(workspace),
        **{name: found[name] for name in ("customers", "valued", "at_stake", "loss", "why_empty")},
        "expected": {
            f"{months}m": _expected(found, f"_{months}") for months in (1, 2, 3) if found[f"known_{months}"]
        },
    }


def stand_by_tier(workspace: Workspace, scheme: Scheme, day: date) -> tuple[PyramidDisplay | None, Facts]:
    """Customers with us of each tier, what they brought in 12 months, and who is expected to leave."""
    tiers = workspace.table("tiers", as_of=day).filter(_.scheme == scheme.name)
    tiers = tiers.select("tier", rated_id="customer_id")
    values = workspace.table("values", as_of=day).select("margin_12m", valued_id="customer_id")
    rows = workspace.table("warnings", as_of=day)
    met = rows.left_join(tiers, rows.customer_id == tiers.rated_id)
    met = met.left_join(values, met.customer_id == values.valued_id)
    counted = met.group_by(tier=_.tier.fill_null(UNRATED)).agg(
        customers=_.count(),
        valued=_.margin_12m.count(),
        value=_.margin_12m.sum().cast("float64"),
        loss=_.expected_loss.sum().cast("float64"),
        **_moments("p_3m"),
    )
    found = {row["tier"]: row for row in workspace.engine.to_arrow(counted).to_pylist()}
    shown = _choose_tiers(scheme, found)
    if not any(row["customers"] for _words, row in shown.values()):
        return None, missing("no_tiers")
    people = sum(row["customers"] for _words, row in shown.values())
    worth = sum(row["value"] or 0.0 for _words, row in shown.values())
    told = [
        {
            "tier": name,
            **words.model_dump(),
            "customers": row["customers"],
            "share": row["customers"] / people,
            "value": row["value"] if row["valued"] else None,
            "value_share": (row["value"] or 0.0) / worth if worth > 0 else None,
            "loss": row["loss"],
            "expected": _expected(row, "") if row["known"] else None,
        }
        for name, (words, row) in shown.items()
    ]
    facts = {
        "as_of": str(day),
        "currency": _currency(workspace),
        "scheme": {"name": scheme.label, **scheme.words.model_dump()},
        "tiers": told,
        "unrated": sum(row["customers"] for row in found.values()) - people,
        "value_unknown": sum(row["customers"] - row["valued"] for _words, row in shown.values()),
    }
    display = PyramidDisplay(
        {name: words for name, (words, _row) in shown.items()},
        [each["customers"] for each in told],
        [each["value"] or 0.0 for each in told],
        unrated=facts["unrated"],
        value_unknown=facts["value_unknown"],
    )
    return display, facts


def _choose_tiers(scheme: Scheme, found: Mapping[str, Row]) -> dict[str, tuple[Words, Row]]:
    """Tiers in their order with their sums; of very many those that bring most, and all others as one."""
    rated = {level.name: level.words for level in scheme.levels if level.name != UNRATED}
    shown = {name: (words, found.get(name, _NOBODY)) for name, words in rated.items()}
    if len(shown) <= MOST_TIERS:
        return shown
    ranked = sorted(shown, key=lambda name: (-(shown[name][1]["value"] or 0.0), -shown[name][1]["customers"]))
    first = {name for name in ranked[: MOST_TIERS - 1] if shown[name][1]["customers"]}
    others = [row for name, (_words, row) in shown.items() if name not in first]
    pooled = {name: sum(row[name] or 0 for row in others) for name in _NOBODY}
    return {name: told for name, told in shown.items() if name in first} | {"": (_OTHERS, pooled)}


def spread_value(workspace: Workspace, day: date, *, of: str) -> tuple[ValueDisplay | None, Facts]:
    """How a value is spread over everybody on the list. of: margin_12m or value_at_stake."""
    table = workspace.table("values" if of == "margin_12m" else "warnings", as_of=day)
    column = workspace.engine.to_arrow(table.select(yuan=table[of].cast("float64")))["yuan"]
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    known = np.sort(values[~np.isnan(values)])[::-1]
    if not len(known):
        return None, missing("no_value")
    if known[0] <= 0:
        return None, missing("no_profit")
    money, label = currency_words(workspace.config.currency), LABELS[of]
    axis = Words(zh=f"{label.zh} ({money.zh}, 对数刻度)", en=f"{label.en} ({money.en}, log scale)")
    display = ValueDisplay(values, label=axis)
    tops = [(top, max(1, round(top * len(known)))) for top in TOPS]
    return display, {
        "as_of": str(day),
        "of": of,
        "currency": money.model_dump(),
        "known": len(known),
        "unknown": len(values) - len(known),
        "nothing": int((known <= 0).sum()),
        "median": float(np.median(known)),
        "mean": float(known.mean()),
        "total": float(known.sum()),
        "tops": [
            {
                "top": top,
                "customers": count,
                "at_least": float(known[count - 1]),
                "share": display.share_of_top(count / len(known)),
            }
            for top, count in tops
        ],
    }


def count_causes(workspace: Workspace, day: date) -> tuple[ReasonsDisplay | None, Facts]:
    """How many of those whose risk is explained carry each cause, and what may be lost with them."""
    rows = workspace.table("warnings", as_of=day).filter(_.reasons.length() > 0)
    told = workspace.engine.to_arrow(
        rows.select("customer_id", "reasons", loss=_.expected_loss.cast("float64"))
    )
    card = read_card(workspace, day) or {}
    listed = max(int(card.get("customers_explained", 0)), len(told))
    if not len(told):
        return None, missing("no_reasons")
    cause_of = _causes(workspace)
    carried: defaultdict[str, list[float]] = defaultdict(list)
    for reasons, loss in zip(told["reasons"].to_pylist(), told["loss"].to_pylist(), strict=True):
        for cause in {cause_of.get(reason["code"], reason["code"]) for reason in reasons}:
            carried[cause].append(loss or 0.0)
    names = {cause: CAUSES.get(cause) or Words(zh=cause, en=cause) for cause in carried}
    counts = {cause: len(losses) for cause, losses in carried.items()}
    display = ReasonsDisplay(counts, listed, names=names)
    causes = []
    for cause in sorted(counts, key=lambda each: (-counts[each], each)):
        low, high = wilson(counts[cause], listed)
        causes.append(
            {
                "cause": cause,
                **names[cause].model_dump(),
                "customers": counts[cause],
                "share": counts[cause] / listed,
                "low": low,
                "high": high,
                "loss": sum(carried[cause]),
            }
        )
    return display, {
        "as_of": str(day),
        "currency": _currency(workspace),
        "listed": listed,
        "without": listed - len(told),
        "causes": causes,
    }


def _currency(workspace: Workspace) -> dict[str, str]:
    return dict(currency_words(workspace.config.currency).model_dump())


def _causes(workspace: Workspace) -> dict[str, str]:
    """Code of a reason -> the cause it speaks for."""
    from liuke.predict.reasons import label_code, load_reasons
    from liuke.view.features import load_features

    worded = {each.code: each.cause for each in load_reasons(workspace.root / "reasons").templates}
    features = load_features(workspace.root / "features")
    return worded | {label_code(feature): feature.cause for feature in features}


def _moments(p: str) -> dict[str, Any]:
    """What an interval of expected leavers is made of; moments of independent chances add."""
    chance = _[p]
    spread = chance * (1 - chance)
    return {
        "known": chance.count(),
        "mean": chance.sum(),
        "variance": spread.sum(),
        "third": (spread * (1 - 2 * chance)).sum(),
    }


def _expected(row: Mapping[str, Any], suffix: str) -> dict[str, float]:
    mean, variance, third = (row[f"{name}{suffix}"] for name in ("mean", "variance", "third"))
    low, high = expected_range(mean, variance, third)
    return {"mean": mean, "low": low, "high": high}


def _one(workspace: Workspace, table: ir.Table) -> dict[str, Any]:
    (row,) = workspace.engine.to_arrow(table).to_pylist()
    if not row["customers"]:
        raise LiukeError("The list is empty: nobody is at risk. 'liuke warn' says why.")
    return dict(row)
