"""Health of early warning: how good forecasts are, whether inputs drift, whether results keep the promise."""

from liuke.predict.health.band import Band, promised_band
from liuke.predict.health.drift import Drift, measure_drift
from liuke.predict.health.expected_profit import ExpectedProfit, ProfitTerms, expected_maximum_profit
from liuke.predict.health.live import Known, Look, PublishedList, judge_list
from liuke.predict.health.measuring import Group, Judged, judge_forecast
from liuke.predict.health.promise import Promise, learned_days, read_promise
from liuke.predict.health.report import write_health

__all__ = [
    "Band",
    "Drift",
    "ExpectedProfit",
    "Group",
    "Judged",
    "Known",
    "Look",
    "ProfitTerms",
    "Promise",
    "PublishedList",
    "expected_maximum_profit",
    "judge_forecast",
    "judge_list",
    "learned_days",
    "measure_drift",
    "promised_band",
    "read_promise",
    "write_health",
]
