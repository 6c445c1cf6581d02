"""Decision tables: the first row that holds gives the tier, and what is unknown decides nothing."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import ConfigRefused
from liuke.tier import SchemeRefused, load
from liuke.tier.grid import GridScheme
from liuke.tier.measure import MeasureRefused
from liuke.tier.registry import PACKS
from tests.tables import table

LIFECYCLE = load("lifecycle")
SUITABILITY = load("brokerage/suitability")
TEXT = (PACKS / "brokerage/schemes/suitability.toml").read_text(encoding="utf-8")
LIFE_TEXT = (PACKS / "general/schemes/lifecycle.toml").read_text(encoding="utf-8")


def test_lifecycle_on_both_sides_of_every_edge():
    drawn = table("""
        is_closed | has_bought | days_since_last | tenure_months | spend_change_3m | tier      | rank
        true      | true       | 3               | 30            | 0.1             | lost      | 6
        false     | false      | 3               | 30            | 0.1             | prospect  | 4
        false     | true       | 365             | 30            | 0.1             | lost      | 6
        false     | true       | 364             | 30            | 0.1             | declining | 5
        false     | true       | 90              | 3             | 0.5             | declining | 5
        false     | true       | 89              | 5             | -0.9            | new       | 3
        false     | true       | 89              | 6             | -0.3            | declining | 5
        false     | true       | 89              | 6             | -0.29           | growing   | 2
        false     | true       | 0               | 23            | 0               | growing   | 2
        false     | true       | 0               | 24            | 0               | loyal     | 1
        false     | true       | 0               | 24            | 0.19            | loyal     | 1
        false     | true       | 0               | 24            | 0.2             | growing   | 2
    """)

    found = LIFECYCLE.assign(drawn.drop(columns=["tier", "rank"]))

    assert found.tier.tolist() == drawn.tier.tolist()
    assert found["rank"].tolist() == drawn["rank"].tolist()
    assert found[["measure", "next_tier", "missing"]].isna().all(axis=None)


def test_the_unknown_leaves_unrated_only_where_it_could_decide():
    drawn = table("""
        is_closed | has_bought | days_since_last | tenure_months | spend_change_3m | tier
        true      |            |                 |               |                 | lost
        false     | false      |                 |               |                 | prospect
        false     | true       | 5               | 2             |                 | new
                  | true       | 5               | 2             | 0               | unrated
        false     | true       | 5               | 30            |                 | unrated
        false     | true       |                 | 30            |                 | unrated
    """)

    found = LIFECYCLE.assign(drawn.drop(columns="tier"))

    assert found.tier.tolist() == drawn.tier.tolist()
    assert found.why.tolist() == [
        "closed yes: lost",
        "closed no, ever bought no: prospect",
        "months of tenure 2 (< 6): new",
        "unknown: closed",
        "unknown: change of spend",
        "unknown: days since last, change of spend",
    ]
    assert found.why_zh.tolist()[1:5] == [
        "已销户 否，曾经购买 否：潜在",
        "合作月数 2（< 6）：新客",
        "未知：已销户",
        "未知：近三月消费变化",
    ]
    assert found.action_zh.iloc[2].startswith("欢迎和使用指导")
    assert found.action.iloc[3:].isna().all()


def test_suitability_on_both_sides_of_every_edge():
    drawn = table("""
        financial_assets | experience_years | risk_tolerance | tier
        5000000          | 2                | C4             | A
        4999999.99       | 2                | C5             | B
        5000000          | 1.99             | C5             | D
        5000000          | 2                | C3             | C
        500000           | 2                | C4             | B
        499999.99        | 2                | C4             | C
        100000           | 2                | C3             | C
        99999.99         | 2                | C3             | D
        9000000          | 30               | C2             | D
        9000000          |                  | C1             | D
                         | 1                | C3             | D
                         | 1                |                | unrated
        0                | 0                | C5             | D
        -5               | 9                | C5             | D
        9000000          | 9                | C6             | unrated
                         | 9                | C5             | unrated
                         |                  |                | unrated
    """)

    found = SUITABILITY.assign(drawn.drop(columns="tier"))

    assert found.tier.tolist() == drawn.tier.tolist()
    assert found.why.iloc[0] == (
        "financial assets 5,000,000 (≥ 5,000,000), years of trading 2 (≥ 2), risk tolerance C4: "
        "A (may apply as professional)"
    )
    assert found.why_zh.iloc[14] == "未知：风险承受能力"


def test_demography_geography_and_behaviour():
    drawn = table("""
        age_years | demography | area  | geography | active_days_90d | frequency | behaviour
        17        | minor      | urban | urban     | 30              | 4         | devoted
        18        | young      | 城区  | urban     | 30              | 3         | explorer
        34        | young      | 郊区  | suburban  | 29              | 4         | purposeful
        35        | middle     | rural | rural     | 29              | 3         | quiet
        59        | middle     | 农村  | rural     | 0               | 0         | quiet
        60        | senior     | sea   | unrated   | 90              |           | unrated
                  | unrated    |       | unrated   |                 | 9         | unrated
    """)

    for name in ("demography", "geography", "behaviour"):
        assert load(f"segments/{name}").assign(drawn).tier.tolist() == drawn[name].tolist()


def test_money_in_fen():
    frame = pd.DataFrame(
        {"financial_assets_fen": [50_000_000, 49_999_999], "experience_years": 2, "risk_tolerance": "C4"}
    )

    assert SUITABILITY.assign(frame).tier.tolist() == ["B", "C"]


def test_a_flag_written_as_text_is_refused():
    frame = pd.DataFrame(
        {
            "is_closed": ["no"],
            "has_bought": True,
            "days_since_last": 1,
            "tenure_months": 1,
            "spend_change_3m": 0,
        }
    )

    with pytest.raises(MeasureRefused, match="asks whether 'is_closed' is true; it holds string"):
        LIFECYCLE.assign(frame)


def mistakes(tmp_path, text: str) -> list[tuple[str, str]]:
    path = tmp_path / "grid.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigRefused) as refused:
        load(path)
    lines = text.splitlines()
    return [(lines[mistake.line - 1].strip(), mistake.message) for mistake in refused.value.mistakes]


@pytest.mark.parametrize(
    "text, written, instead, message",
    [
        (TEXT, "at_least = 500_000", "at_least = 6_000_000", "nobody is left for row 2 (B)"),
        (TEXT, "under = 100_000", "under = 90_000", "gap: no row holds financial_assets 90000"),
        (TEXT, "under = 2 }", "under = 1 }", "gap: no row holds"),
        (TEXT, '["C1", "C2"] }', '["C1", "C9"] }', "risk_tolerance: C9 is none of C1, C2"),
        (TEXT, 'tier = "B"', 'tier = "E"', "no tier is called 'E'"),
        (TEXT, 'tier = "B"', 'tier = "C"', "no row leads to 'B'"),
        (TEXT, "under = 2 }", "is = true }", "a number is asked for at_least, over, under or up_to"),
        (TEXT, "under = 2 }", "under = 2, up_to = 1 }", "one of each at most"),
        (TEXT, '"experience_years", under', '"experience", under', "is none of the columns"),
        (LIFE_TEXT, "is = true }", "over = 1 }", "a flag is asked for 'is' true or false"),
        (LIFE_TEXT, "at_least = 24 },\n", "over = 24 },\n", "gap: no row holds is_closed false"),
        (LIFE_TEXT, "at_least = 90, under = 365", "at_least = 365", "nobody is left for row 4 (declining)"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path, text, written, instead, message):
    found = mistakes(tmp_path, text.replace(written, instead, 1))

    assert any(message in said for _, said in found), found
    assert all(at.startswith("[[") for at, _ in found)


def test_a_row_without_conditions_holds_everybody_left():
    declared = SUITABILITY.model_dump(exclude_none=True, by_alias=True)
    declared["rows"] = (*declared["rows"][:3], {"tier": "D"})
    frame = pd.DataFrame(
        {"financial_assets": [0.0, None], "experience_years": [0, 9], "risk_tolerance": ["C3", "C3"]}
    )

    found = GridScheme.model_validate(declared).assign(frame)

    assert found.tier.tolist() == ["D", "unrated"]
    assert found.why.iloc[0] == "none of the rows before: D (protected)"


def test_a_grid_made_in_python_is_checked_too():
    declared = LIFECYCLE.model_dump(exclude_none=True)
    declared["rows"] = declared["rows"][:-1]

    with pytest.raises(SchemeRefused, match="gap: no row holds is_closed false"):
        GridScheme.model_validate(declared)


@pytest.mark.parametrize("count", [0, 1])
def test_one_customer_and_none(count):
    frame = pd.DataFrame({"financial_assets": [0.0], "experience_years": [0], "risk_tolerance": ["C1"]})

    assert SUITABILITY.assign(frame.head(count)).tier.tolist() == ["D"][:count]


ROWS = st.tuples(
    st.sampled_from([None, 0.0, 99_999.99, 1e5, 5e5, 5e6]),
    st.sampled_from([None, 0.0, 2.0]),
    st.sampled_from([None, "C1", "C3", "C5"]),
)


@settings(max_examples=5, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=60), st.randoms())
def test_neither_order_nor_doubles_matter(rows, draw):
    def tiers(of):
        frame = pd.DataFrame(of, columns=["financial_assets", "experience_years", "risk_tolerance"])
        types = {"financial_assets": "float64", "experience_years": "float64", "risk_tolerance": "str"}
        return SUITABILITY.assign(frame.astype(types)).tier.tolist()

    alone = dict(zip(rows, tiers(rows), strict=True))
    again = draw.sample(rows + rows, 2 * len(rows))

    assert tiers(again) == [alone[row] for row in again]
