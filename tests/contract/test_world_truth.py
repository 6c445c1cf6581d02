"""The hidden truth agrees with what is lived, and known effects are what treatment really changes."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from liuke.kernel.errors import LiukeError
from liuke.world.company import new_company
from liuke.world.kinds import KINDS
from liuke.world.policies import POLICIES, POLICY_NAMES
from liuke.world.step import Action, live_month
from liuke.world.truth import known_effect

TODAY = date(2026, 11, 1)
IN_ONE_MONTH, IN_THREE_MONTHS = date(2026, 12, 1), date(2027, 2, 1)
CUSTOMERS = 1500


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "company"
    new_company(folder, customers=CUSTOMERS, months=8, seed=4, today=TODAY)
    return folder


def leaves(folder: Path, month: str = "*") -> pa.Table:
    return pa.concat_tables(
        pq.read_table(path) for path in sorted((folder / "truth").glob(f"leaves-{month}.parquet"))
    )


def staying(folder: Path) -> list[str]:
    """Customers who had not left by the end of October."""
    last = leaves(folder, "2026-10")
    return last.filter(pc.and_(last["at_risk"], pc.is_null(last["left_kind"])))["customer_id"].to_pylist()


def test_as_many_leave_as_the_hazards_say(world):
    """Without offers the counts are sums of independent draws: within 4 standard errors."""
    table = leaves(world).filter(pc.field("at_risk"))
    for kind in ("voluntary", "involuntary", "dormant", "diverted"):
        hazard = table[f"hazard_{kind}"].to_numpy()
        counted = pc.sum(pc.equal(pc.fill_null(table["left_kind"], ""), kind)).as_py()
        assert abs(counted - hazard.sum()) < 4 * np.sqrt((hazard * (1 - hazard)).sum()) + 3, kind


def test_two_or_three_in_a_hundred_leave_in_a_month_once_history_has_warmed_up(world):
    rates = []
    for month in ("2026-08", "2026-09", "2026-10"):
        table = leaves(world, month).filter(pc.field("at_risk"))
        rates.append(1 - table["left_kind"].null_count / table.num_rows)

    assert 0.016 < np.mean(rates) < 0.032


def test_what_is_lived_is_the_untouched_outcome_where_nobody_was_reached(world):
    trials = [pq.read_table(path) for path in (world / "sources").glob("offers-*.parquet")]
    reached = {name for trial in trials for name in trial["客户编号"].to_pylist()}
    rows = leaves(world).filter(pc.field("at_risk")).to_pylist()

    differ = {row["customer_id"] for row in rows if row["left_kind"] != row["outcome_untouched"]}
    assert differ
    assert differ <= reached


def test_each_offer_keeps_some_and_wakes_some(world):
    table = leaves(world).filter(pc.field("at_risk"))
    untouched = table["p_untouched"].to_numpy()
    for policy in POLICY_NAMES:
        changed = table[f"p_{policy}"].to_numpy() - untouched
        aimed_at = [table[f"hazard_{KINDS[kind]}"].to_numpy() > 0 for kind in POLICIES[policy].factors]
        assert changed[np.any(aimed_at, axis=0)].mean() < 0, policy
        assert (changed > 0).any(), policy  # sleeping dogs


def test_outcomes_differ_by_what_was_done_and_never_by_luck(world):
    """With a lower hazard nobody leaves who would have stayed, and the other way round."""
    table = leaves(world).filter(pc.field("at_risk")).to_pylist()
    for row in table:
        for policy in POLICY_NAMES:
            if row[f"p_{policy}"] <= row["p_untouched"]:
                assert row[f"outcome_{policy}"] is None or row["outcome_untouched"] is not None
            else:
                assert row["outcome_untouched"] is None or row[f"outcome_{policy}"] is not None


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_an_offer_to_everybody_keeps_customers(world, policy):
    effect = known_effect(world, dict.fromkeys(staying(world), policy), TODAY, IN_THREE_MONTHS, replicates=20)

    assert effect.customers == len(staying(world))
    assert effect.difference < -2 * effect.simulation_error
    assert effect.difference == pytest.approx(effect.treated - effect.untouched)


def test_a_bare_contact_only_wakes_sleeping_dogs(world):
    effect = known_effect(
        world, dict.fromkeys(staying(world), "just-a-call"), TODAY, IN_THREE_MONTHS, replicates=20
    )

    assert effect.difference > 0


def test_nobody_treated_is_no_effect(world):
    effect = known_effect(world, {}, TODAY, IN_ONE_MONTH, among=staying(world)[:50], replicates=5)

    assert effect.difference == effect.realised_difference == effect.simulation_error == 0


def test_the_mean_is_taken_over_the_whole_arm(world):
    arm = staying(world)[:400]
    treated = dict.fromkeys(arm[:100], "contract-renewal")
    alone = known_effect(world, treated, TODAY, IN_THREE_MONTHS, replicates=40)
    diluted = known_effect(world, treated, TODAY, IN_THREE_MONTHS, among=arm, replicates=40)

    assert diluted.customers == 400
    assert diluted.difference == pytest.approx(alone.difference / 4)


def test_the_realised_difference_is_what_the_company_then_lives(world, tmp_path):
    """Half of the customers are treated; the life that follows is the treated one, exactly."""
    treated = staying(world)[::2]
    effect = known_effect(world, dict.fromkeys(treated, "bill-credit"), TODAY, IN_ONE_MONTH, replicates=2)
    before = leaves(world).num_rows
    noon = datetime(2026, 11, 1, 12)
    live_month(world, [Action(name, "bill-credit", noon, "reached_kept") for name in treated])

    assert leaves(world).num_rows > before
    lived = leaves(world, "2026-11")
    mine = lived.filter(pc.is_in(lived["customer_id"], value_set=pa.array(treated)))
    left = mine.num_rows - mine["left_kind"].null_count
    assert left / len(treated) == pytest.approx(effect.realised_treated)


@pytest.mark.parametrize("since", [date(2026, 10, 1), date(2027, 6, 1)])
def test_a_month_whose_state_was_not_kept_is_told(world, since):
    with pytest.raises(LiukeError, match=r"keeps no state of .*it keeps: .*2026-11"):
        known_effect(world, {"K0000001": "bill-credit"}, since, date(2027, 9, 1))
