"""The hour and the weekday of an event can be asked for; the night is the hours that a declaration names."""

import pytest

from tests.spec.view.viewing import measured, seen
from tests.tables import company

COMPANY = company(
    customers="customer_id\nann",
    events="""
        row_key | customer_id | kind  | happened_at
        1       | ann         | voice | 2026-03-01 21:59:59
        2       | ann         | voice | 2026-03-01 22:00:00
        3       | ann         | voice | 2026-03-02 00:00:00
        4       | ann         | data  | 2026-03-02 05:59:59
        5       | ann         | data  | 2026-03-06 06:00:00
        6       | ann         | data  | 2026-03-07 12:00:00
    """,
)  # 1 March 2026 is a Sunday


@pytest.mark.parametrize(
    "where, count",
    [
        ({"hour": [22, 23, 0, 1, 2, 3, 4, 5]}, 3),
        ({"hour": {"at_least": 6, "at_most": 21}}, 3),
        ({"weekday": [5, 6]}, 3),
        ({"weekday": 0}, 2),
        ({"weekday": 0, "hour": 0, "kind": "voice"}, 1),
    ],
)
def test_events_by_hour_and_weekday(where, count):
    assert seen(COMPANY, measured("events", "count", where=where), as_of="2026-04-01") == {"ann": count}
