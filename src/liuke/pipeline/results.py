"""The result tables of a cycle: one partition for each as-of day, columns that users rely on."""

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

YUAN = pa.decimal128(18, 2)

_KEYS = [("customer_id", pa.string()), ("as_of", pa.date32())]
_REASON = pa.struct(
    [("code", pa.string()), ("text_zh", pa.string()), ("text_en", pa.string()), ("figures", pa.string())]
)

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
            ]
        ),
        "warnings": pa.schema(
            [
                *_KEYS,
                ("p_1m", pa.float64()),
                ("p_2m", pa.float64()),
                ("p_3m", pa.float64()),
                ("p_voluntary", pa.float64()),
                ("p_involuntary", pa.float64()),
                ("p_dormant", pa.float64()),
                ("value_at_stake", YUAN),
                ("expected_loss", YUAN),
                ("reasons", pa.list_(_REASON)),
                ("why_empty", pa.string()),
                ("why_empty_zh", pa.string()),
                ("why_empty_en", pa.string()),
            ]
        ),
        "values": pa.schema(
            [
                *_KEYS,
                ("margin_12m", YUAN),
                ("clv", YUAN),
                ("clv_low", YUAN),
                ("clv_high", YUAN),
                ("why_empty", pa.string()),
            ]
        ),
        "leavings": pa.schema([*_KEYS, ("left_at", pa.timestamp("us")), ("kind", pa.string())]),
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
