"""A model card on paper: its sections, with the plots beside the tables they draw."""

from collections.abc import Mapping, Sequence
from typing import Any

from liuke.kernel.words import Language, Words
from liuke.pipeline.paper.document import Block, Document, PaperSection, PaperTable, Plot
from liuke.predict.card_sections import Figure, Section, Table, write_sections

_COLUMNS_ACROSS = 8  # a wider table is turned: one column for each of its rows
_ROWS_TURNED = 6
_BESIDE = 5  # columns that have room beside a plot
_TITLE = Words(zh="模型卡", en="Model card")
_TOLD = Words(zh="离网预警模型, 截止日 {day}", en="Early-warning models as of {day}")


def card_document(
    card: Mapping[str, Any], language: Language, figures: Sequence[Figure], *, is_simulated: bool
) -> Document:
    """The card of a training with its plots, in one language."""
    sections = write_sections(card, language, figures)
    return Document(
        title=_TITLE.say(language),
        told=_TOLD.say(language).format(day=card["as_of"]),
        known_by=str(card["as_of"]),
        language=language,
        sections=[PaperSection(each.title, each.lines, tuple(_blocks(each, language))) for each in sections],
        is_simulated=is_simulated,
    )


def _blocks(section: Section, language: Language) -> list[Block]:
    tables = [_table(table) for table in section.tables]
    plots = [_plot(figure, language) for figure in section.figures]
    if plots and len(plots) == len(tables) and any(len(each.head) > _BESIDE for each in tables):
        return [Block([plot], [table]) for plot, table in zip(plots, tables, strict=True)]
    if plots and len(plots) == len(tables):
        return [Block([plot], [table], beside=True) for plot, table in zip(plots, tables, strict=True)]
    pairs = [Block(plots[at : at + 2], beside=True) for at in range(0, len(plots), 2)]
    return [Block(tables=tables), *pairs] if tables else pairs


def _table(table: Table) -> PaperTable:
    head, rows = list(table.head), [list(row) for row in table.rows]
    if len(head) > _COLUMNS_ACROSS and len(rows) <= _ROWS_TURNED:
        head, *rows = [list(cells) for cells in zip(head, *rows, strict=True)]
    return PaperTable(head, rows, table.caption)


def _plot(figure: Figure, language: Language) -> Plot:
    return Plot(figure.title.say(language), figure.svg or figure.png)
