"""A drawn company's reports: who stands behind each figure, in plain values."""

from datetime import date

import ibis
import pyarrow as pa

from liuke.predict.churn import ChurnDefinition
from liuke.predict.leavings import find_leavings
from liuke.predict.network_tables import REENTRIES
from liuke.predict.reports.months import list_months
from liuke.predict.reports.standing import ReportInputs, stand_behind
from liuke.predict.reports.terms import ReportTerms
from liuke.predict.result_tables import WARNINGS
from liuke.store import Engine

TELECOM = ChurnDefinition.model_validate(
    {
        "method": "rolling",
        "voluntary": {"statuses": ["closed_voluntary"]},
        "involuntary": {"statuses": ["closed_involuntary"]},
        "dormant": {"silent_days": 30, "events": ["voice"]},
    }
)
TERMS = ReportTerms.model_validate(
    {
        "tenure": [
            {"name": "under a year", "from_months": 0, "words": {"zh": "不足一年", "en": "under a year"}},
            {"name": "a year", "from_months": 12, "words": {"zh": "一年及以上", "en": "a year"}},
        ],
        "value": [
            {"name": "low", "from_yuan": 0, "words": {"zh": "低", "en": "low"}},
            {"name": "high", "from_yuan": 20, "words": {"zh": "高", "en": "high"}},
        ],
    }
)
ENGINE = Engine(threads=1)


def stand(
    tables,
    *,
    as_of: date,
    since: date = date(2026, 1, 1),
    definition=TELECOM,
    terms=TERMS,
    has_bills=True,
    warnings: pa.Table | None = None,
    reentries: pa.Table | None = None,
    leavings=None,
    searched_from: date | None = None,
):
    """The rows of REPORT_CUSTOMERS as a frame."""
    found = find_leavings(tables, definition, known_by=as_of) if leavings is None else leavings
    inputs = ReportInputs(
        tables=tables,
        leavings=found,
        warnings=ibis.memtable(WARNINGS.empty_table() if warnings is None else warnings),
        reentries=None if reentries is None else ibis.memtable(reentries.cast(REENTRIES)),
        searched_from=searched_from or (None if reentries is None else since),
        definition=definition,
        terms=terms,
        months=list_months(since, as_of=as_of, most=terms.months),
        margin_rate=0.5,
        has_bills=has_bills,
        as_of=as_of,
    )
    return ENGINE.to_arrow(stand_behind(inputs)).to_pandas()


def who(rows, measure: str, month: str, kind: str | None = None) -> set[str]:
    """Customers behind one figure."""
    chosen = rows[(rows.measure == measure) & (rows.month.astype(str).str[:7] == month)]
    return set((chosen if kind is None else chosen[chosen.kind == kind]).customer_id)
