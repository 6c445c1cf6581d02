"""A wrong declaration never reaches an evaluator; all mistakes are told at once, with their places."""

import pytest
from pydantic import ValidationError

from liuke.kernel.errors import ConfigRefused
from liuke.view.features import DerivedFeature, RowFeature, load_features

GOOD = """
[[feature]]
name = "billed_3m_fen"
label = { zh = "近3个月出账", en = "billed in the last 3 months" }
unit = "fen"
cause = "spend"
source = "bills"
measure = "sum"
of = "billed_fen"
months = 3
missing = "zero"

[[feature]]
name = "billed_share"
label = { zh = "占比", en = "share" }
unit = { zh = "份", en = "part" }
cause = "spend"
measure = "ratio"
of = "billed_3m_fen"
base = "billed_3m_fen"
"""


def load(tmp_path, text, **others):
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    for name, other in others.items():
        (tmp_path / f"{name}.toml").write_text(other, encoding="utf-8")
    return load_features(tmp_path)


def mistakes_in(tmp_path, text, **others):
    with pytest.raises(ConfigRefused) as refused:
        load(tmp_path, text, **others)
    return [(mistake.line, mistake.message) for mistake in refused.value.mistakes]


def changed(line, into):
    """The first declaration with one line changed; its lines are 2 to 11."""
    assert line in GOOD
    return GOOD.replace(line, into, 1)


def test_features_come_in_the_order_of_files_and_places(tmp_path):
    other = GOOD.replace("billed_", "other_").replace('of = "other_fen"', 'of = "billed_fen"')

    found = load(tmp_path, GOOD, b=other)

    assert [feature.name for feature in found] == [
        "billed_3m_fen",
        "billed_share",
        "other_3m_fen",
        "other_share",
    ]
    assert [type(feature) for feature in found[:2]] == [RowFeature, DerivedFeature]
    assert found[0].unit_words.say("zh") == "分"
    assert found[1].unit_words.say("en") == "part"


@pytest.mark.parametrize(
    "line, into, at, message",
    [
        ('name = "billed_3m_fen"', 'name = "Billed"', 3, "name: String should match pattern"),
        ('name = "billed_3m_fen"', 'name = "as_of"', 3, "'as_of' is the view's own column"),
        ('unit = "fen"', 'unit = "fenn"', 5, "there is no unit 'fenn' (did you mean 'fen'?)"),
        ('cause = "spend"', 'cause = "spent"', 6, "there is no cause 'spent' (did you mean 'spend'?)"),
        ('source = "bills"', 'source = "bill"', 7, "there is no source 'bill' (did you mean 'bills'?)"),
        ('source = "bills"', 'source = "units"', 7, "there is no source 'units'"),
        ('measure = "sum"', 'measure = "summ"', 8, "there is no measure 'summ' (did you mean 'sum'?)"),
        (
            'of = "billed_fen"',
            'of = "billed_fn"',
            9,
            "'bills' has no column 'billed_fn' (did you mean 'billed_fen'?)",
        ),
        ('of = "billed_fen"', 'of = "due_on"', 9, "'sum' cannot measure 'due_on', which is of kind 'day'"),
        ('of = "billed_fen"', "", 2, "of: is missing: 'sum' needs the column of 'bills' to measure"),
        (
            'measure = "sum"',
            'measure = "count"',
            9,
            "'count' counts rows and reads no column; leave 'of' out",
        ),
        ("months = 3", "months = 0", 10, "greater than or equal to 1"),
        ("months = 3", "months = 3\ndays = 90", 10, "a window has days or months, not both"),
        ("months = 3", "days = 90\nskip = 1", 11, "only a window of months can leave the latest ones out"),
        ("months = 3", "month = 3", 10, "'month' is not a known setting (did you mean 'months'?)"),
        (
            'measure = "sum"\nof = "billed_fen"\nmonths = 3',
            'measure = "slope"\nof = "billed_fen"',
            2,
            "at least 2",
        ),
        ('missing = "zero"', 'missing = "none"', 11, "missing: Input should be 'zero' or 'unknown'"),
        ('missing = "zero"', "", 2, "'missing' is missing"),
        ('measure = "sum"', 'measure = "mean"', 11, "'mean' of nothing is not zero"),
        (
            'missing = "zero"',
            'missing = "zero"\ntimes = "margin"',
            12,
            "no setting 'margin' (did you mean 'margin_rate'?)",
        ),
        ('label = { zh = "近3个月出账", en', "label = { en", 4, "'label.zh' is missing"),
    ],
)
def test_each_mistake_is_told_at_its_line(tmp_path, line, into, at, message):
    found = mistakes_in(tmp_path, changed(line, into))

    assert any(number == at and message in said for number, said in found), found


def test_states_cannot_be_cut_into_windows(tmp_path):
    text = changed(
        'source = "bills"\nmeasure = "sum"\nof = "billed_fen"', 'source = "accounts"\nmeasure = "count"'
    )

    assert mistakes_in(tmp_path, text) == [
        (9, "months: 'accounts' has states, not happenings; a window cannot be cut from it")
    ]


@pytest.mark.parametrize(
    "where, message",
    [
        ("{ kinds = 3 }", "'statuses' has no column 'kinds'"),
        ("{ statuss = 'open' }", "'statuses' has no column 'statuss' (did you mean 'status'?)"),
        ("{ status = 'close' }", "status: 'close' is none of"),
        ("{ status = ['open', 'opened'] }", "(did you mean 'open'?)"),
        ("{ status = 1 }", "status: 1 is not a value of kind 'text'"),
        ("{ status = { above = true } }", "status: True is not a value of kind 'text'"),
        ("{ status = {} }", "status: names no value"),
        ("{ status = { over = 3 } }", "'where.status.over' is not a known setting"),
    ],
)
def test_conditions_are_checked_against_the_column(tmp_path, where, message):
    counted = changed(
        'source = "bills"\nmeasure = "sum"\nof = "billed_fen"',
        f'source = "statuses"\nmeasure = "count"\nwhere = {where}',
    )

    found = mistakes_in(tmp_path, counted)

    assert len(found) == 1
    assert found[0][0] == 9
    assert message in found[0][1]


def test_all_mistakes_of_all_files_come_together(tmp_path):
    first = changed('unit = "fen"', 'unit = "foo"').replace('cause = "spend"', 'cause = "foo"')

    found = mistakes_in(tmp_path, first, b="feature = 3\nfoo = 1", c="[[feature]\n")

    assert [line for line, _message in found] == [5, 6, 17, 1, 2, 1]


def test_a_name_is_declared_once(tmp_path):
    assert mistakes_in(tmp_path, GOOD, b=GOOD) == [
        (3, "'billed_3m_fen' is already declared in a.toml:3"),
        (14, "'billed_share' is already declared in a.toml:14"),
    ]


@pytest.mark.parametrize(
    "base, message",
    [
        ("billed_3m", "base: there is no feature 'billed_3m' (did you mean 'billed_3m_fen'?)"),
        ("plan", "base: 'plan' is of kind 'text', not a number"),
        ("billed_share", "these features need each other: billed_share"),
    ],
)
def test_what_a_derived_feature_is_made_of(tmp_path, base, message):
    plan = """
[[feature]]
name = "plan"
label = { zh = "套餐", en = "plan" }
unit = "text"
cause = "product"
source = "accounts"
measure = "latest"
of = "plan"
missing = "unknown"
"""
    ((_line, said),) = mistakes_in(
        tmp_path, GOOD.replace('base = "billed_3m_fen"', f'base = "{base}"'), b=plan
    )

    assert said == message


def test_an_empty_folder_declares_nothing(tmp_path):
    assert load_features(tmp_path) == ()


def test_a_feature_made_in_python_is_checked_too():
    with pytest.raises(ValidationError, match="there is no source 'bill'"):
        RowFeature.model_validate({"name": "it", "source": "bill", "measure": "count", "missing": "zero"})


def test_a_feature_cannot_be_changed(tmp_path):
    feature, _share = load(tmp_path, GOOD)

    with pytest.raises(ValidationError, match="frozen"):
        feature.months = 6
