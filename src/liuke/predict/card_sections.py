"""What a written model card is made of, before it becomes a page: sections in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liuke.kernel.words import Language, Words
from liuke.predict.card_customers import (
    reason_lines,
    reason_table,
    survival_lines,
    survival_table,
    value_lines,
    value_table,
)
from liuke.predict.card_definition import say_definition
from liuke.predict.card_lifetime import lifetime_lines, lifetime_table
from liuke.predict.card_measures import (
    calibration_tables,
    difference_table,
    learned_table,
    measure_table,
)
from liuke.predict.churn import ChurnDefinition

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    caption: str
    head: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Figure:
    """A plot to be put into the card.

    section: the key of the section it belongs to, e.g. "calibration". language: of the card it belongs
    to; None: to both. svg: the same plot for paper; where there is none, the PNG is printed.
    """

    section: str
    title: Words
    png: bytes
    language: Language | None = None
    svg: bytes | None = None


@dataclass(frozen=True)
class Section:
    """key: stable, the same in both languages; figures are placed by it."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = field(default_factory=tuple)


TITLES: Mapping[str, Words] = {
    "verdict": Words(zh="结论", en="Verdict"),
    "comparison": Words(zh="在役模型与新模型", en="Champion and challenger"),
    "measures": Words(zh="好坏", en="How good"),
    "calibration": Words(zh="校准", en="Calibration"),
    "kinds": Words(zh="离网类型", en="By kind of leaving"),
    "lifetime": Words(zh="停留多久", en="How long they stay"),
    "survival": Words(zh="各等级客户留存", en="How long customers stay, by tier"),
    "value": Words(zh="在险价值分布", en="How value at stake is spread"),
    "reasons": Words(zh="名单上的原因", en="Why the listed are at risk"),
    "data": Words(zh="数据", en="Data"),
    "definition": Words(zh="离网的定义", en="What leaving means"),
    "use": Words(zh="用途", en="Intended use"),
    "not_for": Words(zh="不得用于", en="Must not be used for"),
    "limits": Words(zh="局限", en="Limits"),
    "fairness": Words(zh="公平", en="Fairness"),
    "repeat": Words(zh="复现", en="To repeat it"),
}


def write_sections(
    card: Mapping[str, Any], language: Language, figures: Sequence[Figure] = ()
) -> list[Section]:
    """The sections of a training card in one language, in the order of reading."""
    contents: dict[str, tuple[Sequence[str], Sequence[Table]]] = {
        "verdict": (_verdict(card, language), ()),
        "comparison": ((), _tables(difference_table(card, language))),
        "measures": (_judged(card, language), _tables(measure_table(card, language, "horizons"))),
        "calibration": ((), [Table(*each) for each in calibration_tables(card, language)]),
        "kinds": ((), _tables(measure_table(card, language, "kinds"))),
        "lifetime": (lifetime_lines(card, language), _tables(lifetime_table(card, language))),
        **_customers(card, language),
        "data": (_data(card, language), _tables(learned_table(card, language))),
        "definition": (_definition(card, language), ()),
        "use": ((card["intended_use"][language],), ()),
        "not_for": ([each[language] for each in card["not_for"]], ()),
        "limits": ([each[language] for each in card["limits"]], ()),
        "fairness": ((card["fairness"][language],), ()),
        "repeat": (_repeat(card), ()),
    }
    sections = []
    for key, (lines, tables) in contents.items():
        own = tuple(
            figure for figure in figures if figure.section == key and figure.language in (None, language)
        )
        if lines or tables or own:
            sections.append(Section(key, TITLES[key].say(language), tuple(lines), tuple(tables), own))
    return sections


def _customers(
    card: Mapping[str, Any], language: Language
) -> dict[str, tuple[Sequence[str], Sequence[Table]]]:
    """Whom the models speak of; nothing in a card that was written before these were looked at."""
    told = card.get("customers") or {}
    writers = {
        "survival": (survival_lines, survival_table),
        "value": (value_lines, value_table),
        "reasons": (reason_lines, reason_table),
    }
    return {
        key: (
            lines(told[key], language),
            [Table(*table) for table in tables(told[key], language)],
        )
        for key, (lines, tables) in writers.items()
        if key in told
    }


def _tables(found: tuple[str, Row, tuple[Row, ...]] | None) -> list[Table]:
    return [] if found is None or not found[2] else [Table(*found)]


def _verdict(card: Mapping[str, Any], language: Language) -> list[str]:
    verdict = card["verdict"]
    lines = [verdict[language] + ("。" if language == "zh" else ".")]
    way = {
        "files": Words(
            zh="在役模型在评判日之前已训练好, 以其文件直接评判。",
            en="The champion was made before the judged day and was judged by its files.",
        ),
        "recipe": Words(
            zh="在役模型训练时已知道评判日之后的结果, 故以同样设置、只用评判日以前所知重新训练后评判。",
            en="The champion knew outcomes later than the judged day, so its recipe was learned anew from"
            " what was known by that day.",
        ),
    }.get(verdict["champion_judged_by"])
    return lines if way is None else [*lines, way.say(language)]


def _judged(card: Mapping[str, Any], language: Language) -> list[str]:
    judged = card["backtest"]
    if judged.get("why_empty") and "horizons" not in judged:
        from liuke.predict.unknowns import say_unknown

        return [f"{say_unknown(judged['why_empty'], language)}."]
    day = judged.get("judged_as_of", card["as_of"])
    told = Words(zh=f"评判日: {day}。", en=f"Judged day: {day}.").say(language)
    return [told, card["claim"]] if language == "en" else [told]


def _data(card: Mapping[str, Any], language: Language) -> list[str]:
    days = card.get("learned_as_of") or []
    told = Words(zh=f"截止日 {card['as_of']}", en=f"As of {card['as_of']}").say(language)
    if not days:
        return [f"{told}."]
    count = Words(
        zh=f"学习了 {len(days)} 个月度截止日, {min(days)} 至 {max(days)}",
        en=f"learned from {len(days)} monthly as-of days, {min(days)} to {max(days)}",
    ).say(language)
    return [f"{told}; {count}.", ", ".join(each[language] for each in card["features"])]


def _definition(card: Mapping[str, Any], language: Language) -> list[str]:
    return say_definition(ChurnDefinition.model_validate(card["definition"]), language)


def _repeat(card: Mapping[str, Any]) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in card["versions"].items())
    lines = [f"seed {card['seed']}", f"leaving {card['leaving_hash'][:16]}", f"{versions}"]
    lines.insert(2, f"features {card['features_hash'][:16]} ({len(card['features'])})")
    champion = (card.get("in_force") or {}).get("champion")
    return lines if champion is None else [*lines, f"models {champion['sha256']}"]
