"""How long customers have been silent, how likely they are to stay so, and the figures that tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from liuke.kernel.words import Words
from liuke.predict.buying import BuyingModel
from liuke.predict.churn import ChurnDefinition
from liuke.predict.examples import Population
from liuke.predict.purchase_histories import WEEK_DAYS, PurchaseHistories
from liuke.view.feature import Feature

LEAST_RISK = 1e-6  # stands for "none" where a log-odds is taken


def _figure(name: str, zh: str, en: str, unit: str, cause: str) -> Feature:
    return Feature(name=name, label=Words(zh=zh, en=en), unit=unit, cause=cause)


# What reasons may be made of, besides the view. The first two carry the contributions.
DAYS_SILENT = _figure("days_silent", "已沉默天数", "days without a purchase", "day", "activity")
CHANCE_ACTIVE = _figure("chance_active", "仍在购买的可能性", "chance of still buying", "share", "loyalty")
FIGURES = (
    DAYS_SILENT,
    CHANCE_ACTIVE,
    _figure("usual_gap_days", "平均购买间隔", "usual gap between purchases", "day", "activity"),
    _figure("silence_in_gaps", "沉默时长为平均间隔的倍数", "silence in usual gaps", "time", "activity"),
    _figure("repeat_purchases", "复购次数", "repeat purchases", "time", "activity"),
    _figure("days_left", "距沉默期满天数", "days until silence is complete", "day", "activity"),
    _figure("silent_on", "沉默期满日期", "day on which silence is complete", "date", "activity"),
)


@dataclass(frozen=True)
class Silences:
    """The silence of customers at risk as of a day: histories, and the days left until it is complete."""

    histories: PurchaseHistories
    days_left: np.ndarray
    p_quiet: np.ndarray  # no purchase until then
    p_if_active: np.ndarray  # the same of a customer known to be still buying
    chance_active: np.ndarray


def measure_silences(model: BuyingModel, now: Population, definition: ChurnDefinition) -> Silences:
    """How long until each customer's silence is complete, and how likely it is to get there."""
    histories = model.histories.of(now.customers)
    days_left = definition.silent_days - histories.days_silent
    if model.purchases is None:
        nothing = np.full(len(now), np.nan)
        return Silences(histories, days_left, nothing, nothing, nothing)
    weeks_left = np.where(np.isnan(days_left), 0.0, np.maximum(days_left, 0.0)) / WEEK_DAYS
    active = model.purchases.probability_alive(*histories.in_weeks)
    quiet = model.purchases.probability_silent(weeks_left, *histories.in_weeks)
    # quiet = (1 - active) + active * p_if_active
    if_active = np.divide(quiet - (1 - active), active, out=np.zeros_like(active), where=active > 0)
    return Silences(histories, days_left, quiet, np.clip(if_active, 0.0, 1.0), active)


def chances(silences: Silences, definition: ChurnDefinition, *, as_of: date) -> dict[int, np.ndarray]:
    """The probability of leaving in [opens_on, ends_on) of each horizon; 0 when silence ends outside it."""
    opens = (definition.opens_on(as_of) - as_of).days
    found = {}
    for months in definition.horizons:
        ends = (definition.ends_on(as_of, months) - as_of).days
        inside = (silences.days_left >= opens) & (silences.days_left < ends)
        p = np.where(inside, silences.p_quiet, 0.0)
        found[months] = np.where(np.isnan(silences.p_quiet), np.nan, p)
    return found


def explain_silences(silences: Silences, p: np.ndarray) -> np.ndarray:
    """Log-odds that fall away when a circumstance is taken away, customers by (silence, chance active).

    Silence: had the customer just bought, silence could not be complete within the horizon. Chance of
    still buying: had they certainly not given up yet. Customers without a risk have nothing to explain.
    """
    odds = _log_odds(p)
    silence = odds - _log_odds(np.zeros_like(p))
    given_up = odds - _log_odds(silences.p_if_active)
    added = np.column_stack([silence, given_up])
    return np.where((p > 0)[:, None], added, 0.0)


def _log_odds(p: np.ndarray) -> np.ndarray:
    bounded = np.clip(p, LEAST_RISK, 1 - LEAST_RISK)
    return np.log(bounded / (1 - bounded))


def with_figures(table: pa.Table, silences: Silences, *, as_of: date) -> pa.Table:
    histories = silences.histories
    gaps = np.divide(
        histories.recency_days,
        histories.repeats,
        out=np.full(len(histories), np.nan),
        where=histories.repeats > 0,
    )
    figures: Mapping[str, np.ndarray] = {
        "days_silent": np.floor(histories.days_silent),
        "chance_active": silences.chance_active,
        "usual_gap_days": gaps,
        "silence_in_gaps": histories.days_silent / gaps,
        "repeat_purchases": histories.repeats,
        "days_left": np.ceil(silences.days_left),
    }
    columns = {
        name: pa.array(values, pa.float64(), mask=np.isnan(values)) for name, values in figures.items()
    }
    days = [None if np.isnan(left) else as_of + timedelta(days=int(left)) for left in silences.days_left]
    columns["silent_on"] = pa.array(days, pa.date32())
    kept = [name for name in table.column_names if name not in columns]
    return pa.table({name: table[name] for name in kept} | columns)
