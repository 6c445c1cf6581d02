"""Reasons say what raises the risk, in both languages, with true figures, and nothing else."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.predict.reason_choice import Speaker
from liuke.predict.reason_figures import write
from liuke.predict.reasons import ReasonsBook, load_reasons
from liuke.view.features import DerivedFeature

BOOK = """
unspoken = ["profile"]

[[reason]]
code = "spend_down"
cause = "spend"
text.zh = "月消费近3个月下降{drop}: {before} → {now} {currency}"
text.en = "Spend fell {drop}: {before} → {now} {currency}"
never_say = { zh = "不要说系统在监控", en = "Do not say that spending is watched" }
[reason.figures]
before = { feature = "before_fen", divide = 3, show = "yuan" }
now = { feature = "now_fen", divide = 3, show = "yuan" }
drop = { measure = "change", of = "now", base = "before", show = "percent" }
[reason.when]
drop = { at_most = -0.1 }

[[reason]]
code = "contract_ends"
cause = "contract"
text = { zh = "合约还有{days}天到期", en = "The contract ends in {days} days" }
[reason.figures]
days = { feature = "days_left", show = "count" }
[reason.when]
days = { at_least = 0, at_most = 60 }
"""


def feature(name, cause, unit="fen", zh="标签", en="label"):
    words = {"zh": zh, "en": en}
    return DerivedFeature(name=name, label=words, unit=unit, cause=cause, measure="ratio", of="x", base="y")


FEATURES = (
    feature("before_fen", "spend", zh="此前3个月消费", en="billed in the 3 months before"),
    feature("now_fen", "spend", zh="近3个月消费", en="billed in the last 3 months"),
    feature("days_left", "contract", "day", zh="合约剩余天数", en="days until the contract ends"),
    feature("age", "profile", "year", zh="年龄", en="age"),
    feature("complaints", "service", "time", zh="投诉次数", en="complaints"),
    feature("late_share", "arrears", "share", zh="逾期占比", en="share paid late"),
    feature("calls_change", "usage", "change", zh="通话变化", en="change of calls"),
    feature("tenure", "tenure", "month", zh="在网时长", en="time with the company"),
)


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.toml").write_text(BOOK, encoding="utf-8")
    return load_reasons(tmp_path)


def told(book, contributions, **values):
    """What one customer is told of; contributions and values by feature name."""
    added = np.array([[contributions.get(item.name, 0.0) for item in FEATURES]])
    rows = pa.table({item.name: [values.get(item.name)] for item in FEATURES})
    return Speaker(book, FEATURES, "CNY").speak(added, rows)[0]


def test_a_reason_has_its_figures_in_both_languages_and_as_json(book):
    (reason,) = told(book, {"now_fen": 0.8}, before_fen=55_800, now_fen=32_400)

    assert reason["text_zh"] == "月消费近3个月下降42%: 186 → 108 元"
    assert reason["text_en"] == "Spend fell 42%: 186 → 108 yuan"
    assert json.loads(reason["figures"]) == {"before": 186.0, "now": 108.0, "drop": -0.4194}
    assert reason["code"] == "spend_down"
    assert book.never_say("spend_down").en == "Do not say that spending is watched"
    assert book.never_say("contract_ends") is None


@pytest.mark.parametrize("now, code", [(90_000, "spend_down"), (90_001, "feature:now_fen")])
def test_a_reason_whose_condition_fails_gives_way_to_label_and_value(book, now, code):
    (reason,) = told(book, {"now_fen": 0.8}, before_fen=100_000, now_fen=now)

    assert reason["code"] == code


def test_the_general_words_carry_label_value_and_unit(book):
    (reason,) = told(book, {"complaints": 0.5}, complaints=3)

    assert (reason["text_zh"], reason["text_en"]) == ("投诉次数: 3 次", "Complaints: 3 times")
    assert json.loads(reason["figures"]) == {"complaints": 3}


@pytest.mark.parametrize("value, zh", [(0.25, "逾期占比: 25%"), (1.0, "逾期占比: 100%")])
def test_shares_are_written_as_percent(book, value, zh):
    assert told(book, {"late_share": 0.5}, late_share=value)[0]["text_zh"] == zh


@pytest.mark.parametrize("value, en", [(-0.4, "Change of calls: -40%"), (0.1, "Change of calls: +10%")])
def test_changes_keep_their_sign(book, value, en):
    assert told(book, {"calls_change": 0.5}, calls_change=value)[0]["text_en"] == en


def test_money_in_general_words_is_yuan(book):
    (reason,) = told(book, {"before_fen": 0.5}, before_fen=12_345)

    assert reason["text_zh"] == "此前3个月消费: 123 元"


def test_only_causes_that_raise_the_risk_are_named_and_a_cause_is_judged_as_a_whole(book):
    values = {"before_fen": 100_000, "now_fen": 50_000, "complaints": 2, "tenure": 40}

    codes = [
        reason["code"]
        for reason in told(
            book, {"now_fen": 0.4, "before_fen": -0.5, "complaints": 0.1, "tenure": -2}, **values
        )
    ]

    assert codes == ["feature:complaints"]  # spend lowers the risk on the whole, tenure by itself


@pytest.mark.parametrize("added, count", [(0.049, 0), (0.05, 1)])
def test_a_contribution_too_small_to_matter_is_no_reason(book, added, count):
    assert len(told(book, {"complaints": added}, complaints=1)) == count


def test_an_unspoken_cause_is_never_given(book):
    assert told(book, {"age": 3.0}, age=67) == []


def test_unknown_values_are_not_talked_of(book):
    assert told(book, {"complaints": 1.0}) == []
    assert [r["code"] for r in told(book, {"now_fen": 1.0, "before_fen": 0.1}, before_fen=50_000)] == [
        "feature:before_fen"
    ]


def test_at_most_five_the_greatest_first():
    everything = tuple(
        feature(f"f{i}", cause)
        for i, cause in enumerate(["spend", "usage", "arrears", "service", "care", "loyalty", "network"])
    )
    added = np.array([[0.1, 0.7, 0.3, 0.6, 0.5, 0.2, 0.4]])
    rows = pa.table({item.name: [100] for item in everything})

    (found,) = Speaker(ReasonsBook(), everything, "CNY").speak(added, rows)

    assert [reason["code"] for reason in found] == [f"feature:f{i}" for i in (1, 3, 4, 6, 2)]


def test_of_several_reasons_for_a_cause_the_one_that_raises_most_speaks(tmp_path):
    (tmp_path / "book.toml").write_text(
        BOOK
        + """
[[reason]]
code = "spend_high"
cause = "spend"
text = { zh = "此前消费高: {before}", en = "Spent much: {before}" }
[reason.figures]
before = { feature = "before_fen", show = "yuan" }
""",
        encoding="utf-8",
    )
    book = load_reasons(tmp_path)
    values = {"before_fen": 100_000, "now_fen": 50_000}

    assert told(book, {"now_fen": 0.4, "before_fen": 0.1}, **values)[0]["code"] == "spend_down"
    assert told(book, {"now_fen": -0.1, "before_fen": 0.4}, **values)[0]["code"] == "spend_high"


@pytest.mark.parametrize(
    "value, show, written",
    [
        (9_999, "yuan", "99.99"),
        (10_000, "yuan", "100"),
        (123_456_789, "yuan", "1,234,568"),
        (-0.42, "percent", "42%"),
        (1234.4, "count", "1,234"),
        (12.345, "number", "12.3"),
        (date(2026, 3, 31), "date", "2026-03-31"),
        (True, "text", "yes"),
    ],
)
def test_how_figures_are_written(value, show, written):
    assert write(value, show, "en") == written


@pytest.mark.parametrize(
    "old, new, line, said",
    [
        ('cause = "spend"', 'cause = "spending"', 6, "did you mean 'spend'"),
        ("{drop}: {before}", "{fall}: {before}", 4, "{fall} is no figure"),
        ("drop = { at_most", "drops = { at_most", 14, "did you mean 'drop'"),
        ('of = "now"', 'of = "later"', 10, "no figure above it"),
        ('show = "count" }', 'show = "count", of = "x" }', 22, "and not both"),
        ('unspoken = ["profile"]', 'unspoken = ["profil"]', 2, "did you mean 'profile'"),
        ('code = "contract_ends"', 'code = "spend_down"', 18, "stands in book.toml already"),
    ],
)
def test_mistakes_in_a_book_are_told_with_their_line(tmp_path, old, new, line, said):
    (tmp_path / "book.toml").write_text(BOOK.replace(old, new), encoding="utf-8")

    with pytest.raises(ConfigRefused) as refusal:
        load_reasons(tmp_path)

    assert said in str(refusal.value)
    assert line in {mistake.line for mistake in refusal.value.mistakes}


def test_a_book_about_features_that_do_not_exist_is_refused(book):
    with pytest.raises(ConfigRefused, match=r"no feature 'days_left' \(did you mean 'days_lift'"):
        book.check(["before_fen", "now_fen", "days_lift"])

    book.check(["before_fen", "now_fen", "days_left"])


def test_no_folder_is_an_empty_book(tmp_path):
    assert load_reasons(tmp_path / "none") == ReasonsBook()
