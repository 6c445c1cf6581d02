"""The tables that early warning leaves, and amounts written into them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

YUAN = pa.decimal128(18, 2)
INSTANT = pa.timestamp("us")
_CENT = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
REASON = pa.struct(
    [("code", pa.string()), ("text_zh", pa.string()), ("text_en", pa.string()), ("figures", pa.string())]
)

WARNINGS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.date32()),
        ("p_1m", pa.float64()),
        ("p_2m", pa.float64()),
        ("p_3m", pa.float64()),
        ("p_voluntary", pa.float64()),
        ("p_involuntary", pa.float64()),
        ("p_dormant", pa.float64()),
        ("value_at_stake", YUAN),
        ("expected_loss", YUAN),
        ("reasons", pa.list_(REASON)),
        ("why_empty", pa.string()),
        ("why_empty_zh", pa.string()),
        ("why_empty_en", pa.string()),
        ("p_diverted", pa.float64()),
    ]
)
VALUES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.date32()),
        ("margin_12m", YUAN),
        ("clv", YUAN),
        ("clv_low", YUAN),
        ("clv_high", YUAN),
        ("why_empty", pa.string()),
    ]
)
LEAVINGS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.date32()),
        ("left_at", INSTANT),
        ("kind", pa.string()),
        ("competitor", pa.string()),
        ("reentered_as", pa.string()),
    ]
)


@dataclass(frozen=True)
class EarlyWarning:
    """What one run says: the list, the values, the leavings known so far, and how it came about.

    warnings, values: one row per customer at risk as of the day, by customer_id. Customers who have
    left are absent; `leavings` tells when they did. card: plain values, fit for JSON.
    """

    warnings: pa.Table
    values: pa.Table
    leavings: pa.Table
    card: dict[str, Any]


def yuan_column(fen: np.ndarray) -> pa.Array:
    """Amounts in fen (float, NaN when unknown) as yuan, rounded half to even to the fen."""
    whole = pa.array(np.rint(np.nan_to_num(fen)).astype(np.int64), mask=np.isnan(fen))
    return pc.multiply(whole.cast(pa.decimal128(19, 0)), _CENT).cast(YUAN)


def probability_column(values: np.ndarray) -> pa.Array:
    """Probabilities with the unknown (NaN) as missing, never outside [0, 1]."""
    return pa.array(np.clip(values, 0.0, 1.0), pa.float64(), mask=np.isnan(values))
