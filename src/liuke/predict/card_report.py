"""The model card as pages: Markdown and one HTML file that needs nothing else, in both languages."""

import base64
import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from liuke.kernel.words import Language, Words
from liuke.predict.card_sections import Figure, Section, Table, write_sections
from liuke.predict.model_store import replace_file

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_TITLE = Words(zh="模型卡", en="Model card")
_STYLE = (
    "body{font:14px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;margin:2rem auto;"
    "max-width:72rem;padding:0 1rem;color:#1f1f1f;background:#fff}"
    "table{border-collapse:collapse;margin:.5rem 0 1rem;font-variant-numeric:tabular-nums}"
    "th,td{border:1px solid #d9d9d9;padding:.25rem .5rem;text-align:right}"
    "th:first-child,td:first-child{text-align:left}th{background:#fafafa}"
    ".wide{overflow-x:auto}img{max-width:100%}"
)


def write_report(folder: Path, card: Mapping[str, Any], figures: Sequence[Figure] = ()) -> tuple[Path, ...]:
    """Write model-card.{zh,en}.{md,html} to a folder, which is made when absent; the files, in order.

    figures: plots; in HTML they are part of the page, beside Markdown they are files of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for place, figure in enumerate(figures, start=1):
        replace_file(folder / _picture(place), figure.png)
        written.append(folder / _picture(place))
    names = {id(figure): _picture(place) for place, figure in enumerate(figures, start=1)}
    for language in LANGUAGES:
        sections = write_sections(card, language, figures)
        title = f"{_TITLE.say(language)} {card['as_of']}"
        pages = {
            "md": to_markdown(title, sections, language, names),
            "html": to_html(title, sections, language),
        }
        for ending, text in pages.items():
            place_of_page = folder / f"model-card.{language}.{ending}"
            replace_file(place_of_page, text.encode())
            written.append(place_of_page)
    return tuple(written)


def to_markdown(
    title: str, sections: Sequence[Section], language: Language, pictures: Mapping[int, str]
) -> str:
    """Sections as Markdown; pictures: the file of each figure, by its identity."""
    parts = [f"# {title}"]
    for section in sections:
        parts.append(f"## {section.title}")
        parts += [_escape(line) for line in section.lines]
        parts += [_table_in_markdown(table) for table in section.tables]
        parts += [f"![{figure.title.say(language)}]({pictures[id(figure)]})" for figure in section.figures]
    return "\n\n".join(parts) + "\n"


def to_html(title: str, sections: Sequence[Section], language: Language) -> str:
    """Sections as one page without scripts or references to anything outside it."""
    code = "zh-CN" if language == "zh" else "en"
    parts = [
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(title)}</h1>",
    ]
    for section in sections:
        parts.append(f'<section id="{section.key}"><h2>{html.escape(section.title)}</h2>')
        parts += [f"<p>{html.escape(line)}</p>" for line in section.lines]
        parts += [_table_in_html(table) for table in section.tables]
        parts += [_figure_in_html(figure, language) for figure in section.figures]
        parts.append("</section>")
    return "\n".join([*parts, "</body></html>\n"])


def _table_in_markdown(table: Table) -> str:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(_escape(cell) for cell in cells)} |"

    caption = [f"**{_escape(table.caption)}**", ""] if table.caption else []
    rule = f"|{'|'.join(['---', *(['---:'] * (len(table.head) - 1))])}|"
    return "\n".join([*caption, line(table.head), rule, *(line(row) for row in table.rows)])


def _table_in_html(table: Table) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)

    caption = f"<caption>{html.escape(table.caption)}</caption>" if table.caption else ""
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in table.rows)
    head = f"<thead><tr>{cells(table.head, 'th')}</tr></thead>"
    return f'<div class="wide"><table>{caption}{head}<tbody>{body}</tbody></table></div>'


def _figure_in_html(figure: Figure, language: Language) -> str:
    title, data = html.escape(figure.title.say(language)), base64.b64encode(figure.png).decode()
    return (
        f'<figure><img alt="{title}" src="data:image/png;base64,{data}"><figcaption>{title}</figcaption>'
        "</figure>"
    )


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _picture(place: int) -> str:
    return f"figure-{place}.png"
