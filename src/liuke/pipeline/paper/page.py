"""How paper looks: one HTML page with its style and pictures inside, made to be printed on A4."""

import base64
import html
from collections.abc import Sequence

from liuke.kernel.drawing import find_chinese_font
from liuke.pipeline.paper.document import (
    CONTENTS,
    KNOWN_BY,
    PAGE,
    SIMULATED,
    Block,
    Document,
    PaperSection,
    PaperTable,
    Plot,
)

_STYLE = """
@page { size: A4; margin: 21mm 16mm 18mm;
  @top-left { content: string(part); } @top-right { content: MARK; color: #ad4e00; }
  @bottom-left { content: KNOWN; } @bottom-right { content: NUMBER; }
  @top-left { font: 8pt FONTS; color: #595959; } @top-right { font: 8pt FONTS; }
  @bottom-left { font: 8pt FONTS; color: #595959; } @bottom-right { font: 8pt FONTS; color: #595959; } }
@page :first { @top-left { content: none; } }
html { font: 9.5pt/1.55 FONTS; color: #1f1f1f; font-variant-numeric: tabular-nums; }
body { margin: 0; }
h1 { font-size: 21pt; line-height: 1.25; margin: 0; string-set: part content(); bookmark-level: none; }
.told { color: #595959; margin: 1.5mm 0 5mm; }
.mark { color: #ad4e00; border: .3mm solid #ffd591; background: #fff7e6; padding: .6mm 2mm; font-size: 8pt;
  border-radius: 1mm; }
h2 { font-size: 15pt; line-height: 1.3; margin: 0 0 3mm; string-set: part content(); bookmark-level: 1;
  break-after: avoid; }
h3 { font-size: 11.5pt; line-height: 1.3; margin: 6mm 0 1.5mm; bookmark-level: 2; break-after: avoid; }
.part { break-before: page; }
p { margin: 0 0 1.5mm; orphans: 2; widows: 2; overflow-wrap: anywhere; }
figure { margin: 1mm 0 2mm; break-inside: avoid; }
figure img { width: 100%; display: block; }
figcaption { font-size: 8pt; color: #595959; margin-left: 9mm; }
table { border-collapse: collapse; width: 100%; margin: 1mm 0 3mm; font-size: 7.6pt; line-height: 1.35; }
caption { text-align: left; font-size: 8.5pt; font-weight: bold; padding-bottom: 1mm; break-after: avoid; }
th { font-weight: bold; color: #434343; border-bottom: .3mm solid #8c8c8c; vertical-align: bottom; }
td { border-bottom: .15mm solid #e5e5e5; white-space: nowrap; }
th, td { padding: .7mm 1mm; text-align: right; }
:lang(zh) th { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.block { break-inside: avoid; }
.sub > p:not(:last-child) { break-after: avoid; }
.note { color: #595959; font-size: 8pt; margin: -1.5mm 0 3mm; }
.beside { display: flex; gap: 6mm; align-items: flex-start; break-inside: avoid; margin: 1mm 0 2mm; }
.beside > figure { width: 84mm; flex: none; margin: 0; }
.beside > div { flex: 1; }
table.narrow { width: 110mm; } .beside table.narrow { width: 100%; }
nav { margin: 4mm 0 8mm; } nav p { margin: 0 0 2mm; border-bottom: .15mm dotted #bfbfbf; }
nav a { color: inherit; text-decoration: none; display: flex; justify-content: space-between; }
nav a::after { content: target-counter(attr(href), page); }
"""
_NARROW = 5  # columns that a table of the whole width would tear apart
_LATIN = ("Noto Sans", "DejaVu Sans", "sans-serif")


def to_page(document: Document) -> str:
    """A document as HTML for paper; everything it needs is part of it."""
    language = "zh-CN" if document.language == "zh" else "en"
    mark = SIMULATED.say(document.language) if document.is_simulated else ""
    parts = [
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">',
        f"<title>{html.escape(document.title)}</title><style>{_style(document, mark)}</style></head><body>",
        f"<h1>{html.escape(document.title)}</h1>",
        f'<p class="told">{html.escape(document.told)}{_mark(mark)}</p>',
        _contents(document),
    ]
    parts += [_section(section, place) for place, section in enumerate(document.sections)]
    return "\n".join([*parts, "</body></html>\n"])


def _style(document: Document, mark: str) -> str:
    language = document.language
    number = PAGE.say(language).format(page='" counter(page) "', pages='" counter(pages) "')
    chinese = find_chinese_font()
    names = [name for name in (chinese, *_LATIN) if name]
    fonts = ", ".join(name if name == "sans-serif" else f'"{name}"' for name in names)
    known = KNOWN_BY.say(language).format(day=document.known_by)
    words = {"MARK": f'"{mark}"', "KNOWN": f'"{known}"', "NUMBER": f'"{number}"', "FONTS": fonts}
    style = _STYLE
    for name, text in words.items():
        style = style.replace(name, text)
    return style


def _mark(mark: str) -> str:
    return f' &ensp;<span class="mark">{html.escape(mark)}</span>' if mark else ""


def _contents(document: Document) -> str:
    """A list of the parts with their pages, where there are several."""
    parts = [(place, each) for place, each in enumerate(document.sections) if each.level == 1]
    if len(parts) < 2:
        return ""
    links = "".join(f'<p><a href="#s{place}">{html.escape(each.title)}</a></p>' for place, each in parts)
    return f'<nav aria-label="{CONTENTS.say(document.language)}">{links}</nav>'


def _section(section: PaperSection, place: int) -> str:
    tag, kind = ("h2", "part") if section.level == 1 else ("h3", "sub")
    heading = f"<{tag}>{html.escape(section.title)}</{tag}>" if section.title else ""
    parts = [f'<section id="s{place}" class="{kind}">{heading}']
    parts += [f"<p>{html.escape(line)}</p>" for line in section.lines]
    parts += [_block(block) for block in section.blocks]
    return "\n".join([*parts, "</section>"])


def _block(block: Block) -> str:
    plots = [_plot(plot, captioned=block.beside) for plot in block.plots]
    tables = [_table(table) for table in block.tables]
    if block.beside and tables:
        return f'<div class="beside">{"".join(plots)}<div>{"".join(tables)}</div></div>'
    if block.beside:
        return f'<div class="beside">{"".join(plots)}</div>'
    return f'<div class="block">{"".join([*plots, *tables])}</div>'


def _plot(plot: Plot, *, captioned: bool) -> str:
    data = base64.b64encode(plot.data).decode()
    title = html.escape(plot.title)
    caption = f"<figcaption>{title}</figcaption>" if captioned else ""
    return f'<figure><img alt="{title}" src="data:{plot.media_type};base64,{data}">{caption}</figure>'


def _table(table: PaperTable) -> str:
    caption = f"<caption>{html.escape(table.caption)}</caption>" if table.caption else ""
    head = f"<thead><tr>{_cells(table.head, 'th')}</tr></thead>"
    body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in table.rows)
    note = f'<p class="note">{html.escape(table.note)}</p>' if table.note else ""
    kind = ' class="narrow"' if len(table.head) <= _NARROW else ""
    return f"<table{kind}>{caption}{head}<tbody>{body}</tbody></table>{note}"


def _cells(row: Sequence[str], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
