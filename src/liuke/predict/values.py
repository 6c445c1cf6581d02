"""What customers are worth: margin behind, margin at stake ahead, lifetime value where it can be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from liuke.kernel.days import add_months
from liuke.kernel.seeds import seed_from
from liuke.predict.account_spells import known
from liuke.predict.buying import BuyingModel
from liuke.predict.churn import Valuing
from liuke.predict.contract_values import ContractValues, value_contracts
from liuke.predict.hazards import SEEDS
from liuke.predict.unknowns import code_where
from liuke.predict.warning_inputs import Inputs

MONTH_DAYS = 365.25 / 12
FULL_BILL_DAYS = 28  # a shorter period is a part of a month and would understate it
BILLS_LATE_MONTHS = 1  # the latest month's bill may not be out yet
CONFIDENCE = 0.8  # of the interval of a lifetime value
YEAR_MONTHS = 12


@dataclass(frozen=True)
class Values:
    """In fen, NaN where unknown, one per customer in the order asked for.

    at_stake: margin of the months ahead, were the customer to stay as they are. margin_12m: of the 12
    months behind. why_empty: the first reason why one of them is unknown, or None.
    """

    at_stake: np.ndarray
    margin_12m: np.ndarray
    clv: np.ndarray
    clv_low: np.ndarray
    clv_high: np.ndarray
    why_empty: np.ndarray


def value_bills(inputs: Inputs, customers: np.ndarray, hazards_ahead: np.ndarray | None = None) -> Values:
    """Customers who are billed: the mean month of the last full bills, carried ahead.

    hazards_ahead: customers by months of a lifetime. Without them there is no lifetime value: a model that
    sees three months tells nothing of how long customers stay.
    """
    rows = inputs.engine.to_arrow(summarise_bills(inputs.tables, inputs.definition.value, as_of=inputs.as_of))
    found = _aligned(rows, customers, ("month_fen", "year_fen", "months_billed", "months_due"))
    at_stake = found["month_fen"] * inputs.definition.value.months_ahead * inputs.margin_rate
    complete = found["months_billed"] >= found["months_due"] - BILLS_LATE_MONTHS
    margin = np.where(complete, found["year_fen"] * inputs.margin_rate, np.nan)
    month = found["month_fen"] * inputs.margin_rate
    lifetime = _lifetime(inputs, month, hazards_ahead)
    why_empty = code_where(np.isnan(lifetime.expected), "lifetime_beyond_horizon")
    why_empty[np.isnan(margin)] = "bills_incomplete"
    why_empty[np.isnan(at_stake)] = "no_full_bill"
    return Values(at_stake, margin, lifetime.expected, lifetime.low, lifetime.high, why_empty)


def _lifetime(inputs: Inputs, month_fen: np.ndarray, hazards_ahead: np.ndarray | None) -> ContractValues:
    if hazards_ahead is None:
        nothing = np.full(len(month_fen), np.nan)
        return ContractValues(nothing, nothing, nothing)
    discount = inputs.definition.value.discount_per_year
    return value_contracts(hazards_ahead, month_fen, discount_per_year=discount, confidence=CONFIDENCE)


def summarise_bills(tables: Mapping[str, ibis.Table], value: Valuing, *, as_of: date) -> ibis.Table:
    """Bills known by the as-of day, one row per customer with any.

    returns: customer_id; month_fen: mean month of the last full bills (all accounts together), which
    must be recent; year_fen: of bills that lie wholly within the last 12 months; months_billed: how
    many months these cover; months_due: how many the customer was with the company, at most 12.
    """
    bills = known(tables["bills"], by=as_of).filter(_.period_end <= as_of)
    bills = bills.mutate(days=_.period_end.delta(_.period_start, unit="day"))
    periods = bills.group_by("customer_id", "period_end").agg(
        billed_fen=_.billed_fen.sum(), days=_.days.max(), period_start=_.period_start.min()
    )
    months = ibis.greatest((_.days / MONTH_DAYS).round(), 1)
    periods = periods.mutate(months=months, period_end=_.period_end.cast("date"))
    recent_from = add_months(as_of, -value.bills - BILLS_LATE_MONTHS)
    full = periods.filter(_.days >= FULL_BILL_DAYS, _.period_end > recent_from)
    latest = ibis.window(group_by="customer_id", order_by=ibis.desc("period_end"))
    full = full.mutate(place=ibis.row_number().over(latest)).filter(_.place < value.bills)
    month = full.group_by("customer_id").agg(month_fen=_.billed_fen.sum() / _.months.sum())
    last_year = periods.filter(_.period_start >= add_months(as_of, -YEAR_MONTHS))
    year = last_year.group_by("customer_id").agg(year_fen=_.billed_fen.sum(), months_billed=_.months.sum())
    due = _months_due(tables, as_of=as_of)
    joined = due.left_join(year, "customer_id").drop("customer_id_right")
    return joined.left_join(month, "customer_id").drop("customer_id_right")


def _months_due(tables: Mapping[str, ibis.Table], *, as_of: date) -> ibis.Table:
    """Full months with the company, at most 12; 12 when the opening is not known."""
    customers = known(tables["customers"], by=as_of)
    opened = customers.group_by("customer_id").agg(opened_at=_.opened_at.argmax(_.known_at))
    days = -_.opened_at.date().delta(ibis.literal(as_of), unit="day")
    due = ibis.least((days / MONTH_DAYS).floor(), YEAR_MONTHS).fill_null(YEAR_MONTHS)
    return opened.select("customer_id", months_due=due)


def value_purchases(inputs: Inputs, customers: np.ndarray, model: BuyingModel) -> Values:
    """Customers who buy when they like: BG/NBD and gamma-gamma expectations, with prediction intervals."""
    histories, terms = model.histories.of(customers), inputs.definition.value
    margin = histories.spent_12m_fen * inputs.margin_rate
    nothing = np.full(len(customers), np.nan)
    if model.purchases is None or model.spend is None:
        why_empty = np.full(len(customers), model.why_empty or "too_few_repeats", dtype=object)
        return Values(nothing, margin, nothing, nothing, nothing, why_empty)
    spend_yuan = np.where(histories.mean_fen >= 0, histories.mean_fen / 100, np.nan)
    spend_yuan = np.where(histories.repeats == 0, 0.0, spend_yuan)
    frequency, recency, age = histories.in_weeks
    weeks = terms.months_ahead * MONTH_DAYS / 7
    expected = model.purchases.expected_purchases(weeks, frequency, recency, age)
    each_fen = model.spend.expected_average(frequency, spend_yuan) * 100
    lifetime = model.spend.lifetime_value(
        model.purchases,
        frequency,
        recency,
        age,
        spend_yuan,
        months=terms.clv_months,
        month_length=MONTH_DAYS / 7,
        margin_rate=inputs.margin_rate,
        monthly_discount=(1 + terms.discount_per_year) ** (1 / YEAR_MONTHS) - 1,
        confidence=CONFIDENCE,
        random_state=seed_from("lifetime value", inputs.seed) % SEEDS,
    )
    at_stake = expected * each_fen * inputs.margin_rate
    unknown = np.isnan(at_stake) | np.isnan(margin) | np.isnan(lifetime.expected)
    why_empty = code_where(unknown, "amounts_unknown")
    why_empty[np.isnan(frequency)] = "no_purchase_yet"
    clv, low, high = (part * 100 for part in (lifetime.expected, lifetime.low, lifetime.high))
    return Values(at_stake, margin, clv, low, high, why_empty)


def _aligned(rows: pa.Table, customers: np.ndarray, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Columns in the order of the customers asked for, NaN where there is no row or no value."""
    place = {customer: row for row, customer in enumerate(rows["customer_id"].to_pylist())}
    wanted = pa.array([place.get(customer) for customer in customers.tolist()], pa.int64())
    taken = rows.select(names).take(wanted)
    return {name: taken[name].cast(pa.float64()).to_numpy() for name in names}
