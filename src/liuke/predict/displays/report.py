"""Plots of reports: who left, was suspended or is expected to leave, by month and by member."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.drawing import BLUE, COLOURS, ORANGE, Display, dress, grid, legend, shorten, title
from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language, Words
from liuke.predict.reports.kinds import ReportKind
from liuke.predict.reports.lines import Column, Figure, Line, main_column

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MEMBERS_SHOWN = 12
_MONTHS_LABELLED = 13
_FADED = 0.45
_NAME_COLUMNS = 24


class NothingToDraw(LiukeError):
    """A report without anything that could be drawn."""


class _ReportDisplay(Display):
    """A report's lines; what they are counted in stands in its words."""

    def __init__(self, report: ReportKind, columns: Sequence[Column], lines: Sequence[Line]):
        main = main_column(report, columns)
        if main is None or not lines:
            raise NothingToDraw(f"The report {report.name!r} has no lines, so there is nothing to draw.")
        self.report, self.lines, self.main = report, tuple(lines), main
        own = [column for column in columns if column.measure == main.measure]
        self.kinds = tuple(column for column in own if column.kind is not None) or (main,)

    def _counts(self, column: Column) -> np.ndarray:
        return np.array([line.figures[column.name].count for line in self.lines])


class ReportMonthsDisplay(_ReportDisplay):
    """Bars by month, one upon the other by kind, and the rate as a line; a month not over is paler.

    What is expected has no months behind it: a bar for each horizon with its 95 % interval.
    """

    size_inches = (7.2, 3.1)

    def _draw(self, ax: "Axes", language: Language) -> None:
        grid(ax)
        ax.yaxis.set_major_formatter(lambda count, place: f"{count:,.0f}")
        ax.set_ylabel(_CUSTOMERS.say(language), fontsize=9)
        if self.report.is_ahead:
            self._draw_horizons(ax, language)
        else:
            self._draw_kinds(ax, language)
            self._draw_rate(ax, language)
            legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=5, borderaxespad=0.2)
            self._label_months(ax)

    def _draw_kinds(self, ax: "Axes", language: Language) -> None:
        places, foot = np.arange(len(self.lines)), np.zeros(len(self.lines))
        for place, column in enumerate(self.kinds):
            counts, colour = self._counts(column), COLOURS[place % len(COLOURS)]
            name = _capital(column.words[language])
            bars = ax.bar(places, counts, bottom=foot, width=0.72, color=colour, label=name, linewidth=0)
            for bar, line in zip(bars, self.lines, strict=True):
                bar.set_alpha(None if line.is_over else _FADED)
            foot += counts
        ax.set_ylim(0, max(float(foot.max()), 1) * 1.08)

    def _draw_rate(self, ax: "Axes", language: Language) -> None:
        rates = [line.rate.share if line.rate and line.is_over else np.nan for line in self.lines]
        if np.isnan(rates).all():
            return
        twin = ax.twinx()
        twin.plot(range(len(rates)), rates, "o-", color="#434343", linewidth=1.2, markersize=3)
        twin.set_ylim(0, float(np.nanmax(rates)) * 1.35 or 1)
        twin.yaxis.set_major_formatter(lambda share, place: f"{share:.1%}")
        twin.set_ylabel(_RATE.say(language), fontsize=9)
        dress(twin)
        twin.spines["left"].set_visible(False)
        ax.plot([], [], "o-", color="#434343", linewidth=1.2, markersize=3, label=_RATE_RIGHT.say(language))

    def _label_months(self, ax: "Axes") -> None:
        step = -(-len(self.lines) // _MONTHS_LABELLED)
        shown = range((len(self.lines) - 1) % step, len(self.lines), step)
        labels = [f"{self.lines[at].month:%Y-%m}" + ("" if self.lines[at].is_over else " …") for at in shown]
        ax.set_xticks(list(shown), labels, fontsize=8)

    def _draw_horizons(self, ax: "Axes", language: Language) -> None:
        figures = [self.lines[0].figures[column.name] for column in self.kinds]
        places, counts = np.arange(len(figures)), np.array([figure.count for figure in figures])
        ax.bar(places, counts, width=0.45, color=BLUE)
        ax.errorbar(places, counts, yerr=_reach(figures), fmt="none", ecolor="#434343", capsize=4)
        ax.set_xticks(places, [column.words[language] for column in self.kinds])
        ax.set_xlim(-0.8, len(figures) - 0.2)
        title(ax, f"{_capital(self.report.words.say(language))}, {_INTERVALS.say(language)}")


class ReportMembersDisplay(_ReportDisplay):
    """Bars of the report's main figure, the first dozen of the members who have any.

    names: of members in the order of the lines, in one language.
    """

    def __init__(
        self, report: ReportKind, columns: Sequence[Column], lines: Sequence[Line], names: Sequence[str]
    ):
        super().__init__(report, columns, lines)
        told = [
            (line, name)
            for line, name in zip(lines, names, strict=True)
            if line.figures[self.main.name].count > 0
        ][:MEMBERS_SHOWN]
        if not told:
            raise NothingToDraw(f"No member has anything to tell in the report {report.name!r}.")
        self.lines, self.names = tuple(line for line, name in told), tuple(name for line, name in told)
        self.size_inches = (7.2, 0.9 + 0.26 * len(told))

    def _draw(self, ax: "Axes", language: Language) -> None:
        figures = [line.figures[self.main.name] for line in self.lines]
        counts, places = np.array([figure.count for figure in figures]), np.arange(len(figures))
        ax.barh(places, counts, color=BLUE, height=0.62)
        if self.report.is_ahead:
            ax.errorbar(counts, places, xerr=_reach(figures), fmt="none", ecolor=ORANGE, capsize=2)
        for place, (figure, line) in enumerate(zip(figures, self.lines, strict=True)):
            ax.annotate(
                _tell(figure, line), (figure.high or figure.count, place), xytext=(6, 0),
                textcoords="offset points", va="center", fontsize=9, color="#434343",
            )  # fmt: skip
        ax.set_yticks(places, [shorten(name, _NAME_COLUMNS) for name in self.names])
        ax.invert_yaxis()
        ax.set_xlim(0, max(figure.high or figure.count for figure in figures) * 1.18)
        ax.xaxis.set_major_formatter(lambda count, place: f"{count:,.0f}")
        grid(ax, "x")
        also = f" ({_RATE.say(language)})" if any(line.rate for line in self.lines) else ""
        title(ax, f"{_capital(self.main.words[language])}, {_CUSTOMERS.say(language)}{also}")


def _reach(figures: Sequence[Figure]) -> np.ndarray:
    """How far intervals reach below and above what is expected."""
    return np.array(
        [
            [max(figure.count - figure.low, 0.0) if figure.low is not None else 0.0 for figure in figures],
            [max(figure.high - figure.count, 0.0) if figure.high is not None else 0.0 for figure in figures],
        ]
    )


def _tell(figure: Figure, line: Line) -> str:
    return f"{figure.count:,.0f}" + (f" ({line.rate.share:.1%})" if line.rate else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_CUSTOMERS = Words(zh="客户数", en="customers")
_RATE = Words(zh="离网率", en="rate of leaving")
_RATE_RIGHT = Words(zh="离网率 (右轴)", en="Rate (right)")
_INTERVALS = Words(zh="95% 区间", en="95 % intervals")
