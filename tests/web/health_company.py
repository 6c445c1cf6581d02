"""The health of a small company's early warning, kept in a warehouse of its own.

The backtest promised well; of two lists the earlier one kept the promise, the order of the later one is
spoiled. One input has drifted, one is worth watching, one is of a column nobody had before.
"""

from datetime import date

import numpy as np
import pyarrow as pa

from liuke.pipeline.workspace import open_workspace
from liuke.predict.health import Look, ProfitTerms, Promise, judge_forecast, measure_drift, write_health
from liuke.predict.health.promise import NO_CARD
from liuke.predict.health.words import say_drift
from liuke.predict.health_tables import DRIFT
from tests.web.company import AS_OF

TERMS = ProfitTerms(clv=900, contact_cost=5, offer_cost=60)
KEPT, BROKEN = date(2025, 12, 31), date(2026, 1, 31)


def forecast(seed, *, n=3000, spoiled=False):
    random = np.random.default_rng(seed)
    p = random.beta(1, 14, n)
    left = (random.random(n) < p).astype(int)
    return judge_forecast(random.permutation(p) if spoiled else p, left, profit=TERMS, seed=seed)


def draw_health():
    """The table `health` as of the company's day."""
    promise = Promise({1: forecast(1)}, judged_as_of=date(2025, 11, 30))
    looks = [
        Look(
            list_as_of=day,
            months=1,
            whom=whom,
            is_judged=whom == "left_alone",
            judged=forecast(seed, spoiled=day == BROKEN),
            contacted=240,
            promise=promise,
        )
        for seed, day in enumerate((KEPT, BROKEN), start=2)
        for whom in ("all", "left_alone")
    ]
    return write_health(promise, looks, as_of=AS_OF, had_lists=True)


def draw_silence():
    """The table of a company whose first list this is."""
    return write_health(NO_CARD, [], as_of=AS_OF, had_lists=False)


def draw_promise_alone():
    """The table of a company whose first list has a backtest and no earlier one to be held against it."""
    promise = Promise({1: forecast(1)}, judged_as_of=date(2025, 11, 30))
    return write_health(promise, [], as_of=AS_OF, had_lists=False)


def draw_drift():
    """The table `drift` as of the company's day."""
    random = np.random.default_rng(5)
    before = {"spend": random.normal(100, 20, 2000), "calls": random.normal(0, 1, 2000)}
    after = {
        "spend": random.normal(140, 20, 2000),
        "calls": random.normal(0.4, 1, 2000),
        "novel": random.normal(0, 1, 2000),
        "p_1m": random.beta(1, 9, 2000),
    }
    before["p_1m"] = random.beta(1, 9, 2000)
    labels = {"spend": "月消费", "calls": "通话次数", "novel": "新特征", "p_1m": "1个月离开概率"}
    rows = []
    for drift in measure_drift(pa.table(before), pa.table(after)):
        words = say_drift(drift)
        shares = zip(drift.labels, drift.reference_shares, drift.now_shares, strict=True)
        told = {name: getattr(drift, name, None) for name in DRIFT.names}
        told |= {"as_of": AS_OF, "kind": "feature", "text_zh": words.zh, "text_en": words.en}
        told |= {
            "label_zh": labels[drift.column],
            "label_en": drift.column,
            "reference_rows": drift.reference,
        }
        told |= {
            "rows": drift.now,
            "bins": [dict(zip(("label", "reference", "now"), each, strict=True)) for each in shares],
        }
        rows.append(told)
    return pa.Table.from_pylist(rows, schema=DRIFT)


def make_health(folder, *, health=None, drift=None, card=True):
    """A workspace in a folder with the health of the company's day."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "liuke.toml").write_text(
        'pack = "telecom"\nlanguage = "zh"\nmargin_rate = 0.45\n', encoding="utf-8"
    )
    workspace = open_workspace(folder)
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        draft.replace("health", draw_health() if health is None else health, partition=AS_OF.isoformat())
        draft.replace("drift", draw_drift() if drift is None else drift, partition=AS_OF.isoformat())
        draft.commit()
    if card:
        place = workspace.var / "runs" / AS_OF.isoformat()
        place.mkdir(parents=True)
        (place / "model-card.json").write_text('{"method": "rolling"}', encoding="utf-8")
    return workspace
