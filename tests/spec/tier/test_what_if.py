"""What would change if a scheme were another."""

from datetime import date

import ibis
import pytest

from liuke.tier import EntitlementTable, common_ranks, load, what_if
from liuke.tier.entitlements import find_entitlements
from tests.tables import table

TODAY = date(2026, 4, 1)
STARS = load("bank/stars")
CUSTOMERS = table("""
    customer_id | points  | unit_id | manager_id | margin_fen
    ann         | 85000.0 | north   | m1         |    5000
    bob         | 79999   | north   | m1         |    3000
    cid         |  9000   | south   | m2         |     700
    dee         |  8000   | south   |            |
    eve         |         | south   |            |     100
    fay         |     0   |         |            |       0
""")
COSTS = EntitlementTable.model_validate(
    {
        "scheme": "bank/stars",
        "entitlements": [
            {
                "name": "manager",
                "words": {"zh": "客户经理", "en": "account manager"},
                "unit_cost_fen": 100,
                "cost_source": "assumed",
                "uses_a_year": {"star-7": 12, "star-6": 2.5},
                "is_account_manager": True,
            },
            {
                "name": "card",
                "words": {"zh": "贺卡", "en": "card"},
                "unit_cost_fen": 7,
                "cost_source": "measured",
                "uses_a_year": {"star-7": 1, "star-6": 1, "star-5": 1},
            },
        ],
    }
)


def stars(*edges: tuple[str, float]):
    """Stars whose named tiers begin at other numbers; the tier below ends there."""
    tiers = list(STARS.tiers)
    for name, edge in edges:
        place = next(at for at, tier in enumerate(tiers) if tier.name == name)
        tiers[place] = tiers[place].model_copy(update={"at_least": edge})
        tiers[place + 1] = tiers[place + 1].model_copy(update={"under": edge})
    return STARS.model_copy(update={"tiers": tuple(tiers), "version": 2})


def ask(after, **given):
    return what_if(STARS, after, ibis.memtable(CUSTOMERS), as_of=TODAY, **given)


def test_nothing_changes_where_nothing_is_changed():
    found = ask(stars(), value_fen="margin_fen", entitlements=COSTS)

    assert found.moves == {"up": 0, "down": 0, "stay": 6}
    assert found.customers.num_rows == 0
    assert found.value_fen_at_stake == 0
    assert found.cost_fen_before == found.cost_fen_after == (1200 + 7) + (250 + 7) + 2 * 7


def test_who_moves_what_it_costs_and_what_is_at_stake():
    found = ask(stars(("star-7", 90_000), ("star-6", 8_500)), value_fen="margin_fen", entitlements=COSTS)

    assert found.moves == {"up": 1, "down": 1, "stay": 4}
    assert [tuple(row.values()) for row in found.customers.to_pylist()] == [
        ("ann", "north", "m1", "star-7", "star-6", "down", 5000),
        ("cid", "south", "m2", "star-5", "star-6", "up", 700),
    ]
    assert found.value_fen_at_stake == 5000
    assert found.cost_fen_after == 3 * 257 + 7
    sizes = {
        row["tier"]: (row["customers_before"], row["customers_after"]) for row in found.sizes.to_pylist()
    }
    assert sizes["star-7"] == (1, 0)
    assert sizes["star-6"] == (1, 3)
    assert sizes["unrated"] == (2, 2)
    values = {
        row["tier"]: (row["value_fen_before"], row["value_fen_after"]) for row in found.sizes.to_pylist()
    }
    assert values["star-6"] == (3000, 8700)
    assert values["star-5"] == (700, None)  # dee, whose value is not known


def test_units_and_managers():
    found = ask(stars(("star-6", 8_500)), value_fen="margin_fen", entitlements=COSTS)
    units = {row.pop("unit_id"): row for row in found.units.to_pylist()}

    assert units["south"] == {
        "customers": 3,
        "up": 1,
        "down": 0,
        "stay": 2,
        "value_fen_at_stake": None,
        "cost_fen_change": 250,
        "managed_before": 0,
        "managed_after": 1,
    }
    assert {row["manager_id"]: (row["before"], row["after"]) for row in found.managers.to_pylist()} == {
        "m1": (2, 2),
        "m2": (0, 1),
        None: (0, 0),
    }


def test_without_values_and_costs_they_are_unknown_and_not_zero():
    found = ask(stars(("star-7", 90_000)))

    assert found.value_fen_at_stake is None
    assert found.cost_fen_before is None
    assert found.cost_fen_after is None
    assert set(found.units["managed_after"].to_pylist()) == {None}


def test_a_tier_put_in_between_moves_nobody_else():
    tiers = list(STARS.tiers)
    tiers[1] = tiers[1].model_copy(update={"at_least": 50_000.0})
    tiers.insert(2, STARS.tiers[1].model_copy(update={"name": "star-6-small", "under": 50_000.0}))
    after = STARS.model_copy(update={"tiers": tuple(tiers), "version": 2})

    found = ask(after)

    assert found.moves == {"up": 0, "down": 0, "stay": 6}  # dee, cid stay though their rank is now 4
    assert common_ranks(STARS, after)["star-5"] == common_ranks(after, after)["star-5"]


def test_a_tier_that_is_gone_stood_above_the_next_lower_one():
    without = STARS.model_copy(
        update={"tiers": tuple(tier for tier in STARS.tiers if tier.name != "star-6"), "version": 2}
    )
    ranks = common_ranks(STARS, without)

    assert ranks["star-7"] < ranks["star-6"] < ranks["star-5"]
    assert ask(without).moves == {"up": 0, "down": 1, "stay": 5}  # bob


@pytest.mark.parametrize(
    "written, told",
    [
        ("star-9 = 1", "bank/stars v1 has no tier 'star-9' (did you mean 'star-"),
        ("star-7 = -1", "uses_a_year.star-7: Input should be greater than or equal to 0"),
    ],
)
def test_entitlements_of_tiers_that_there_are_not(tmp_path, written, told):
    (tmp_path / "stars.toml").write_text(
        f"""\
scheme = "bank/stars"
[[entitlements]]
name = "manager"
words = {{ zh = "客户经理", en = "account manager" }}
unit_cost_fen = 100
cost_source = "assumed"
uses_a_year = {{ {written} }}
""",
        encoding="utf-8",
    )

    with pytest.raises(Exception, match="1 mistake") as refused:
        find_entitlements(tmp_path, STARS)
    assert told in str(refused.value)
    assert "stars.toml:7:" in str(refused.value)


def test_the_entitlements_that_come_with_packs_fit_their_schemes():
    from liuke.tier.registry import PACKS

    for path in sorted(PACKS.glob("*/entitlements/*.toml")):
        table_of = find_entitlements(path.parent, load(f"{path.parts[-3]}/{path.stem}"))
        assert table_of is not None
        assert table_of.entitlements
