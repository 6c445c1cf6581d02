"""Churn tables as customers' analysts get them, without rows and columns that would give the answer away.

They lie in `shared/data` beside the checkout, or in the `data` folder of LIUKE_SHARED_DATA.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
# Filled in after the customer had left, in the later edition of the IBM table: outcomes, not features.
OUTCOMES = ("Satisfaction Score", "Churn Score", "Churn Category", "Churn Reason", "Customer Status")

Dataset = tuple[pd.DataFrame, np.ndarray]


def shared_data() -> Path:
    """The folder of real data; it may be absent."""
    told = os.environ.get("LIUKE_SHARED_DATA")
    return Path(told) if told else ROOT.parent / "shared" / "data"


def ibm_telco() -> Dataset:
    """7,043 subscribers; TotalCharges stays the text it is, with its 11 blanks."""
    rows = pd.read_csv(shared_data() / "ibm_telco" / "Telco-Customer-Churn.csv")
    return _split(rows.drop(columns=["customerID", *OUTCOMES], errors="ignore"), "Churn", "Yes")


def mlc_churn() -> Dataset:
    """5,000 subscribers with a year's minutes and calls."""
    rows = pd.read_csv(shared_data() / "mlc_churn" / "mlc_churn.csv")
    return _split(rows.drop(columns="rownames"), "churn", "yes")


def iranian_churn() -> Dataset:
    """2,850 subscribers, each once: the 300 repeated rows would be learned by heart."""
    rows = pd.read_csv(shared_data() / "iranian_churn" / "Customer_Churn.csv")
    return _split(rows.drop_duplicates(), "Churn", 1)


def _split(rows: pd.DataFrame, target: str, left: object) -> Dataset:
    rows = rows.reset_index(drop=True)
    return rows.drop(columns=target), (rows[target] == left).to_numpy().astype(int)


DATASETS: dict[str, Callable[[], Dataset]] = {
    "ibm_telco": ibm_telco,
    "mlc_churn": mlc_churn,
    "iranian_churn": iranian_churn,
}
