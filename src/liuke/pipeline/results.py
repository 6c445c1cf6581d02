"""The result tables of a cycle: one partition for each as-of day, columns that users rely on."""

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from liuke.predict.health_tables import DRIFT, HEALTH
from liuke.predict.network_tables import DEALER_CASES, NET_CHURN, REENTRIES
from liuke.predict.reports.tables import REPORT_CELLS, REPORT_CUSTOMERS
from liuke.predict.result_tables import LEAVINGS, VALUES, WARNINGS, YUAN

_KEYS = [("customer_id", pa.string()), ("as_of", pa.date32())]

RESULTS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "tiers": pa.schema(
            [
                *_KEYS,
                ("scheme", pa.string()),
                ("version", pa.int32()),
                ("tier", pa.string()),
                ("rank", pa.int32()),
                ("measure", pa.float64()),
                ("why", pa.string()),
                ("why_zh", pa.string()),
                ("next_tier", pa.string()),
                ("missing", pa.float64()),
                ("base_credit_line_fen", pa.int64()),
                ("judged_tier", pa.string()),
                ("held_by", pa.string()),
                ("since", pa.date32()),
                ("steady_tier", pa.string()),
                ("steady_since", pa.date32()),
                ("rose", pa.bool_()),
            ]
        ),
        "households": pa.schema([*_KEYS, ("household_id", pa.string()), ("evidence", pa.list_(pa.string()))]),
        "warnings": WARNINGS,
        "values": VALUES,
        "leavings": LEAVINGS,
        "reentries": REENTRIES,
        "net_churn": NET_CHURN,
        "dealer_cases": DEALER_CASES,
        "health": HEALTH,
        "drift": DRIFT,
        "report_cells": REPORT_CELLS,
        "report_customers": REPORT_CUSTOMERS,
        "plan": pa.schema(
            [
                *_KEYS,
                ("campaign", pa.string()),
                ("arm", pa.string()),
                ("policy", pa.string()),
                ("expected_gain", YUAN),
                ("cost", YUAN),
                ("why", pa.string()),
                ("why_zh", pa.string()),
                ("probability", pa.float64()),
            ]
        ),
    }
)
