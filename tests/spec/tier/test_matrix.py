"""Two sides crossed: a cell for each pair of values, each with its treatment; what is unknown is unrated."""

import random
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import ConfigRefused, MissingColumn
from liuke.tier import SchemeRefused, load
from liuke.tier.matrix import MatrixScheme
from tests.tables import table

SCALE = load("matrix/scale-potential")

CROSSED = """
name = "mine/crossed"
version = 1
kind = "matrix"
effective_from = 2020-01-01
words = { zh = "星级 × 规模", en = "Stars by scale" }
rows = { scheme = "bank/stars" }

[columns]
column = "scale"
words = { zh = "规模", en = "scale" }
values = [
  { name = "large", words = { zh = "大型", en = "large" } },
  { name = "small", words = { zh = "小型", en = "small" } },
]
"""


def read(tmp_path: Path, text: str) -> MatrixScheme:
    path = tmp_path / "crossed.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def mistakes(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigRefused) as refused:
        read(tmp_path, text)
    lines = text.splitlines()
    return [(lines[mistake.line - 1].strip(), mistake.message) for mistake in refused.value.mistakes]


def test_every_cell():
    drawn = table("""
        scale  | potential | tier             | rank
        large  | key       | large-key        | 1
        large  | potential | large-potential  | 2
        medium | key       | medium-key       | 3
        medium | potential | medium-potential | 4
        large  | general   | large-general    | 5
        small  | key       | small-key        | 6
        small  | potential | small-potential  | 7
        medium | general   | medium-general   | 8
        small  | general   | small-general    | 9
    """)

    found = SCALE.assign(drawn[["scale", "potential"]])

    assert found.tier.tolist() == drawn.tier.tolist()
    assert found["rank"].tolist() == drawn["rank"].tolist()
    assert found[["measure", "next_tier", "missing"]].isna().all().all()
    assert found.treatment.nunique() == found.treatment_zh.nunique() == 9


@pytest.mark.parametrize(
    "name, cells",
    [
        ("matrix/importance-size", {f"{row}-{column}" for row in "ABC" for column in "LMS"}),
        (
            "matrix/level-class",
            {
                f"{row}-{column}"
                for row in ("high", "mid", "regular")
                for column in ("personal", "corporate", "government")
            },
        ),
    ],
)
def test_the_other_built_in_matrices(name, cells):
    levels = load(name).levels

    assert {level.name for level in levels} == cells | {"unrated"}
    assert [level.rank for level in levels] == list(range(1, 11))


def test_values_are_also_written_as_words():
    drawn = table("""
        scale   | potential | tier
        大型    | 重点      | large-key
        LARGE   | Key       | large-key
        中      | 有潜力    | medium-potential
    """)

    assert SCALE.assign(drawn[["scale", "potential"]]).tier.tolist() == drawn.tier.tolist()


def test_the_reason_names_the_side_that_is_unknown():
    drawn = table("""
        scale | potential | tier    | why
        small | general   | small-general | scale: small, potential: general: small, general
        large |           | unrated | potential: unknown
        huge  | key       | unrated | scale: 'huge' is none of large, medium, small
              | x         | unrated | scale: unknown; potential: 'x' is none of key, potential, general
    """)

    found = SCALE.assign(drawn[["scale", "potential"]])

    assert found[["tier", "why"]].to_dict() == drawn[["tier", "why"]].to_dict()
    assert found.why_zh.tolist() == [
        "规模：小型，潜力：一般：小型·一般",
        "潜力未知",
        "规模：“huge”不是大型、中型、小型之一",
        "规模未知；潜力：“x”不是重点、潜力、一般之一",
    ]
    assert found[["treatment", "treatment_zh"]].iloc[1:].isna().all().all()


def test_a_column_that_is_not_there():
    with pytest.raises(MissingColumn, match="matrix/scale-potential v1 needs the column 'potential'"):
        SCALE.assign(pd.DataFrame({"scale": ["large"]}))


def test_a_scheme_crossed_with_a_column(tmp_path):
    crossed = read(tmp_path, CROSSED)
    drawn = table("""
        customer_id | points   | scale | tier             | told
        top         | 80000    | large | star-7-large     | 7 stars, scale: large: 7 stars, large
        below       | 79999.99 | small | star-6-small     | 6 stars, scale: small: 6 stars, small
        quasi       | 0.01     | small | star-quasi-small | quasi-star, scale: small: quasi-star, small
        nothing     | 0        | small | unrated          | unrated (points 0, which reaches no tier; any
        unknown     |          | small | unrated          | unrated (points: unknown)
    """)

    found = crossed.assign(drawn[["customer_id", "points", "scale"]])

    assert found.tier.tolist() == drawn.tier.tolist()
    for why, told in zip(found.why, drawn.told, strict=True):
        assert why.startswith(f"Seven stars: {told}")
    assert found.customer_id.tolist() == drawn.customer_id.tolist()
    assert crossed.references == ("bank/stars",)
    assert set(crossed.reads) == {"points", "scale"}
    assert found.treatment.isna().all()


def test_without_cells_the_nearer_to_the_best_comes_first(tmp_path):
    names = [level.name for level in read(tmp_path, CROSSED).levels]

    assert names[:4] == ["star-7-large", "star-7-small", "star-6-large", "star-6-small"]
    assert names[-2:] == ["star-quasi-small", "unrated"]


def test_two_schemes_over_one_table_keep_apart(tmp_path):
    """Both judge by columns of the same name on the way (measure, tier, why); neither sees the other's."""
    text = CROSSED.split("[columns]")[0] + 'columns = { scheme = "rfm" }'
    days = [date(2026, 3, 30), date(2026, 3, 30), None]
    frame = pd.DataFrame(
        {"points": [80000, 500, 500], "last_on": days, "frequency": [11] * 3, "monetary": [9000.0] * 3}
    )

    found = read(tmp_path, text).assign(frame, as_of=date(2026, 3, 31))

    assert found.tier.tolist() == ["star-7-R1F4M4", "star-4-R1F4M4", "unrated"]
    assert found.why.iloc[2] == "RFM: unrated (last purchase, number or amount unknown)"


@pytest.mark.parametrize(
    "written, instead, message",
    [
        ('{ scheme = "bank/stars" }', '{ scheme = "mine/crossed" }', "refers to itself: 'mine/crossed'"),
        ('{ scheme = "bank/stars" }', "{ }", "a 'column' with its values or the tiers of a 'scheme'"),
        ('{ scheme = "bank/stars" }', '{ scheme = "a", column = "b" }', "one of the two"),
        ('{ name = "small"', '{ name = "large"', "overlap: 'large' stands for more than one value"),
        ('zh = "小型"', 'zh = "大型"', "overlap: '大型' stands for more than one value"),
        ('words = { zh = "规模", en = "scale" }', "", "say in 'words' how the axis is called"),
    ],
)
def test_mistakes_in_sides(tmp_path, written, instead, message):
    assert any(message in said for _, said in mistakes(tmp_path, CROSSED.replace(written, instead, 1)))


def test_mistakes_in_cells(tmp_path):
    text = (Path(SCALE_FILE)).read_text(encoding="utf-8")

    doubled = text.replace('row = "small"\ncolumn = "general"', 'row = "large"\ncolumn = "key"')
    strange = text.replace('row = "small"\ncolumn = "general"', 'row = "tiny"\ncolumn = "general"')

    assert [said for _, said in mistakes(tmp_path, doubled)] == [
        "gap: 1 cells are not listed: small-general",
        "overlap: the cell large-key stands here a second time",
    ]
    found = mistakes(tmp_path, strange)
    assert {at for at, _ in found} == {"[[cells]]"}
    assert any("no cell is tiny-general; rows are large, medium, small" in said for _, said in found)


SCALE_FILE = Path(load.__code__.co_filename).parents[1] / "packs/general/schemes/matrix/scale-potential.toml"


def test_cells_of_a_scheme_are_checked_when_it_is_at_hand(tmp_path):
    text = CROSSED + '\n[[cells]]\nrow = "star-8"\ncolumn = "large"\ntreatment = { zh = "一", en = "one" }\n'

    with pytest.raises(SchemeRefused, match="no cell is star-8-large; rows are star-7(.|\n)*gap: 12 cells"):
        _ = read(tmp_path, text).levels


def test_references_that_lead_back_are_refused(tmp_path):
    one = read(tmp_path, CROSSED.replace('"bank/stars"', '"mine/other"'))
    other = read(
        tmp_path, CROSSED.replace("mine/crossed", "mine/other").replace("bank/stars", "mine/crossed")
    )
    book = {"mine/crossed": one, "mine/other": other}

    with pytest.raises(SchemeRefused, match="mine/crossed → mine/other → mine/crossed"):
        one.resolved(book.__getitem__)


def test_an_unknown_reference_is_refused(tmp_path):
    with pytest.raises(SchemeRefused, match="No scheme is called 'bank/star'"):
        _ = read(tmp_path, CROSSED.replace("bank/stars", "bank/star")).levels


def test_a_matrix_of_a_matrix(tmp_path):
    inner = read(tmp_path, CROSSED)
    outer = read(
        tmp_path,
        CROSSED.replace("mine/crossed", "mine/outer")
        .replace('"bank/stars"', '"mine/crossed"')
        .replace('column = "scale"', 'column = "size"'),
    )
    found = outer.resolved(lambda name: {"mine/crossed": inner}.get(name) or load(name)).assign(
        pd.DataFrame({"points": [80000], "scale": ["small"], "size": ["large"]})
    )

    assert found.tier.tolist() == ["star-7-small-large"]


@pytest.mark.parametrize("count", [0, 1])
def test_one_customer_and_none(count):
    frame = pd.DataFrame({"scale": ["large"], "potential": ["key"]}).head(count).astype("str")

    assert SCALE.assign(frame).tier.tolist() == ["large-key"][:count]


VALUES = st.tuples(
    st.sampled_from(["large", "medium", "small", "x", None]), st.sampled_from(["key", "general", None])
)


@settings(max_examples=5, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_neither_order_nor_doubles_matter(rows, draw):
    def tiers(of):
        return SCALE.assign(pd.DataFrame(of, columns=["scale", "potential"], dtype="str")).tier.tolist()

    alone = dict(zip(rows, tiers(rows), strict=True))
    again = draw.sample(rows + rows, len(rows) * 2)

    assert isinstance(draw, random.Random)
    assert tiers(again) == [alone[row] for row in again]
