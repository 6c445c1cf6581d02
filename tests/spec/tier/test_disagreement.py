"""Customers whom schemes place differently, and how alike two schemes rank."""

import ibis
import pandas as pd
import pytest
from scipy.stats import kendalltau

from liuke.kernel.errors import MissingColumn
from liuke.tier.disagreement import DisagreementRefused, find_disagreement
from tests.tables import table


def assigned(drawn: str) -> pd.DataFrame:
    """One column of ranks for each scheme; an empty cell is unrated, a tier is called t and its rank."""
    frame = table(drawn).melt("customer_id", var_name="scheme", value_name="rank")
    frame["tier"] = ["unrated" if pd.isna(rank) else f"t{rank:.0f}" for rank in frame["rank"]]
    frame["rank"] = frame["rank"].fillna(9).astype(int)
    return frame


FOUR = assigned("""
    customer_id | stars | value
    ann         | 1     | 4
    bob         | 2     | 3
    cai         | 3     | 2
    dan         | 4     | 1
    eve         |       | 5
""")


def test_places_are_shares_of_the_rated_and_both_ends_are_named():
    found = find_disagreement(FOUR, top=2)

    rows = found.customers.to_pylist()
    assert [row["customer_id"] for row in rows] == ["dan", "ann"]
    assert rows[0] == {
        "customer_id": "dan",
        "disagreement": pytest.approx(0.875 - 0.1),
        "best_scheme": "value",
        "best_tier": "t1",
        "best_place": pytest.approx(0.1),
        "lowest_scheme": "stars",
        "lowest_tier": "t4",
        "lowest_place": pytest.approx(0.875),
        "rated_in": 2,
    }
    assert found.compared == 4  # eve is rated by one scheme only


def test_those_of_one_rank_stand_at_the_middle_of_their_places():
    found = find_disagreement(
        assigned("""
            customer_id | many | few
            ann         | 1    | 1
            bob         | 2    | 1
            cai         | 3    | 1
            dan         | 4    | 2
        """)
    )

    places = {row["customer_id"]: row for row in found.customers.to_pylist()}
    assert places["bob"]["disagreement"] == 0
    assert (places["ann"]["best_place"], places["ann"]["lowest_place"]) == (0.125, 0.375)
    assert places["dan"]["disagreement"] == 0


def test_the_order_of_equals_is_by_number():
    without_eve = FOUR[FOUR.customer_id != "eve"]
    rows = find_disagreement(without_eve).customers.to_pylist()

    assert [row["customer_id"] for row in rows] == ["ann", "dan", "bob", "cai"]
    assert [row["disagreement"] for row in rows] == [0.75, 0.75, 0.25, 0.25]
    shuffled = find_disagreement(without_eve.sample(frac=1, random_state=1)).customers.to_pylist()
    assert shuffled == rows


@pytest.mark.parametrize(
    "ranks, tau, why_empty",
    [
        ([(1, 1), (2, 2)], None, "too_few"),
        ([(1, 1), (2, 2), (3, 3)], 1, "too_few_for_interval"),
        ([(1, 3), (2, 2), (3, 1)], -1, "too_few_for_interval"),
        ([(1, 1), (1, 2), (1, 3)], None, "one_tier"),
        ([(n, n) for n in range(9)], 1, "too_few_for_interval"),
        ([(n, n) for n in range(10)], 1, None),
    ],
)
def test_agreement_and_why_there_is_none(ranks, tau, why_empty):
    frames = {
        name: pd.DataFrame(
            {"customer_id": range(len(ranks)), "tier": "t", "rank": [pair[at] for pair in ranks]}
        )
        for at, name in enumerate(("one", "other"))
    }

    (agreement,) = find_disagreement(frames).agreements

    assert (agreement.tau, agreement.why_empty) == (pytest.approx(tau) if tau else None, why_empty)
    assert agreement.rated_in_both == len(ranks)
    assert (agreement.low is None) == (why_empty is not None)


def test_the_interval_holds_tau_b_and_narrows_with_confidence():
    ones = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    others = [2, 1, 1, 3, 2, 4, 3, 4, 6, 5, 6, 4]
    frames = {
        name: pd.DataFrame({"customer_id": range(12), "tier": "t", "rank": ranks})
        for name, ranks in (("one", ones), ("other", others))
    }

    wide, narrow = (find_disagreement(frames, confidence=level).agreements[0] for level in (0.95, 0.5))

    assert wide.tau == pytest.approx(kendalltau(ones, others).statistic)
    assert -1 < wide.low < narrow.low < wide.tau < narrow.high < wide.high < 1


def test_tables_of_the_engine_and_the_unrated():
    found = find_disagreement(ibis.memtable(FOUR))

    assert found.agreements == find_disagreement(FOUR).agreements
    assert found.agreements[0].rated_in_both == 4


def test_nobody_and_one():
    nobody = find_disagreement({"one": FOUR.head(0), "other": FOUR.head(0)})
    assert (nobody.customers.num_rows, nobody.compared) == (0, 0)

    one = find_disagreement({"one": FOUR.head(1), "other": FOUR.head(1)})
    assert one.customers["disagreement"].to_pylist() == [0]


def test_refusals():
    with pytest.raises(
        DisagreementRefused, match="Two schemes or more are needed to disagree; there is stars"
    ):
        find_disagreement(FOUR[FOUR.scheme == "stars"])
    with pytest.raises(DisagreementRefused, match="customer ann stands in stars more than once"):
        find_disagreement(pd.concat([FOUR, FOUR]))
    with pytest.raises(DisagreementRefused, match="one customer or more, not 0"):
        find_disagreement(FOUR, top=0)
    with pytest.raises(DisagreementRefused, match="between 0 and 1; it is 95"):
        find_disagreement(FOUR, confidence=95)
    with pytest.raises(MissingColumn, match="find_disagreement needs the column 'rank'"):
        find_disagreement(FOUR.drop(columns="rank"))
