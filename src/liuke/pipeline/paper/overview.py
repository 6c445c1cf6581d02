"""The state of the customers on paper: tiers, value, how long they stay, why they are at risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from liuke.kernel.drawing import Display
from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language, Words
from liuke.pipeline.paper.document import Block, Document, PaperSection, PaperTable, Plot
from liuke.pipeline.paper.followed import Followed, follow
from liuke.pipeline.paper.listed import count_causes, last_list, spread_value, stand_by_tier, sum_up
from liuke.pipeline.paper.reports import months_section
from liuke.pipeline.schemes import find_schemes_in_force
from liuke.pipeline.workspace import Workspace
from liuke.predict.card_customers import (
    NONE,
    Facts,
    Told,
    in_money,
    reason_lines,
    reason_table,
    say_missing,
    survival_lines,
    survival_table,
    value_lines,
    value_table,
)
from liuke.predict.unknowns import say_unknown

OVERVIEW = "overview"
_ROW_INCHES = 0.25


@dataclass(frozen=True)
class Part:
    """One subject of the paper: its figures as plain values, its plot, or why there is none."""

    key: str
    facts: Facts
    display: Display | None = None
    height_inches: float = 2.6


@dataclass(frozen=True)
class Overview:
    """The state of the customers as the last list of a day tells it."""

    as_of: date
    glance: Mapping[str, Any]
    parts: tuple[Part, ...]

    def document(self) -> dict[str, Any]:
        return {
            "report": OVERVIEW,
            "as_of": self.as_of,
            "glance": self.glance,
            **{part.key: part.facts for part in self.parts},
        }


def look_over(workspace: Workspace, *, as_of: date) -> Overview:
    """The customers of the last list on or before a day. Raises LiukeError where there is none."""
    day = last_list(workspace, as_of=as_of)
    if day is None:
        raise LiukeError(
            f"No cycle has made a list as of {as_of}; run 'liuke cycle -w {workspace.root}' first."
        )
    parts = []
    for scheme in find_schemes_in_force(workspace, as_of=day):
        pyramid, facts = stand_by_tier(workspace, scheme, day)
        tiers = len(facts.get("tiers", ()))
        parts.append(Part(f"tiers:{scheme.name}", facts, pyramid, 1.1 + _ROW_INCHES * tiers))
    value, facts = spread_value(workspace, day, of="margin_12m")
    parts.append(Part("value", facts, value))
    parts.append(survival_part(workspace, day))
    reasons, facts = count_causes(workspace, day)
    parts.append(Part("reasons", facts, reasons, 1.1 + _ROW_INCHES * len(facts.get("causes", ()))))
    return Overview(day, sum_up(workspace, day), tuple(parts))


def survival_part(workspace: Workspace, day: date) -> Part:
    """How long customers stay by tier, up to a day that has reports."""
    found = follow(workspace, day=day)
    if isinstance(found, Followed):
        return Part("survival", found.facts(), found.display(), 2.8)
    return Part("survival", found)


def overview_document(workspace: Workspace, *, as_of: date, language: Language) -> Document:
    """The overview for paper, with what came and went by month."""
    found = look_over(workspace, as_of=as_of)
    sections = [_glance(found.glance, language), *(_section(part, language) for part in found.parts)]
    if found.as_of in workspace.as_of_days("report_cells"):
        sections += [
            months_section(workspace, name, as_of=found.as_of, language=language)
            for name in ("churn", "predicted")
        ]
    return Document(
        title=_TITLE.say(language),
        told=_TOLD.say(language).format(day=found.as_of),
        known_by=str(found.as_of),
        language=language,
        sections=sections,
        is_simulated=workspace.is_simulated,
    )


def tell_part(part: Part, language: Language) -> tuple[str, Sequence[str], Sequence[Told]]:
    """Title, sentences and tables of one subject."""
    title = _TITLES[part.key.partition(":")[0]].say(language)
    if part.key.startswith("tiers"):
        absent = say_missing(part.facts, language)
        if absent is None:
            title = f"{title}: {part.facts['scheme'][language]}"
        return title, [absent] if absent else [], _tier_table(part.facts, language)
    lines, tables = {
        "value": (value_lines, value_table),
        "survival": (survival_lines, survival_table),
        "reasons": (reason_lines, reason_table),
    }[part.key]
    return title, lines(part.facts, language), tables(part.facts, language)


def glance_table(glance: Facts, language: Language) -> PaperTable:
    """Everybody on the list in a few figures; what has an interval shows it."""
    rows = [(_WITH_US.say(language), f"{glance['customers']:,}")]
    for horizon, told in glance["expected"].items():
        rows.append(
            (f"{_LEAVERS.say(language)} ({_HORIZON.say(language).format(n=horizon[0])})", _said(told))
        )
    if not glance["expected"]:
        rows.append((_LEAVERS.say(language), say_unknown(glance["why_empty"], language) or NONE))
    known = _OF.say(language).format(n=f"{glance['valued']:,}")
    rows.append((in_money(_AT_STAKE, glance).say(language), _yuan(glance["at_stake"]) + f" ({known})"))
    rows.append((in_money(_LOSS, glance).say(language), _yuan(glance["loss"])))
    note = _SOURCE.say(language).format(tables="warnings", day=glance["as_of"]) + _INTERVALS.say(language)
    return PaperTable((_FIGURE.say(language), _AMOUNT.say(language)), rows, note=note)


def _glance(glance: Facts, language: Language) -> PaperSection:
    return PaperSection("", (), [Block(tables=[glance_table(glance, language)])])


def _section(part: Part, language: Language) -> PaperSection:
    title, lines, tables = tell_part(part, language)
    plots = []
    if part.display is not None:
        size = (7.2, part.height_inches)
        plots.append(Plot(title, part.display.to_svg(language=language, size_inches=size)))
    note = _note(part, language)
    papers = [PaperTable(head, rows, caption, note) for caption, head, rows in tables]
    return PaperSection(title, lines, [Block(plots, papers)] if plots or papers else ())


def _note(part: Part, language: Language) -> str:
    """Where the figures come from, and what is not among them."""
    kind, facts = part.key.partition(":")[0], part.facts
    names = {
        "tiers": "tiers, values, warnings",
        "value": "values",
        "survival": "report_customers, tiers",
        "reasons": "warnings",
    }
    day = facts.get("as_of") or facts.get("until")
    if kind == "survival" and not facts.get("was_given", True):
        names["survival"] = "report_customers"
    told = _SOURCE.say(language).format(tables=names[kind], day=day)
    if kind == "tiers" and not facts.get("missing"):
        told += _EXPECTED.say(language)
        told += _UNRATED.say(language).format(
            unrated=f"{facts['unrated']:,}", unknown=f"{facts['value_unknown']:,}"
        )
    return told + (_INTERVALS.say(language) if kind in ("survival", "reasons") else "")


def _tier_table(facts: Facts, language: Language) -> list[Told]:
    if facts.get("missing"):
        return []
    margin, loss = in_money(_MARGIN, facts), in_money(_LOSS, facts)
    head = (_TIER, _CUSTOMERS, _SHARE, margin, _SHARE_OF_VALUE, _LEAVERS_3M, loss)
    rows = tuple(
        (
            tier[language],
            f"{tier['customers']:,}",
            f"{tier['share']:.1%}",
            _yuan(tier["value"]),
            NONE if tier["value_share"] is None else f"{tier['value_share']:.1%}",
            _said(tier["expected"]),
            _yuan(tier["loss"]),
        )
        for tier in facts["tiers"]
    )
    return [("", tuple(words.say(language) for words in head), rows)]


def _said(told: Mapping[str, float] | None) -> str:
    return NONE if told is None else f"{told['mean']:,.1f} ({told['low']:,.0f}–{told['high']:,.0f})"


def _yuan(amount: float | None) -> str:
    return NONE if amount is None else f"{amount:,.2f}"


_TITLE = Words(zh="客户状况", en="State of the customers")
_TOLD = Words(zh="全公司 · 数据截至 {day} 之前", en="Whole company · as known before {day}")
_TITLES = {
    "tiers": Words(zh="等级金字塔", en="Customers and value by tier"),
    "value": Words(zh="价值分布 (近12个月毛利)", en="How value is spread (margin of the last 12 months)"),
    "survival": Words(zh="各等级客户留存", en="How long customers stay, by tier"),
    "reasons": Words(zh="为什么有离开风险", en="Why the listed are at risk"),
}
_FIGURE = Words(zh="指标", en="of everybody")
_AMOUNT = Words(zh="数值", en="figure")
_CUSTOMERS = Words(zh="客户数", en="customers")
_WITH_US = Words(zh="在网客户", en="customers with us")
_LEAVERS = Words(zh="预计离网", en="expected to leave")
_HORIZON = Words(zh="{n}个月内", en="within {n} m")
_AT_STAKE = Words(zh="在险价值合计", en="value at stake, in all")
_OF = Words(zh="已知 {n} 人", en="known of {n}")
_LOSS = Words(zh="预计损失", en="expected loss")
_TIER = Words(zh="等级", en="tier")
_SHARE = Words(zh="占客户", en="share")
_MARGIN = Words(zh="12个月毛利", en="margin of 12 months")
_SHARE_OF_VALUE = Words(zh="占价值", en="share of value")
_LEAVERS_3M = Words(zh="3个月内预计离网", en="expected to leave within 3 m")
_SOURCE = Words(zh="来源: {tables} 表, 截至 {day}。", en="Source: tables {tables}, as of {day}. ")
_INTERVALS = Words(zh="括号内为 95% 区间。", en="In brackets 95 % intervals.")
_EXPECTED = Words(
    zh="预计离网括号内为 95% 区间, 以模型概率为准。",
    en="Expected to leave: in brackets 95 % intervals, taking the probabilities as they are. ",
)
_UNRATED = Words(
    zh="未评级 {unrated} 人; 已评级而价值未知 {unknown} 人, 不计入毛利。",
    en="Unrated: {unrated}; rated, but of unknown value: {unknown}, not in the margin.",
)
