"""The tables that reports leave: who stands behind every figure, and the figures by unit and dimension."""

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from liuke.predict.result_tables import INSTANT

# Dimension -> the column of report_customers with its members; "all" has the one member "".
DIMENSIONS: Mapping[str, str | None] = MappingProxyType(
    {
        "all": None,
        "brand": "brand",
        "plan": "plan",
        "tenure": "tenure",
        "value": "value_band",
        "dealer": "dealer_id",
    }
)
REPORT_CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.date32()),
        ("month", pa.date32()),
        ("measure", pa.string()),
        ("kind", pa.string()),
        ("at", INSTANT),
        ("unit_id", pa.string()),
        ("brand", pa.string()),
        ("plan", pa.string()),
        ("tenure", pa.string()),
        ("value_band", pa.string()),
        ("dealer_id", pa.string()),
        ("weight", pa.float64()),  # 1 for what happened, a probability for what is expected
        ("of_opening", pa.bool_()),  # whether the customer was with the company when the month began
        ("value_fen", pa.int64()),  # monthly margin then
    ]
)
REPORT_CELLS = pa.schema(
    [
        ("as_of", pa.date32()),
        ("month", pa.date32()),
        ("measure", pa.string()),
        ("kind", pa.string()),
        ("unit_id", pa.string()),  # the customers' own; those above are sums
        ("dimension", pa.string()),
        ("member", pa.string()),
        ("count", pa.float64()),
        ("of_opening", pa.int64()),
        ("valued", pa.int64()),  # rows whose value is known
        ("value_fen", pa.int64()),  # of those, weighed
        ("variance", pa.float64()),  # of the count, were it drawn anew
        ("third", pa.float64()),  # its third central moment
    ]
)
