"""The written card: the same sections in both languages, figures in their place, nothing from outside."""

import base64
import html
import html.parser
from datetime import date

import pytest

from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Words
from liuke.pipeline.paper.cards import card_document
from liuke.pipeline.paper.page import to_page
from liuke.pipeline.training import train
from liuke.predict.card_customers import missing
from liuke.predict.card_report import write_report
from liuke.predict.card_sections import TITLES, Figure, write_sections
from liuke.predict.challenger import Challenger
from liuke.predict.champion import challenge
from liuke.predict.training_card import card_of_challenge
from liuke.store import Engine
from tests.unit.predict.companies import TELECOM, MadeUp, inputs_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TITLE = Words(zh="图 <一>", en="Plot <one>")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    learned = {"as_of_dates": 2, "minimum_customers": 100, "minimum_leavers": 5}
    training = TELECOM.training.model_copy(update=learned)
    definition = TELECOM.model_copy(update={"horizons": (1,), "training": training})
    asked = inputs_of(
        MadeUp(customers=300),
        Engine(threads=1),
        definition=definition,
        model_folder=tmp_path_factory.mktemp("models"),
    )
    return asked, challenge(asked)


@pytest.fixture(scope="module")
def card(trained):
    return card_of_challenge(*trained)


def test_the_card_holds_everything_that_is_promised_of_it(card, trained):
    keys = {section.key for section in write_sections(card, "en")}

    assert isinstance(trained[1].challenger, Challenger)
    of_customers = {"survival", "value", "reasons"}  # told where there is a workspace with a list
    assert keys == set(TITLES) - {"comparison", "kinds"} - of_customers  # no champion before, one horizon
    assert card["in_force"]["champion"]["why"] == "no_champion"
    assert card["backtest"]["horizons"]["1m"]["ece_if_perfect"] > 0
    assert {"as_learned", "if_corrected", "used"} <= set(card["backtest"]["correction"])


def test_where_there_is_no_list_the_card_says_so(card):
    told = card | {"customers": {key: missing("no_list") for key in ("survival", "value", "reasons")}}
    sections = {section.key: section for section in write_sections(told, "zh")}

    for key in ("survival", "value", "reasons"):
        assert sections[key].lines == ("尚无预警名单, 请先运行 liuke cycle。",)
        assert sections[key].tables == ()


def test_both_languages_say_the_same_things(card):
    zh, en = (write_sections(card, language) for language in ("zh", "en"))

    assert [section.key for section in zh] == [section.key for section in en]
    assert [len(section.tables) for section in zh] == [len(section.tables) for section in en]
    assert all(a.title != b.title for a, b in zip(zh, en, strict=True))


class Page(html.parser.HTMLParser):
    """Every tag with an address, and what is open at the end."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_figure_is_part_of_the_page_and_a_file_beside_markdown(card, tmp_path):
    figures = [Figure("calibration", TITLE, PNG), Figure("measures", TITLE, PNG, "zh")]

    files = write_report(tmp_path, card, figures)

    assert {file.name for file in files} == {place.name for place in tmp_path.iterdir()}
    pages = {
        language: Page((tmp_path / f"model-card.{language}.html").read_text()) for language in ("zh", "en")
    }
    assert (len(pages["zh"].addresses), len(pages["en"].addresses)) == (2, 1)
    assert all(address.startswith("data:image/png") for address in pages["zh"].addresses)
    assert pages["en"].open == []
    assert "Plot &lt;one&gt;" in (tmp_path / "model-card.en.html").read_text()
    assert "](figure-1.png)" in (tmp_path / "model-card.en.md").read_text()
    assert "](figure-2.png)" not in (tmp_path / "model-card.en.md").read_text()
    assert (tmp_path / "figure-1.png").read_bytes() == PNG


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_paper_the_card_says_the_same(card, language):
    figures = [Figure("calibration", TITLE, PNG, svg=b"<svg/>"), Figure("measures", TITLE, PNG)]
    sections = write_sections(card, language, figures)
    page = to_page(card_document(card, language, figures, is_simulated=False))

    for section in sections:
        assert f">{html_of(section.title)}<" in page
        cells = {cell for table in section.tables for row in (table.head, *table.rows) for cell in row}
        assert not [cell for cell in cells if f">{html_of(cell)}<" not in page]
        assert not [text for text in section.lines if html_of(text) not in page]
    assert page.count("data:image/svg+xml") == 1  # outlines where there are any
    assert page.count("data:image/png") == 1


def html_of(text):
    return html.escape(text)


def test_a_pdf_of_the_card_needs_a_folder():
    with pytest.raises(LiukeError, match="add --report DIR"):
        train(None, as_of=date(2026, 11, 1), pdf=True)
