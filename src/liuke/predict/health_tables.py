"""The tables that the health of early warning leaves."""

import pyarrow as pa

GROUP = pa.struct(
    [
        ("customers", pa.int64()),
        ("mean_p", pa.float64()),
        ("left_rate", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)
HEALTH = pa.schema(
    [
        ("as_of", pa.date32()),
        ("source", pa.string()),  # backtest or live
        ("list_as_of", pa.date32()),
        ("horizon", pa.string()),
        ("whom", pa.string()),  # all or left_alone
        ("is_judged", pa.bool_()),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("promised", pa.float64()),
        ("promised_low", pa.float64()),
        ("promised_high", pa.float64()),
        ("alarm_low", pa.float64()),
        ("alarm_high", pa.float64()),
        ("finding", pa.string()),  # as_promised, watch, alarm
        ("direction", pa.string()),  # below, above
        ("why_empty", pa.string()),
        ("customers", pa.int64()),
        ("leavers", pa.int64()),
        ("contacted", pa.int64()),
        ("groups", pa.list_(GROUP)),
        ("text_zh", pa.string()),
        ("text_en", pa.string()),
    ]
)
BIN = pa.struct([("label", pa.string()), ("reference", pa.float64()), ("now", pa.float64())])
DRIFT = pa.schema(
    [
        ("as_of", pa.date32()),
        ("column", pa.string()),
        ("kind", pa.string()),  # feature or score
        ("label_zh", pa.string()),
        ("label_en", pa.string()),
        ("reference_from", pa.date32()),
        ("reference_to", pa.date32()),
        ("reference_days", pa.int32()),
        ("reference_rows", pa.int64()),
        ("rows", pa.int64()),
        *(
            (name, pa.float64())
            for name in ("psi", "psi_low", "psi_high", "psi_chance", "p_value", "q_value")
        ),
        *((name, pa.float64()) for name in ("ks", "ks_low", "ks_high", "ks_p_value", "ks_q_value")),
        ("finding", pa.string()),  # alike, watch, drifted
        ("why_empty", pa.string()),
        ("ks_why_empty", pa.string()),
        ("bins", pa.list_(BIN)),
        ("text_zh", pa.string()),
        ("text_en", pa.string()),
    ]
)
