"""Displays draw what was worked out, in both languages, on axes given or their own, without pyplot."""

import sys
import warnings
from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from sklearn.metrics import average_precision_score, roc_auc_score

import liuke.tier
from liuke.kernel import drawing
from liuke.kernel.words import Words
from liuke.predict.displays import (
    CalibrationDisplay,
    LiftDisplay,
    PrecisionRecallDisplay,
    ReasonsDisplay,
    RocDisplay,
    SurvivalDisplay,
    ValueDisplay,
)
from liuke.predict.displays.ranking import RankingRefused
from liuke.predict.displays.value import ValueRefused
from liuke.tier.displays import PyramidDisplay

RANDOM = np.random.default_rng(1)
P = RANDOM.beta(1, 9, 1500)
LEFT = (RANDOM.random(1500) < P).astype(int)
TIERS = np.array(["important", "small"], object)[RANDOM.integers(0, 2, 1500)]
LIFE = RANDOM.exponential(20, 1500)
NAMES = {"important": Words(zh="重要客户", en="important"), "small": Words(zh="小客户", en="small")}
BILL = {"spend": Words(zh="消费下降", en="spend falls")}
DISPLAYS = {
    "calibration": lambda: CalibrationDisplay.from_predictions(P, LEFT),
    "lift": lambda: LiftDisplay.from_predictions(P, LEFT),
    "roc": lambda: RocDisplay.from_predictions(P, LEFT),
    "precision": lambda: PrecisionRecallDisplay.from_predictions(P, LEFT),
    "survival": lambda: SurvivalDisplay.from_durations(LIFE, LEFT, group=TIERS, names=NAMES),
    "value": lambda: ValueDisplay.from_values([None, 0, *np.exp(RANDOM.normal(5, 1, 300))]),
    "reasons": lambda: ReasonsDisplay.from_reasons([["spend"], [], ["spend", "other"]], names=BILL),
    "pyramid": lambda: PyramidDisplay.from_tiers(TIERS, LIFE, scheme=liuke.tier.load("pyramid")),
}
every_display = pytest.mark.parametrize("make", DISPLAYS.values(), ids=DISPLAYS.keys())


def texts(display):
    return [found.get_text() for found in display.figure_.findobj(Text) if found.get_text()]


@every_display
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_display_draws_itself_and_returns_itself(make, language):
    display = make()

    assert display.plot(language=language) is display
    assert display.ax_.get_title(loc="left")
    assert display.ax_ in display.figure_.axes
    display.figure_.savefig(BytesIO(), format="png", dpi=40)


@every_display
def test_it_draws_on_axes_that_are_given(make):
    figure = Figure()
    first, second = figure.subplots(1, 2)

    display = make().plot(second)

    assert display.ax_ is second
    assert display.figure_ is figure
    assert not first.has_data()


@every_display
def test_chinese_labels_are_in_a_font_that_has_them(make):
    if drawing.find_chinese_font() is None:
        pytest.skip("no Chinese font is installed here")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every character that its font lacks
        display = make().plot(language="zh")
        display.figure_.savefig(BytesIO(), format="png", dpi=40)

    assert any(drawing.is_wide(text) for text in texts(display))


@pytest.fixture
def without_chinese(monkeypatch):
    drawing._warn_once.cache_clear()
    monkeypatch.setattr(drawing, "find_chinese_font", lambda: None)
    yield
    drawing._warn_once.cache_clear()


@every_display
def test_without_a_chinese_font_it_speaks_english_and_says_so_once(make, without_chinese):
    with pytest.warns(UserWarning, match="fonts-noto-cjk"):
        display = make().plot(language="zh")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make().plot(language="zh")

    assert not any(drawing.is_wide(text) for text in texts(display))


def test_a_name_that_no_font_can_draw_is_numbered_and_never_a_box(without_chinese):
    with pytest.warns(UserWarning, match="Chinese font"):
        display = SurvivalDisplay.from_durations(LIFE, LEFT, group=["金卡"] * 1500).plot(language="en")

    assert not any(drawing.is_wide(text) for text in texts(display))
    assert any(text.startswith("#") for text in texts(display))


def test_pyplot_is_never_asked():
    code = (
        "import sys, numpy as np\n"
        "from liuke.predict.displays import RocDisplay\n"
        "assert 'matplotlib' not in sys.modules\n"
        "RocDisplay.from_predictions(np.array([.1, .9, .5]), np.array([0, 1, 0])).plot(language='zh')\n"
        "assert 'matplotlib.figure' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    import subprocess

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_notebook_shows_it_and_a_file_keeps_it(tmp_path):
    display = LiftDisplay.from_predictions(P, LEFT)

    assert display._repr_png_().startswith(b"\x89PNG")
    display.save(tmp_path / "lift.svg", language="zh")
    assert "<svg" in (tmp_path / "lift.svg").read_text(encoding="utf-8")


def test_figures_are_those_of_the_measures():
    assert RocDisplay.from_predictions(P, LEFT).auc == pytest.approx(roc_auc_score(LEFT, P))
    precision = PrecisionRecallDisplay.from_predictions(P, LEFT).average_precision
    assert precision == pytest.approx(average_precision_score(LEFT, P))
    top = np.argsort(-P)[:150]
    lift = LiftDisplay.from_predictions(P, LEFT).lift_at(0.1)
    assert lift == pytest.approx(LEFT[top].mean() / LEFT.mean(), rel=1e-6)


def test_calibration_groups_hold_everybody():
    display = CalibrationDisplay.from_predictions(P, LEFT, groups=5)

    assert sum(group.customers for group in display.groups) == 1500
    assert sum(group.customers * group.left_rate for group in display.groups) == pytest.approx(LEFT.sum())


def test_the_pyramid_counts_the_unrated_and_the_unknown_apart():
    display = PyramidDisplay.from_tiers(
        ["important", "small", "small", "unrated"],
        [100.0, 20.0, None, 7.0],
        scheme=liuke.tier.load("pyramid"),
    )

    assert dict(zip(display.names, display.customers, strict=True)) == {
        "important": 1, "major": 0, "ordinary": 0, "small": 2,
    }  # fmt: skip
    assert dict(zip(display.names, display.value, strict=True))["small"] == 20
    assert (display.unrated, display.value_unknown) == (1, 1)


def test_the_top_fifth_of_value_is_the_sum_of_the_largest():
    display = ValueDisplay.from_values([100, 50, 30, 15, 5, None, -10, 0, 0, 0, 0])

    assert display.share_of_top(0.2) == pytest.approx(150 / 200)
    assert len(display.known) == 10


def test_a_reason_is_counted_once_a_customer_and_the_commonest_is_on_top():
    display = ReasonsDisplay.from_reasons([["a", "a", "b"], ["b"], []])

    assert display.counts == {"b": 2, "a": 1}
    assert display.customers == 3


def test_groups_of_survival_come_in_the_order_of_their_names():
    display = SurvivalDisplay.from_durations(
        [1, 2, 3], [1, 0, 1], group=["small", "gone", "important"], names=NAMES
    )

    assert list(display.curves) == ["important", "small", "gone"]


@pytest.mark.parametrize("left", [[0, 0], [1, 1]])
def test_a_ranking_of_one_kind_only_is_refused(left):
    with pytest.raises(RankingRefused, match="left and who stayed"):
        LiftDisplay.from_predictions([0.1, 0.2], left)


def test_values_of_nobody_are_refused():
    with pytest.raises(ValueRefused):
        ValueDisplay.from_values([None, 0, -5])


@pytest.mark.parametrize(
    "values, labels",
    [
        (
            np.linspace(220, 1400, 300),
            ["500", "1,000"],
        ),  # hardly a decade: twice and five times are told, too
        (np.geomspace(1, 1e6, 300), ["1", "100", "10,000", "1,000,000"]),
    ],
)
def test_amounts_are_written_out(values, labels, tmp_path):
    display = ValueDisplay.from_values(values)
    display.save(tmp_path / "value.svg")

    axis = display.ax_.xaxis
    written = {tick.label1.get_text() for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())}
    assert set(labels) <= written
    assert not [text for text in written if "times" in text or "^" in text]


def test_a_notebook_keeps_few_bytes_of_a_plot():
    display = DISPLAYS["calibration"]()
    assert repr(display) == "CalibrationDisplay()"
    assert display._repr_png_().startswith(b"\x89PNG")
    assert 5_000 < len(display._repr_png_()) < 30_000


def test_a_name_with_signs_of_money_is_no_formula():
    name = "$100 (10%) to $200_"
    names = {"important": Words(zh=name, en=name)}

    drawn = SurvivalDisplay.from_durations(LIFE, LEFT, group=TIERS, names=names).plot(language="en")

    drawn.figure_.savefig(BytesIO(), format="svg")
    (shown,) = (text for text in drawn.figure_.findobj(Text) if name in text.get_text())
    assert not shown.get_parse_math()
