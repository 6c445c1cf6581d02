"""CDNOW: days with a purchase of customers who first bought in the first twelve weeks of 1997."""

from importlib.resources import files
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("1997-01-01")
CALIBRATION_WEEKS, ALL_WEEKS = 39, 78
WEEK_DAYS = 7


def read_days(name: str) -> pd.DataFrame:
    """One row per customer and day with a purchase; days are counted from 1 January 1997.

    name: `master` for all 23,570 customers, `sample` for a tenth of them.
    """
    return _parse(place_of(name).read_text())[["customer", "day"]].drop_duplicates()


def read_first_weeks(place: Path, *, weeks: int = CALIBRATION_WEEKS) -> pd.DataFrame:
    """One row per customer and day with a purchase of the first `weeks`: customer, day, cds, dollars.

    Lines of later days are thrown away as text, before a number is read from them, so nothing that is
    learned or chosen from what comes back can know of them.
    """
    end = f"{FIRST_DAY + pd.Timedelta(weeks=weeks):%Y%m%d}"
    with place.open() as lines:
        known = "".join(line for line in lines if _date_of(line) < end)
    return _parse(known).groupby(["customer", "day"], as_index=False)[["cds", "dollars"]].sum()


def place_of(name: str) -> Path:
    """Where the file of `master` or `sample` lies, in a package."""
    return Path(str(files("lifetimes") / "datasets" / f"CDNOW_{name}.txt"))


def tell_first_purchases(days: pd.DataFrame) -> pd.DataFrame:
    """By customer, of the first day with a purchase: the day, CDs and dollars."""
    return days.sort_values(["customer", "day"]).groupby("customer")[["day", "cds", "dollars"]].first()


def _date_of(line: str) -> str:
    """The date of a line, which stands third from its end; of a heading something after every date."""
    return line.split()[-3] if line.split()[-3].isdigit() else "heading"


def _parse(text: str) -> pd.DataFrame:
    lines = [line for line in text.splitlines() if _date_of(line) != "heading"]
    columns = ["customer", "number", "day", "cds", "dollars"]
    if len(lines[0].split()) < len(columns):
        columns.remove("number")
    rows = pd.read_csv(StringIO("\n".join(lines)), sep=r"\s+", names=columns)
    rows["day"] = (pd.to_datetime(rows.day.astype(str)) - FIRST_DAY).dt.days
    return rows


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
