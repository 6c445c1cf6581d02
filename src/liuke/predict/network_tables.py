"""The tables that re-entry and the audit of dealers leave."""

import pyarrow as pa

from liuke.predict.result_tables import INSTANT, YUAN

EVIDENCE = pa.struct(
    [("code", pa.string()), ("text_zh", pa.string()), ("text_en", pa.string()), ("bits", pa.float64())]
)
REENTRIES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.date32()),
        ("former_id", pa.string()),
        ("probability", pa.float64()),
        ("weight", pa.float64()),
        ("kind", pa.string()),
        ("left_at", INSTANT),
        ("opened_at", INSTANT),
        ("gap_days", pa.int32()),
        ("spent_before", YUAN),
        ("spent_since", YUAN),
        ("evidence", pa.list_(EVIDENCE)),
    ]
)
NET_CHURN = pa.schema(
    [
        ("as_of", pa.date32()),
        ("month", pa.date32()),
        ("gross", pa.int64()),
        *(
            (f"{part}{edge}", pa.float64())
            for part in ("real_loss", "reentry", "dormant")
            for edge in ("", "_low", "_high")
        ),
        ("is_open", pa.bool_()),
    ]
)
CHART = pa.struct(
    [("day", pa.int32()), ("watched", pa.int32()), ("gone", pa.int32()), ("expected", pa.float64())]
)
GONE = pa.struct(
    [
        ("customer_id", pa.string()),
        ("opened_on", pa.date32()),
        ("gone_on", pa.date32()),
        ("kind", pa.string()),
        ("days_after", pa.int32()),
        ("commission", YUAN),
    ]
)
DEALER_CASES = pa.schema(
    [
        ("dealer_id", pa.string()),
        ("as_of", pa.date32()),
        ("name", pa.string()),
        ("assessment_days", pa.int32()),
        ("customers", pa.int32()),
        ("reached", pa.int32()),
        ("gone_after", pa.int32()),
        ("expected_after", pa.float64()),
        ("silent_after", pa.int32()),
        ("gone_elsewhere", pa.int32()),
        ("expected_elsewhere", pa.float64()),
        ("p_level", pa.float64()),
        ("p_custom", pa.float64()),
        ("q_value", pa.float64()),
        ("flagged", pa.bool_()),
        ("at_stake", YUAN),
        ("at_stake_excess", YUAN),
        ("why", pa.string()),
        ("why_zh", pa.string()),
        ("chart", pa.list_(CHART)),
        ("gone", pa.list_(GONE)),
    ]
)
