"""A top list changes hands: who entered, who left, who overtook whom."""

import pandas as pd
import pytest

from liuke.kernel.errors import MissingColumn
from liuke.tier.moves import MovesRefused
from liuke.tier.top_list import overtook
from tests.tables import table


def days(drawn: str):
    frame = table(drawn)
    return [
        frame[["customer_id", day]].dropna().rename(columns={day: "score_rank"})
        for day in ("before", "after")
    ]


def test_who_overtook_whom():
    drawn = """
        customer_id | before | after | change  | up_by | overtook | overtaken_by
        cai         | 3      | 1     | up      |  2    | ann bob  |
        ann         | 1      | 2     | down    | -1    |          | cai
        dan         | 4      | 3     | entered |  1    | bob      |
        new         |        | 3     | entered |       |          |
        bob         | 2      | 5     | left    | -3    |          | cai dan
        out         | 9      | 6     |         |       |          |
    """
    changed = overtook(*days(drawn), top=3)

    expected = table(drawn).iloc[:5]
    found = changed.customers.to_pandas()
    assert found.customer_id.tolist() == expected.customer_id.tolist()
    assert found.change.tolist() == expected.change.tolist()
    assert found.up_by.fillna(0).tolist() == expected.up_by.fillna(0).tolist()
    for column in ("overtook", "overtaken_by"):
        assert [" ".join(names) for names in found[column]] == expected[column].fillna("").tolist()
    assert (changed.entered, changed.left) == (("dan", "new"), ("bob",))
    assert changed.counts == {"entered": 2, "left": 1, "up": 1, "down": 1, "stay": 0}


def test_to_come_level_overtakes_nobody():
    changed = overtook(*days("customer_id | before | after\nann | 1 | 1\nbob | 2 | 1"), top=2)

    assert changed.counts["stay"] == changed.counts["up"] == 1
    assert changed.customers["overtook"].to_pylist() == [[], []]


def test_a_tie_at_the_end_makes_the_list_longer():
    before, after = days("customer_id | before | after\nann | 1 | 1\nbob | 2 | 2\ncai | 3 | 2\ndan | 4 | 4")

    assert overtook(before, after, top=2).entered == ("cai",)


def test_nobody():
    nobody = pd.DataFrame({"customer_id": [], "score_rank": []})

    assert overtook(nobody, nobody).customers.num_rows == 0


def test_refusals():
    before, after = days("customer_id | before | after\nann | 1 | 1")

    with pytest.raises(MovesRefused, match="one customer or more, not 0"):
        overtook(before, after, top=0)
    with pytest.raises(MovesRefused, match="customer ann stands in the assignment after more than once"):
        overtook(before, pd.concat([after, after]))
    with pytest.raises(MissingColumn, match="the top list before needs the column 'place'"):
        overtook(before, after, rank="place")
