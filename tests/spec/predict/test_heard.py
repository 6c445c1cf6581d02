"""Pieces of months tell the same silences and the same customers at risk as all their events."""

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.predict.churn import ChurnDefinition
from liuke.predict.heard import HEARD, heard_pieces, last_uses, sum_heard
from liuke.predict.leavings import at_risk, find_leavings
from tests.tables import company

STATUSES = """
    customer_id | account_id | happened_at      | status
    c00         | a0         | 2026-02-03 09:00 | closed_voluntary
    c00         | a0         | 2026-03-25 10:00 | open
"""
# Both sides of a month's edge, the middle of a month, and its last day.
DAYS = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 17), date(2026, 4, 30), date(2026, 7, 1)]


def definition(silent_days: int) -> ChurnDefinition:
    dormant = {"silent_days": silent_days, "events": ["call", "text"]}
    return ChurnDefinition.model_validate(
        {"method": "rolling", "voluntary": {"statuses": ["closed_voluntary"]}, "dormant": dormant}
    )


def draw_events(seed: int) -> pa.Table:
    """Half a year of events of forty customers, some told weeks after, some of kinds that do not count."""
    draw = np.random.default_rng(seed)
    rows = []
    for customer in range(40):
        at = datetime(2026, 1, 1) + timedelta(seconds=int(draw.integers(0, 5_000_000)))
        while at < datetime(2026, 7, 1):
            late = int(draw.integers(0, 40 * 86_400)) if draw.random() < 0.3 else 0
            kind = draw.choice(["call", "text", "bill"])
            rows.append((f"c{customer:02}", at, at + timedelta(seconds=late), kind))
            at += timedelta(
                days=int(draw.choice([0, 1, 7, 15, 30, 45])), seconds=int(draw.integers(0, 86_400))
            )
    names = ("customer_id", "happened_at", "known_at", "kind")
    drawn = dict(zip(names, zip(*rows, strict=True), strict=True))
    return _filled(pa.table({name: pa.array(values) for name, values in drawn.items()}))


def rows_of(expression) -> list[dict]:
    found = expression.to_pyarrow().to_pylist()
    return sorted(found, key=str)


@pytest.mark.parametrize("silent_days", [1, 15, 30, 60])
def test_pieces_say_what_all_events_say(silent_days):
    events, churn = draw_events(silent_days), definition(silent_days)
    customers = "customer_id\n" + "\n".join(f"c{number:02}" for number in range(41))
    accounts = "customer_id | account_id | opened_at\nc00 | a0 | 2025-01-01"
    tables = company({"events": events}, customers=customers, statuses=STATUSES, accounts=accounts)
    kept = tables | {HEARD: sum_heard(tables["events"], churn)}

    silent = set()
    for day in DAYS:
        told = rows_of(find_leavings(tables, churn, known_by=day))
        assert rows_of(find_leavings(kept, churn, known_by=day)) == told
        assert rows_of(at_risk(kept, churn, as_of=day)) == rows_of(at_risk(tables, churn, as_of=day))
        assert rows_of(last_uses(kept, known_by=day)) == rows_of(last_uses(tables, known_by=day))
        silent |= {row["customer_id"] for row in told if row["kind"] == "dormant"}

    assert silent  # or nothing was compared


def test_a_day_in_the_middle_of_a_month_sees_nothing_told_later():
    events = pa.Table.from_pylist(
        [
            {"customer_id": "c00", "happened_at": datetime(2026, 2, 10), "known_at": datetime(2026, 4, 20)},
            {"customer_id": "c00", "happened_at": datetime(2026, 4, 10), "known_at": datetime(2026, 4, 10)},
        ]
    )
    kept = company({"events": _filled(events)})
    kept |= {HEARD: sum_heard(kept["events"], definition(30))}

    def firsts(day: date) -> list[datetime]:
        return sorted(row["first_at"] for row in rows_of(heard_pieces(kept, definition(30), known_by=day)))

    assert firsts(date(2026, 4, 1)) == []
    assert firsts(date(2026, 4, 20)) == [datetime(2026, 4, 10)]
    assert firsts(date(2026, 4, 21)) == [datetime(2026, 2, 10), datetime(2026, 4, 10)]
    assert firsts(date(2026, 5, 1)) == [datetime(2026, 2, 10), datetime(2026, 4, 10)]


def test_the_last_use_is_an_event_of_any_kind_that_was_known():
    drawn = [("2026-02-10", "2026-02-10", "call"), ("2026-02-20", "2026-03-02", "bill")]
    names = ("happened_at", "known_at")
    events = pa.Table.from_pylist(
        [
            {"customer_id": "c00", "kind": kind}
            | {name: datetime.fromisoformat(at) for name, at in zip(names, told, strict=True)}
            for *told, kind in drawn
        ]
    )
    tables = company({"events": _filled(events)})
    kept = tables | {HEARD: sum_heard(tables["events"], definition(30))}

    for day, last in ((date(2026, 3, 2), datetime(2026, 2, 10)), (date(2026, 3, 3), datetime(2026, 2, 20))):
        for each in (tables, kept):
            assert rows_of(last_uses(each, known_by=day)) == [{"customer_id": "c00", "used_at": last}]
    assert (
        len(rows_of(heard_pieces(kept, definition(30), known_by=date(2026, 4, 1)))) == 1
    )  # bills say nothing


def _filled(rows: pa.Table) -> pa.Table:
    schema = TABLES["events"].schema
    held = {"kind": pa.array(["call"] * len(rows)), "row_key": pa.array(map(str, range(len(rows))))}
    held |= {name: rows[name] for name in rows.column_names}
    columns = [held.get(field.name, pa.nulls(len(rows), field.type)) for field in schema]
    return pa.table(columns, names=schema.names).cast(schema)
