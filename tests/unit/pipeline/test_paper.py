"""Paper: the same pages from the same words, each with its day, number and mark; what is missing is named."""

import importlib.abc
import sys
from datetime import date

import pypdfium2
import pytest

from liuke.pipeline.paper.document import Block, Document, PaperSection, PaperTable, Plot
from liuke.pipeline.paper.page import to_page
from liuke.pipeline.paper.setting import PdfRefused, check_pdf, set_pdf
from liuke.predict.displays import ReportMonthsDisplay
from liuke.predict.reports.kinds import REPORTS
from liuke.predict.reports.lines import Column, Figure, Line

COLUMNS = [
    Column("lost", "lost", None, {"zh": "离网", "en": "lost"}),
    Column("lost:voluntary", "lost", "voluntary", {"zh": "主动离网", "en": "voluntary"}),
]
LINES = [
    Line("", date(2026, month, 1), True, {"lost": Figure(8, 0), "lost:voluntary": Figure(8, 0)}, None)
    for month in (1, 2)
]


def draw(language, *, is_simulated=True):
    plot = Plot(
        "离网 <按月>", ReportMonthsDisplay(REPORTS["churn"], COLUMNS, LINES).to_svg(language=language)
    )
    table = PaperTable(("套餐", "离网"), [("畅享 <59> & 更多", "12")], note="只计已知者")
    parts = [
        PaperSection(title, level=1, lines=["一句话"], blocks=[Block([plot], [table])])
        for title in ("离网", "停机")
    ]
    return Document("报告 & 表", "全公司", "2026-03-01", language, parts, is_simulated)


def read(pdf):
    """The text of every page."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


@pytest.mark.parametrize(
    "language, known, number, mark",
    [
        ("zh", "数据截至 2026-03-01 之前", "第 2 页, 共 3 页", "模拟公司"),
        ("en", "As known before 2026-03-01", "Page 2 of 3", "Simulated company"),
    ],
)
def test_every_page_tells_its_day_its_number_and_that_the_company_is_simulated(
    paper, caplog, language, known, number, mark
):
    pages = read(set_pdf(to_page(draw(language))))

    assert len(pages) == 3  # the title with the contents, and one for each part
    assert all(known in page and mark in page for page in pages)
    assert number in pages[1]
    assert "畅享 <59> & 更多" in pages[1]
    assert pages[2].startswith("停机")  # the part stands above its page
    assert not caplog.records  # nothing of the style was passed over


def test_a_real_company_has_no_mark(paper):
    pages = read(set_pdf(to_page(draw("zh", is_simulated=False))))

    assert not any("模拟" in page for page in pages)


def test_the_same_words_make_the_same_bytes(paper):
    assert set_pdf(to_page(draw("zh"))) == set_pdf(to_page(draw("zh")))


def test_drawings_are_lines_and_not_pixels(paper):
    pdf = pypdfium2.PdfDocument(set_pdf(to_page(draw("en"))))
    kinds = {part.type for page in pdf for part in page.get_objects(max_depth=6)}

    assert pypdfium2.raw.FPDF_PAGEOBJ_PATH in kinds
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds


def test_a_page_needs_nothing_from_outside():
    page = to_page(draw("zh"))

    assert "data:image/svg+xml" in page
    assert "http" not in page
    assert "url(" not in page


class Without(importlib.abc.MetaPathFinder):
    """A machine where importing weasyprint ends in an error."""

    def __init__(self, error):
        self.error = error

    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise self.error


@pytest.mark.parametrize(
    "error, way_out",
    [
        (ModuleNotFoundError("weasyprint"), r"pip install 'liuke\[pdf\]'"),
        (OSError("cannot load library 'libpango-1.0-0'"), "apt-get install libpango.*brew install pango"),
    ],
)
def test_what_is_missing_is_named_with_the_way_out(monkeypatch, error, way_out):
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Without(error), *sys.meta_path])

    with pytest.raises(PdfRefused, match=way_out):
        check_pdf(chinese=False)


def test_chinese_is_refused_where_no_font_has_it(paper, monkeypatch):
    monkeypatch.setattr("liuke.pipeline.paper.setting.find_chinese_font", lambda: None)

    with pytest.raises(PdfRefused, match="fonts-noto-cjk"):
        set_pdf(to_page(draw("en")))
