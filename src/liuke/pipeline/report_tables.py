"""The lines of a report as a table of texts, in the words of one language: what a terminal and paper show."""

from dataclasses import dataclass

from liuke.kernel.words import Language, Words
from liuke.pipeline.reporting import ReportAnswer
from liuke.predict.reason_figures import currency_words
from liuke.predict.reports.kinds import DIMENSION_WORDS, UNKNOWN_WORDS
from liuke.predict.reports.lines import Column, Figure, Line, main_column

SO_FAR = "…"  # after a month that is not over
NONE = "–"


@dataclass(frozen=True)
class ReportTable:
    """head: as long as each row; the first column names the line, all others are figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tabulate(found: ReportAnswer, language: Language) -> ReportTable:
    """Every figure of a report; of the main one the value and the changes, too."""
    main = main_column(found.report, found.columns)
    rated = found.report.name == "churn"
    head = [say_dimension(found.by, language), *(column.words[language] for column in found.columns)]
    head += [_RATE.say(language)] if rated else []
    head += [f"{_VALUE.say(language)} ({currency_words(found.currency).say(language)})"] if main else []
    head += [_CHANGE.say(language)] if main and not found.report.is_ahead else []
    return ReportTable(tuple(head), tuple(_row(line, found, main, rated, language) for line in found.lines))


def _row(
    line: Line, found: ReportAnswer, main: Column | None, rated: bool, language: Language
) -> tuple[str, ...]:
    cells = [label_line(line, found, language)]
    cells += [_count(line.figures[column.name]) for column in found.columns]
    cells += [_percent(line)] if rated else []
    cells += [_value(line.figures[main.name])] if main else []
    cells += [_change(line.figures[main.name])] if main and not found.report.is_ahead else []
    return tuple(cells)


def label_line(line: Line, found: ReportAnswer, language: Language) -> str:
    """What a line is called: its month, or its member in words."""
    if found.by == "month":
        return f"{line.month:%Y-%m}" + ("" if line.is_over or found.report.is_ahead else f" {SO_FAR}")
    words = found.words.get(line.member)
    return words[language] if words else line.member or UNKNOWN_WORDS.say(language)


def say_dimension(by: str, language: Language) -> str:
    """What a report is told by: months, a dimension, or a level of units by its own name."""
    words = _BY.get(by) or DIMENSION_WORDS.get(by)
    return words.say(language) if words else by


def _count(figure: Figure) -> str:
    if figure.low is None:
        return f"{figure.count:,.0f}"
    return f"{figure.count:,.1f} ({figure.low:,.0f}–{figure.high:,.0f})"


def _percent(line: Line) -> str:
    rate = line.rate
    return f"{rate.share:.2%} ({rate.low:.2%}–{rate.high:.2%})" if rate else NONE


def _value(figure: Figure) -> str:
    return NONE if figure.value_fen is None else f"{figure.value_fen / 100:,.2f}"


def _change(figure: Figure) -> str:
    told = (figure.before, figure.year_before)
    return ", ".join(NONE if before is None else f"{figure.count - before:+,.0f}" for before in told)


_BY = {
    "month": Words(zh="月份", en="month"),
    "region": Words(zh="区域", en="region"),
    "county": Words(zh="县区", en="county"),
    "branch": Words(zh="网点", en="branch"),
}
_RATE = Words(zh="离网率 (95%)", en="rate (95 %)")
_VALUE = Words(zh="月毛利", en="value a month")
_CHANGE = Words(zh="较上月, 较上年", en="change: month, year")
