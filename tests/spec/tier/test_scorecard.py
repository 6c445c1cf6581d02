"""Indicators give points, deductions take them; equal scores share a rank; the score makes the level."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import ConfigRefused
from liuke.tier import load
from liuke.tier.registry import PACKS
from tests.tables import table

BUILT_IN = (PACKS / "general/schemes/scorecard.toml").read_text(encoding="utf-8")

HEAD = """
name = "mine/score"
version = 1
kind = "scorecard"
effective_from = 2020-01-01
weights_sum = 100
words = { zh = "评分", en = "Score" }
tiers = [
  { name = "high", words = { zh = "高", en = "high" }, color = "#531dab", at_least = 60 },
  { name = "mid", words = { zh = "中", en = "mid" }, color = "#cf1322", at_least = 30.5 },
  { name = "low", words = { zh = "低", en = "low" }, color = "#595959", at_least = 0 },
]
"""
SPEND = 'column = "spend", words = { zh = "消费", en = "spend" }, money = true'
VISITS = 'column = "visits", words = { zh = "到访", en = "visits" }'


def scheme(tmp_path: Path, *indicators: str, deductions: str = ""):
    path = tmp_path / "score.toml"
    group = 'groups = [{ name = "all", words = { zh = "全部", en = "all" }, indicators = ['
    inner = ", ".join(f"{{ {indicator} }}" for indicator in indicators)
    path.write_text(f"{HEAD}{group}{inner}] }}]\n{deductions}", encoding="utf-8")
    return load(path)


def of_range(tmp_path: Path, more: str = "", **given):
    return scheme(
        tmp_path, f'{SPEND}, weight = 100, normalise = "range", low = 0, high = 1000{more}', **given
    )


def test_both_sides_of_every_edge(tmp_path):
    drawn = table("""
        spend  | measure | tier    | rank | next_tier | missing
        1000   | 100     | high    | 1    |           |
        600    | 60      | high    | 1    |           |
        599.99 | 59.999  | mid     | 2    | high      | 0.001
        305    | 30.5    | mid     | 2    | high      | 29.5
        304.99 | 30.499  | low     | 3    | mid       | 0.001
        0      | 0       | low     | 3    | mid       | 30.5
        -5     | 0       | low     | 3    | mid       | 30.5
        5000   | 100     | high    | 1    |           |
               |         | unrated | 4    |           |
    """)

    found = of_range(tmp_path).assign(drawn[["spend"]])

    told = ["measure", "tier", "rank", "next_tier", "missing"]
    pd.testing.assert_frame_equal(found[told], drawn[told].astype({"rank": "int32"}))


def test_equal_scores_share_a_rank_and_the_next_is_later(tmp_path):
    drawn = table("""
        customer_id | spend | score_rank | tied_with
        ann         | 900   | 1          | 0
        bob         | 700   | 2          | 1
        eve         |       |            |
        cai         | 700   | 2          | 1
        dan         | 100   | 4          | 0
    """)

    found = of_range(tmp_path).assign(drawn[["customer_id", "spend"]])

    told = ["score_rank", "tied_with"]
    pd.testing.assert_frame_equal(found[told], drawn[told].astype("float64"))


@pytest.mark.parametrize(
    "how, spends, points",
    [
        ('normalise = "share_of_max"', [50, 200, 100, None, -10], [25, 100, 50, None, 0]),
        ('normalise = "share_of_max"', [0, 0, -3], [0, 0, 0]),
        ('normalise = "share_of_max", cap = 100', [50, 200, 100], [50, 100, 100]),
        ('normalise = "percentile"', [5, 10, 10, 20, None], [12.5, 50, 50, 87.5, None]),
        ('normalise = "percentile"', [7], [50]),
        ('normalise = "none"', [0, 55.5, 100, 120, -1], [0, 55.5, 100, 100, 0]),
        ('normalise = "none", direction = "less"', [0, 55.5, 100, 120], [100, 44.5, 0, 0]),
        ('normalise = "range", low = 10, high = 20, floor = 12, cap = 18', [0, 15, 99], [20, 50, 80]),
    ],
)
def test_ways_to_make_points_of_a_number(tmp_path, how, spends, points):
    made = scheme(tmp_path, f"{SPEND}, weight = 100, {how}")

    found = made.assign(pd.DataFrame({"spend": pd.Series(spends, dtype="float64")}))

    assert [None if pd.isna(score) else score for score in found.measure] == points


def test_deductions_are_capped_and_the_score_stops_at_0(tmp_path):
    complaints = """
        [[deductions]]
        column = "complaints"
        words = { zh = "投诉", en = "complaints" }
        points = 2.5
        cap = 6
    """
    drawn = table("""
        spend | complaints | measure
        500   | 0          | 50
        500   | 1          | 47.5
        500   | 2          | 45
        500   | 3          | 44
        500   | 99         | 44
        500   | -1         | 50
        60    | 3          | 0
        50    | 3          | 0
        500   |            |
    """)

    found = of_range(tmp_path, deductions=complaints).assign(drawn[["spend", "complaints"]])

    assert found.measure.fillna(-1).tolist() == drawn.measure.fillna(-1).tolist()
    assert (
        found.why.iloc[1]
        == "score 47.5 (rank 3 of 8): all 50 of 100, complaints −2.5: mid; 12.5 more for high"
    )
    assert found.why_zh.iloc[1] == (
        "评分 47.5（第 3 名，共 8 人）：全部 50/100，投诉 −2.5；中；距高还差 12.5 分"
    )
    assert found.why.iloc[8] == "unknown: complaints"


def test_what_is_counted_as_nothing_is_said(tmp_path):
    made = scheme(
        tmp_path,
        f'{SPEND}, weight = 60, normalise = "none"',
        f'{VISITS}, weight = 40, normalise = "none", missing = "zero-with-reason"',
    )
    frame = pd.DataFrame({"spend": [100.0, 100.0, None], "visits": [100.0, None, None]})

    found = made.assign(frame)

    assert found.measure.fillna(-1).tolist() == [100, 60, -1]
    assert found.why.iloc[1] == "score 60 (rank 2 of 2): all 60 of 100; counted as nothing: visits: high"
    assert found.why_zh.iloc[1] == "评分 60（第 2 名，共 2 人）：全部 60/100；按零计：到访；高"
    assert found.why.iloc[2] == "unknown: spend"


def test_sums_are_exact_at_an_edge(tmp_path):
    """0.1 + 0.2 of floats is over 0.3; thirty of a hundred tenths are exactly thirty."""
    parts = [
        f'{VISITS}, weight = 10, normalise = "range", low = 0, high = 1'.replace("visits", f"v{n}")
        for n in range(10)
    ]
    made = scheme(tmp_path, *parts)
    frame = pd.DataFrame({f"v{n}": [0.6, 0.1 * 3 if n % 2 else 0.31] for n in range(10)})

    found = made.assign(frame)

    assert found.measure.tolist() == [60, 30.5]
    assert found.tier.tolist() == ["high", "mid"]


def test_money_in_fen(tmp_path):
    assert of_range(tmp_path).assign(pd.DataFrame({"spend_fen": [60_000]})).measure.tolist() == [60]


def mistakes(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    path = tmp_path / "score.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigRefused) as refused:
        load(path)
    lines = text.splitlines()
    return [(lines[mistake.line - 1].strip(), mistake.message) for mistake in refused.value.mistakes]


@pytest.mark.parametrize(
    "written, instead, line, message",
    [
        (
            "weight = 30",
            "weight = 30.1",
            "weights_sum = 100",
            "overlap: the weights sum to 100.1, not to 100",
        ),
        ("weight = 30", "weight = 29.9", "weights_sum = 100", "gap: the weights sum to 99.9, not to 100"),
        ("weights_sum = 100", "weights_sum = 90", "weights_sum = 90", "scores go to 100"),
        ("low = 0\nhigh = 12", "low = 12\nhigh = 12", "[[groups.indicators]]", "frequency: a range goes up"),
        ("low = 0\nhigh = 12", "low = 0", "[[groups.indicators]]", "frequency: a range goes from 'low' to"),
        ('"percentile"', '"percentile"\nlow = 1', "[[groups.indicators]]", 'belong to normalise = "range"'),
        ('"percentile"', '"percentile"\nfloor = 2\ncap = 2', "[[groups.indicators]]", "does not lie over"),
        ('"percentile"', '"percentil"', 'normalise = "percentil"', "normalise"),
        ("at_least = 60", "at_least = 85", "[[tiers]]", "major: out of order"),
        ("at_least = 0", "at_least = 5", "[[tiers]]", "gap: nothing holds a score under 5"),
        ("at_least = 80", "at_least = 0", "[[tiers]]", "only the last level begins at_least 0"),
        ('name = "trading"', 'name = "loyalty"', "[[groups]]", "a second group is called 'loyalty'"),
    ],
)
def test_mistakes(tmp_path, written, instead, line, message):
    found = mistakes(tmp_path, BUILT_IN.replace(written, instead, 1))

    assert any(at == line and message in said for at, said in found), found


@pytest.mark.parametrize("count", [0, 1])
def test_one_customer_and_none(tmp_path, count):
    found = of_range(tmp_path).assign(pd.DataFrame({"spend": [500.0]}).head(count))

    assert found.score_rank.tolist() == [1][:count]


@settings(max_examples=5, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-50, 1050)), min_size=1, max_size=40), st.randoms())
def test_neither_order_nor_doubles_change_a_score(tmp_path_factory, spends, draw):
    made = of_range(tmp_path_factory.mktemp("score"))

    def scores(of):
        found = made.assign(pd.DataFrame({"spend": pd.Series(of, dtype="float64")}))
        return found.fillna({"measure": -1})

    alone = dict(zip(spends, scores(spends).measure, strict=True))
    again = draw.sample(spends + spends, 2 * len(spends))
    found = scores(again)

    assert found.measure.tolist() == [alone[spend] for spend in again]
    ranked = found[found.measure >= 0]
    assert (ranked.score_rank == ranked.measure.rank(method="min", ascending=False)).all()
