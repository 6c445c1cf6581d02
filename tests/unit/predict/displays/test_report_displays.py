"""Plots of reports draw the figures of the lines, and nothing where there is nothing."""

from datetime import date

import pytest

from liuke.kernel.drawing import shorten
from liuke.predict.displays import ReportMembersDisplay, ReportMonthsDisplay
from liuke.predict.displays.report import NothingToDraw
from liuke.predict.reports.kinds import REPORTS
from liuke.predict.reports.lines import Column, Figure, Line, Rate

KINDS = ("voluntary", "dormant")
CHURN = [
    Column("lost", "lost", None, {"zh": "离网", "en": "lost"}),
    *(Column(f"lost:{kind}", "lost", kind, {"zh": kind, "en": kind}) for kind in KINDS),
]
AHEAD = [
    Column(f"predicted:{months}m", "predicted", f"{months}m", {"zh": "月", "en": f"{months} m"})
    for months in (1, 3)
]


def line(member, month, voluntary, dormant, *, is_over=True, rate=None):
    counts = {"lost": voluntary + dormant, "lost:voluntary": voluntary, "lost:dormant": dormant}
    figures = {name: Figure(count, None) for name, count in counts.items()}
    return Line(member, date(2026, month, 1), is_over, figures, rate)


def heights(display):
    return [bar.get_height() for bar in display.ax_.patches]


def test_bars_stand_one_upon_the_other_by_kind():
    lines = [line("", 1, 3, 1), line("", 2, 5, 2, is_over=False)]
    drawn = ReportMonthsDisplay(REPORTS["churn"], CHURN, lines).plot()

    assert heights(drawn) == [3, 5, 1, 2]
    assert [bar.get_y() for bar in drawn.ax_.patches] == [0, 0, 3, 5]
    assert [label.get_text() for label in drawn.ax_.get_xticklabels()] == ["2026-01", "2026-02 …"]
    assert drawn.ax_.patches[1].get_alpha() < 1  # not over, and so paler


def test_the_rate_of_a_month_not_over_is_not_drawn():
    rate = Rate(0.02, 0.01, 0.03, 2, 100)
    lines = [line("", 1, 3, 1, rate=rate), line("", 2, 5, 2, is_over=False, rate=rate)]
    drawn = ReportMonthsDisplay(REPORTS["churn"], CHURN, lines).plot()
    (rates,) = (axes.lines[0].get_ydata() for axes in drawn.figure_.axes if axes is not drawn.ax_)

    assert rates[0] == 0.02
    assert rates[1] != rates[1]


def test_what_is_expected_has_a_bar_for_each_horizon_with_its_interval():
    figures = {"predicted:1m": Figure(10, None, 6, 14), "predicted:3m": Figure(24, None, 18, 30)}
    lines = [Line("", date(2026, 4, 1), False, figures, None)]
    drawn = ReportMonthsDisplay(REPORTS["predicted"], AHEAD, lines).plot()
    (reach,) = (
        [tuple(end) for end in part.get_segments()] for part in drawn.ax_.collections if part.get_segments()
    )

    assert heights(drawn) == [10, 24]
    assert [[end[1] for end in ends] for ends in reach] == [[6, 14], [18, 30]]


def test_members_keep_their_order_and_those_with_nothing_are_left_out():
    lines = [line("a", 1, 1, 0), line("b", 1, 0, 0), line("c", 1, 2, 2)]
    drawn = ReportMembersDisplay(REPORTS["churn"], CHURN, lines, ["Ann", "Bob", "Cai"]).plot()

    assert [bar.get_width() for bar in drawn.ax_.patches] == [1, 4]
    assert [label.get_text() for label in drawn.ax_.get_yticklabels()] == ["Ann", "Cai"]


@pytest.mark.parametrize("lines", [[], [line("a", 1, 0, 0)]])
def test_nothing_is_not_drawn(lines):
    with pytest.raises(NothingToDraw):
        ReportMembersDisplay(REPORTS["churn"], CHURN, lines, ["Ann"][: len(lines)])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_plot_is_the_same_svg(language):
    display = ReportMonthsDisplay(REPORTS["churn"], CHURN, [line("", 1, 3, 1)])
    first, again = display.to_svg(language=language), display.to_svg(language=language)

    assert first == again
    assert b"<svg" in first
    assert b"<image" not in first


@pytest.mark.parametrize(
    "text, columns, short",
    [("abcd", 4, "abcd"), ("abcde", 4, "abc…"), ("畅享", 4, "畅享"), ("畅享家庭", 5, "畅享…")],
)
def test_long_names_are_cut_by_their_width(text, columns, short):
    assert shorten(text, columns) == short
