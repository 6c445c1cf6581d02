"""What became of a customer: the first leaving in [as_of + gap, as_of + gap + months), or not known."""

from datetime import date

import ibis
import pandas as pd
import pytest

from liuke.predict.churn import ChurnDefinition
from liuke.predict.leavings import label
from tests.tables import table

AS_OF = date(2026, 1, 31)
LATER = date(2026, 6, 1)
LEAVINGS = table("""
    customer_id | left_at             | kind        | back_at
    ann         | 2026-01-31 00:00:00 | voluntary   |
    bob         | 2026-02-27 23:59:59 | dormant     |
    cai         | 2026-02-28 00:00:00 | dormant     |
    dai         | 2026-04-29 23:59:59 | involuntary |
    eve         | 2026-04-30 00:00:00 | involuntary |
    fay         | 2026-02-10 00:00:00 | dormant     | 2026-02-20
    fay         | 2026-03-10 00:00:00 | voluntary   |
    gus         | 2026-01-20 00:00:00 | voluntary   | 2026-01-30 23:59:59
""")
EVERYBODY = pd.DataFrame({"customer_id": ["ann", "bob", "cai", "dai", "eve", "fay", "gus", "hui"]})


def definition(**changes):
    return ChurnDefinition.model_validate(
        {"method": "rolling", "dormant": {"silent_days": 30, "events": ["call"]}} | changes
    )


def labelled(churn, *, known_by=LATER, as_of=AS_OF):
    found = label(
        ibis.memtable(EVERYBODY), ibis.memtable(LEAVINGS), churn, as_of=as_of, known_by=known_by
    ).to_pandas()
    return found.set_index("customer_id").sort_index()


def who(flags, value):
    return set(flags.index[flags.map(lambda flag: flag is value)])


def test_the_first_leaving_counts_in_each_window_that_holds_it():
    found = labelled(definition())

    assert who(found.left_1m, True) == {"ann", "bob", "fay"}  # to 28 February, exclusive
    assert who(found.left_2m, True) == {"ann", "bob", "cai", "fay"}
    assert who(found.left_3m, True) == {"ann", "bob", "cai", "dai", "fay"}  # to 30 April, exclusive
    assert who(found.left_3m, False) == {"eve", "gus", "hui"}
    assert found.kind.fay == "dormant"  # the first of two
    assert set(found.index[found.kind.isna()]) == {"eve", "gus", "hui"}


@pytest.mark.parametrize(
    "known_by, known",
    [
        (date(2026, 2, 27), []),
        (date(2026, 2, 28), ["left_1m"]),
        (date(2026, 3, 30), ["left_1m"]),
        (date(2026, 3, 31), ["left_1m", "left_2m"]),
        (date(2026, 4, 29), ["left_1m", "left_2m"]),
        (date(2026, 4, 30), ["left_1m", "left_2m", "left_3m"]),
    ],
)
def test_a_window_that_is_not_over_says_nothing_not_even_of_those_who_left(known_by, known):
    found = labelled(definition(), known_by=known_by)

    assert [name for name in ("left_1m", "left_2m", "left_3m") if found[name].notna().any()] == known
    assert found.kind.notna().any() == ("left_3m" in known)


def test_a_gap_moves_the_windows_and_who_leaves_in_it_neither_left_nor_stayed():
    found = labelled(definition(gap_days=28, horizons=[1]))  # [28 February, 28 March)

    assert set(found.index[found.left_1m.isna()]) == {"ann", "bob", "fay"}
    assert who(found.left_1m, True) == {"cai"}
    assert found.kind.dropna().to_dict() == {"cai": "dormant"}
    assert "fay" not in who(found.left_1m, True)  # the second leaving, on 10 March, is no first one


def test_every_customer_is_answered_once():
    assert len(labelled(definition())) == len(EVERYBODY)
