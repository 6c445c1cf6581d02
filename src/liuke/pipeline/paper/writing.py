"""PDF files of reports and model cards, written whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language
from liuke.pipeline.paper.cards import card_document
from liuke.pipeline.paper.document import Document
from liuke.pipeline.paper.overview import overview_document
from liuke.pipeline.paper.page import to_page
from liuke.pipeline.paper.reports import PaperAsked, report_document
from liuke.pipeline.paper.setting import check_pdf, set_pdf
from liuke.pipeline.workspace import Workspace
from liuke.predict.card_report import LANGUAGES
from liuke.predict.card_sections import Figure
from liuke.predict.model_store import replace_file


def write_report_pdf(workspace: Workspace, asked: PaperAsked, language: Language, file: Path) -> Path:
    """One report, or all, to a file ending in .pdf. Raises LiukeError when it cannot be printed here."""
    return _write(file, language, lambda: report_document(workspace, asked, language))


def write_overview_pdf(workspace: Workspace, *, as_of: date, language: Language, file: Path) -> Path:
    """The state of the customers, likewise."""
    return _write(file, language, lambda: overview_document(workspace, as_of=as_of, language=language))


def _write(file: Path, language: Language, make: Callable[[], Document]) -> Path:
    if file.suffix.lower() != ".pdf":
        raise LiukeError(f"--pdf {file} must end in .pdf.")
    check_pdf(chinese=language == "zh")
    page = to_page(make())
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, set_pdf(page))
    return file


def write_card_pdfs(
    folder: Path, card: Mapping[str, Any], figures: Sequence[Figure], *, is_simulated: bool
) -> tuple[Path, ...]:
    """model-card.zh.pdf and model-card.en.pdf beside the card's other pages."""
    written = []
    for language in LANGUAGES:
        page = to_page(card_document(card, language, figures, is_simulated=is_simulated))
        written.append(folder / f"model-card.{language}.pdf")
        replace_file(written[-1], set_pdf(page))
    return tuple(written)
