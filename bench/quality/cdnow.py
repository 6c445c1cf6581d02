"""CDNOW: days with a purchase of customers who first bought in the first twelve weeks of 1997."""

from importlib.resources import files

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("1997-01-01")
CALIBRATION_WEEKS, ALL_WEEKS = 39, 78
WEEK_DAYS = 7


def read_days(name: str) -> pd.DataFrame:
    """One row per customer and day with a purchase; days are counted from 1 January 1997.

    name: `master` for all 23,570 customers, `sample` for a tenth of them.
    """
    columns = ["customer", "day", "cds", "dollars"]
    place, skipped = files("lifetimes") / "datasets" / f"CDNOW_{name}.txt", 1
    if name == "sample":
        columns, skipped = ["customer", "number", *columns[1:]], 0
    rows = pd.read_csv(str(place), sep=r"\s+", skiprows=skipped, names=columns)
    rows["day"] = (pd.to_datetime(rows.day.astype(str)) - FIRST_DAY).dt.days
    return rows[["customer", "day"]].drop_duplicates()


def tell_histories(days: pd.DataFrame, *, weeks: float) -> pd.DataFrame:
    """Frequency, recency and T in weeks, by customer, of what happened in the first `weeks`."""
    end = round(weeks * WEEK_DAYS)
    seen = days[days.day < end].groupby("customer").day.agg(["count", "min", "max"])
    return pd.DataFrame(
        {
            "frequency": seen["count"] - 1,
            "recency": (seen["max"] - seen["min"]) / WEEK_DAYS,
            "T": (end - 1 - seen["min"]) / WEEK_DAYS,
        }
    )


def count_later(days: pd.DataFrame, customers: pd.Index, *, after: float, until: float) -> np.ndarray:
    """Days with a purchase from week `after` on and before week `until`."""
    later = days[(days.day >= round(after * WEEK_DAYS)) & (days.day < round(until * WEEK_DAYS))]
    return later.groupby("customer").size().reindex(customers, fill_value=0).to_numpy(dtype=float)
