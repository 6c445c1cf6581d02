"""RFM by explicit bands, exactly as numbered; cells in segments, each with an action."""

from datetime import date, datetime

import pandas as pd
import pytest

from liuke.tier import SchemeRefused, load
from liuke.tier.measure import MeasureRefused
from tests.tables import table

RFM = load("rfm")
TODAY = date(2026, 3, 31)


def assign(drawn, *, as_of=TODAY):
    """Tiers of the drawn customers; what is not drawn is bought yesterday, 11 times, for 9,000."""
    frame = table(drawn)
    given = {"last_on": date(2026, 3, 30), "frequency": 11, "monetary": 9000.0} | {
        name: frame[name] for name in frame if name in {"last_on", "frequency", "monetary"}
    }
    found = RFM.assign(pd.DataFrame(given, index=frame.index), as_of=as_of)
    return frame, found


def test_recency_in_calendar_months():
    drawn, found = assign("""
        last_on    | tier
        2026-03-31 | R1F4M4
        2026-02-28 | R1F4M4
        2026-02-27 | R2F4M4
        2025-12-31 | R2F4M4
        2025-12-30 | R3F4M4
        2025-09-30 | R3F4M4
        2025-09-29 | R4F4M4
        2025-03-31 | R4F4M4
        2025-03-30 | R5F4M4
        1997-01-01 | R5F4M4
    """)  # one month before 31 March is 28 February, six months before it 30 September

    assert found.tier.tolist() == drawn.tier.tolist()


def test_recency_around_the_29th_of_february():
    drawn, found = assign(
        """
        last_on    | tier
        2024-02-29 | R1F4M4
        2024-02-28 | R2F4M4
        2023-03-29 | R4F4M4
        2023-03-28 | R5F4M4
        """,
        as_of=date(2024, 3, 29),
    )

    assert found.tier.tolist() == drawn.tier.tolist()


def test_frequency():
    drawn, found = assign("""
        frequency | tier
        1         | R1F1M4
        3         | R1F1M4
        4         | R1F2M4
        6         | R1F2M4
        7         | R1F3M4
        10        | R1F3M4
        11        | R1F4M4
        500       | R1F4M4
    """)

    assert found.tier.tolist() == drawn.tier.tolist()


def test_money_and_what_is_missing_for_the_next_band():
    drawn, found = assign("""
        monetary | tier   | next_tier | missing
        -50.00   | R1F4M0 | R1F4M1    | 1050
        0        | R1F4M0 | R1F4M1    | 1000
        999.99   | R1F4M0 | R1F4M1    |    0.01
        1000     | R1F4M1 | R1F4M2    | 2000.01
        3000     | R1F4M1 | R1F4M2    |    0.01
        3000.01  | R1F4M2 | R1F4M3    | 2000
        3000.50  | R1F4M2 | R1F4M3    | 1999.51
        3001     | R1F4M2 | R1F4M3    | 1999.01
        5000     | R1F4M2 | R1F4M3    |    0.01
        5000.01  | R1F4M3 | R1F4M4    | 3000
        8000     | R1F4M3 | R1F4M4    |    0.01
        8000.01  | R1F4M4 |           |
    """)  # 3,000.50 lies between two bands and belongs to the upper

    told = ["tier", "next_tier", "missing"]
    pd.testing.assert_frame_equal(found[told], drawn[told])


def test_money_in_fen():
    frame = pd.DataFrame({"last_on": [TODAY] * 2, "frequency": [1, 1], "monetary_fen": [300_000, 300_001]})

    assert RFM.assign(frame, as_of=TODAY).tier.tolist() == ["R1F1M1", "R1F1M2"]


def test_the_unrated_say_why():
    drawn, found = assign("""
        last_on    | frequency | monetary | why                                     | why_zh
                   | 3         | 10       | last purchase, number or amount unknown | 最近购买、次数或金额未知
        2026-03-01 |           | 10       | last purchase, number or amount unknown | 最近购买、次数或金额未知
        2026-03-01 | 3         |          | last purchase, number or amount unknown | 最近购买、次数或金额未知
        2026-03-01 | 0         | 10       | no purchase                             | 没有购买
        2026-04-01 | 3         | 10       | the last purchase lies after 2026-03-31 | 最近购买晚于 2026-03-31
    """)

    assert set(zip(found.tier, found.segment, found["rank"], strict=True)) == {("unrated", "unrated", 11)}
    assert found[["why", "why_zh"]].to_dict() == drawn[["why", "why_zh"]].to_dict()
    assert found[["next_tier", "missing", "action", "action_zh"]].isna().all().all()


@pytest.mark.parametrize(
    "cell, segment",
    [
        ("R1F4M4", "champions"),
        ("R2F3M3", "champions"),
        ("R1F3M2", "loyal"),
        ("R2F1M4", "big-spenders"),
        ("R1F2M0", "promising"),
        ("R1F1M0", "new"),
        ("R2F1M0", "cooling"),
        ("R3F2M2", "cooling"),
        ("R3F3M0", "at-risk"),
        ("R4F1M3", "at-risk"),
        ("R4F2M2", "hibernating"),
        ("R5F3M0", "lost-valuable"),
        ("R5F1M0", "lost"),
    ],
)
def test_cells_have_segments(cell, segment):
    assert RFM.cells[cell].name == segment


def test_every_cell_has_a_segment_with_an_action_and_its_rank():
    assert len(RFM.cells) == 5 * 4 * 5
    assert len(RFM.levels) == 101
    assert all(segment.action.zh and segment.action.en for segment in RFM.cells.values())
    ranks = {level.name: level.rank for level in RFM.levels}
    assert ranks["R1F4M4"] == ranks["R2F3M3"] == 1
    assert ranks["unrated"] == 11


def test_the_reason_and_the_action():
    _, found = assign("last_on | frequency | monetary\n2026-02-27 | 10 | 3000.5")
    (told,) = found.to_dict("records")

    assert told["why"] == (
        "last bought on 2026-02-27 (R2), 10 purchases (F3), spent 3,000.50 (M2): loyal; "
        "1,999.51 more spent for the next band"
    )
    assert told["why_zh"] == (
        "最近购买 2026-02-27（R2），购买 10 次（F3），消费 3,000.50（M2）：忠诚客户；"
        "消费再多 1,999.51 即进入上一档"
    )
    assert told["segment"] == "loyal"
    assert told["action_zh"].startswith("会员权益")


def test_instants_are_read_as_their_day():
    frame = pd.DataFrame({"last_on": [datetime(2026, 2, 27, 23, 59)], "frequency": [11], "monetary": [9000]})

    assert RFM.assign(frame, as_of=TODAY).tier.tolist() == ["R2F4M4"]


def test_without_a_day_to_count_from_it_is_refused():
    with pytest.raises(SchemeRefused, match="say which with as_of"):
        assign("frequency\n3", as_of=None)


def test_days_written_as_text_are_refused():
    frame = pd.DataFrame({"last_on": ["2026-03-01"], "frequency": [1], "monetary": [5]})

    with pytest.raises(MeasureRefused, match="needs days in 'last_on', which holds string"):
        RFM.assign(frame, as_of=TODAY)
