"""Reports on paper: each month, then the members of every dimension, as chart and table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from liuke.kernel.drawing import Display, shorten
from liuke.kernel.words import Language, Words
from liuke.pipeline.paper.document import Block, Document, PaperSection, PaperTable, Plot
from liuke.pipeline.report_tables import NONE, label_line, say_dimension, tabulate
from liuke.pipeline.reporting import ReportAnswer, list_dimensions, read_report, say_unit
from liuke.pipeline.workspace import Workspace
from liuke.predict.displays.report import NothingToDraw, ReportMembersDisplay, ReportMonthsDisplay
from liuke.predict.reports.kinds import REPORTS
from liuke.predict.reports.lines import main_column
from liuke.predict.reports.terms import UNKNOWN

ROWS_SHOWN = 24
EVERY = "all"
_NAME_COLUMNS = 26


@dataclass(frozen=True)
class PaperAsked:
    """Which reports are printed. name: of one, or "all". by: None for months and every dimension."""

    name: str
    as_of: date
    by: str | None = None
    month: date | None = None
    unit: str | None = None


def report_document(workspace: Workspace, asked: PaperAsked, language: Language) -> Document:
    """One report, or all, for paper. Raises LiukeError for what there is not."""
    names = list(REPORTS) if asked.name == EVERY else [asked.name]
    found = [(name, _read(workspace, name, asked)) for name in names]
    day = found[0][1][0].as_of
    sections = [_glance([answers[0] for _name, answers in found], language)] if len(names) > 1 else []
    for _name, answers in found:
        if len(names) > 1:
            sections.append(PaperSection(answers[0].report.words.say(language), level=1))
        sections += _sections(answers, language)
    whole = found[0][1][0].report.words.say(language) if len(names) == 1 else ""
    return Document(
        title=(_ONE.say(language).format(report=whole) if whole else _ALL.say(language)),
        told=_told(workspace, asked, day, language),
        known_by=str(day),
        language=language,
        sections=sections,
        is_simulated=workspace.is_simulated,
    )


def months_section(workspace: Workspace, name: str, *, as_of: date, language: Language) -> PaperSection:
    """The months of one report under its name, or why it is empty."""
    found = read_report(workspace, name, as_of=as_of)
    title = found.report.words.say(language)
    if found.missing is not None:
        return PaperSection(title, [found.missing[language]])
    return replace(_section(found, language), title=title)


def _read(workspace: Workspace, name: str, asked: PaperAsked) -> list[ReportAnswer]:
    """The months first; a dimension that nothing is known of is left out, unless it was asked for."""

    def read(by: str) -> ReportAnswer:
        ahead = name in REPORTS and REPORTS[name].is_ahead
        month = None if ahead or (by == "month" and asked.by is None) else asked.month
        return read_report(workspace, name, as_of=asked.as_of, by=by, month=month, unit=asked.unit)

    if asked.by is not None:
        return [read(asked.by)]
    months = read("month")
    if months.missing is not None:
        return [months]
    others = (read(by) for by in list_dimensions(workspace))
    return [months, *(each for each in others if any(line.member != UNKNOWN for line in each.lines))]


def _sections(answers: Sequence[ReportAnswer], language: Language) -> list[PaperSection]:
    missing = answers[0].missing
    if missing is not None:
        return [PaperSection("", [missing[language]])]
    return [_section(each, language) for each in answers]


def _section(found: ReportAnswer, language: Language) -> PaperSection:
    title = _BY.say(language).format(by=say_dimension(found.by, language))
    if found.report.is_ahead and found.by == "month":
        title = _TOGETHER.say(language)
    if found.month is not None and not found.report.is_ahead:
        title += f", {found.month:%Y-%m}"
    table = tabulate(found, language)
    shown = table.rows if found.by == "month" else table.rows[:ROWS_SHOWN]
    more = len(table.rows) - len(shown)
    notes = [_MORE.say(language).format(n=f"{more:,}", by=found.by)] if more else []
    notes += [_note(found, language)] if found.by == "month" else []
    rows = [(shorten(row[0], _NAME_COLUMNS), *row[1:]) for row in shown]
    block = Block(_plots(found, language), [PaperTable(table.head, rows, note=" ".join(notes))])
    return PaperSection(title, (), [block])


def _glance(months: Sequence[ReportAnswer], language: Language) -> PaperSection:
    """The main figure of each report in the last month that is over, with its changes."""
    rows = []
    for found in months:
        main = main_column(found.report, found.columns)
        lines = [line for line in found.lines if line.is_over or found.report.is_ahead]
        if main is None or not lines:
            rows.append((found.report.words.say(language), NONE, NONE, NONE))
            continue
        last = replace(found, lines=lines[-1:], columns=[main])
        cells = tabulate(last, language).rows[0]
        change = NONE if found.report.is_ahead else cells[-1]
        month = NONE if found.report.is_ahead else cells[0]
        said = (found.report.words.say(language), main.words[language])
        rows.append((": ".join(dict.fromkeys(said)), month, cells[1], change))
    return PaperSection("", (), [Block(tables=[PaperTable(_GLANCE.say(language).split("|"), rows)])])


def _plots(found: ReportAnswer, language: Language) -> list[Plot]:
    """The chart, or none where there is nothing but noughts."""
    title = f"{found.report.words.say(language)}, {say_dimension(found.by, language)}"
    names = [label_line(line, found, language) for line in found.lines]
    try:
        if found.by == "month":
            drawn: Display = ReportMonthsDisplay(found.report, found.columns, found.lines)
        else:
            drawn = ReportMembersDisplay(found.report, found.columns, found.lines, names)
    except NothingToDraw:
        return []
    return [Plot(title, drawn.to_svg(language=language))]


def _told(workspace: Workspace, asked: PaperAsked, day: date, language: Language) -> str:
    where = say_unit(workspace, asked.unit, language) if asked.unit else _WHOLE.say(language)
    return f"{where} · {_KNOWN.say(language).format(day=day)}"


def _note(found: ReportAnswer, language: Language) -> str:
    if found.report.is_ahead:
        return _AHEAD.say(language)
    parts = [_SO_FAR] if not all(line.is_over for line in found.lines) else []
    parts += [_VALUE, *([_RATE] if found.report.name == "churn" else [])]
    return ("" if language == "zh" else " ").join(part.say(language) for part in parts)


_ONE = Words(zh="{report}报表", en="{report}: report")
_ALL = Words(zh="客户变动报表", en="Customer reports")
_BY = Words(zh="按{by}", en="By {by}")
_WHOLE = Words(zh="全公司", en="Whole company")
_KNOWN = Words(zh="数据截至 {day} 之前", en="as known before {day}")
_TOGETHER = Words(zh="合计", en="All together")
_MORE = Words(
    zh="另有 {n} 行未列出, 完整内容见 liuke report --by {by} 或工作台。",
    en="{n} more are left out; liuke report --by {by} and the workbench show all.",
)
_GLANCE = Words(zh="报表|月份|客户数|较上月, 较上年", en="report|month|customers|change: month, year")
_SO_FAR = Words(zh="“…” 表示未满月, 不作对比。", en="“…”: the month is not over and is not compared.")
_VALUE = Words(
    zh="月毛利为当月之前各月的平均值 (账单, 或已扣退款的购买), 只计已知者。",
    en="Value: mean monthly margin of the months before (bills, or purchases less refunds), of those of whom"
    " it is known.",
)
_RATE = Words(
    zh="离网率为月初在网客户中当月离网的比例, 括号内为 95% 区间。",
    en="Rate: of those with us when the month began, the share lost in it, with a 95 % interval.",
)
_AHEAD = Words(
    zh="自数据截止日起计; 括号内为 95% 区间, 以模型概率为准。各期限互相包含, 不可相加。",
    en="Counted from the as-of day. In brackets 95 % intervals, taking the model's probabilities as they are."
    " Horizons lie within each other and do not add up.",
)
