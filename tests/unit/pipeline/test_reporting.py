"""`liuke report` on a simulated company: every leaving is told, totals add up, refusals name the way out."""

from collections import Counter
from datetime import date

import pyarrow as pa
import pytest
from pypdfium2 import PdfDocument

from liuke.pipeline.paper.reports import PaperAsked, report_document
from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.reports import reports
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import open_workspace
from liuke.predict.churn import load_churn
from liuke.predict.leavings import find_leavings

AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="module")
def telecom(tmp_path_factory, liuke):
    """A simulated company with its leavings, nobody warned of, and the reports of the day."""
    folder = tmp_path_factory.mktemp("reported") / "telecom"
    made = liuke(
        *("init", "telecom", folder, "--sample", "world", "--lang", "en"),
        *("--customers", 600, "--months", 8, "--seed", 3),
    )
    assert made.code == 0, made.err
    assert liuke("ingest", "-w", folder).code == 0
    workspace = open_workspace(folder)
    with workspace.warehouse.lock(doing="a test"):
        run = Run(workspace, as_of=AS_OF, progress=lambda doing: None, desk=None)
        run.store("warn", "a test", {"warnings": RESULTS["warnings"].empty_table(), "leavings": left(run)})
        reports(run)
        assert reports(run).was_current
    return folder


def left(run):
    definition = load_churn(run.workspace.root / "churn.toml")
    found = run.workspace.engine.to_arrow(find_leavings(run.canonical(), definition, known_by=AS_OF))
    schema = RESULTS["leavings"]
    rows = [{name: row.get(name) for name in schema.names} | {"as_of": AS_OF} for row in found.to_pylist()]
    return pa.Table.from_pylist(rows, schema=schema)


@pytest.fixture(scope="module")
def report(telecom, liuke):
    def ask(name, *words):
        told = liuke("report", name, "-w", telecom, "--json", *words)
        assert told.code == 0, told.out + told.err
        return told.document

    return ask


def test_lost_and_settled_are_the_leavings(telecom, report):
    workspace = open_workspace(telecom)
    stored = workspace.engine.to_arrow(workspace.table("leavings", as_of=AS_OF))
    leavings = Counter(at.strftime("%Y-%m-01") for at in stored["left_at"].to_pylist())
    told = {
        line["month"]: line["figures"]["lost"]["count"] + line["figures"]["settled"]["count"]
        for line in report("churn")["lines"]
    }

    assert sum(leavings.values()) > 50
    assert {month: leavings[month] for month in told} == told
    assert set(leavings) <= set(told)


def test_each_month_ends_as_the_next_begins(report):
    lines = report("churn")["lines"]
    ended = [line["figures"]["opening"]["count"] + line["figures"]["net"]["count"] for line in lines]

    assert ended[:-1] == [line["figures"]["opening"]["count"] for line in lines[1:]]


@pytest.mark.parametrize("by", ["region", "branch", "plan", "tenure", "value", "dealer"])
def test_members_add_up_to_the_month(report, by):
    month = next(line for line in report("churn")["lines"] if line["month"] == "2026-10-01")
    members = report("churn", "--by", by, "--month", "2026-10")["lines"]

    for name, figure in month["figures"].items():
        assert sum(line["figures"][name]["count"] for line in members) == figure["count"], name


def test_a_unit_is_told_with_all_below_it(report):
    regions = report("churn", "--by", "region", "--month", "2026-10")["lines"]
    whole = {line["member"]: line["figures"]["opening"]["count"] for line in regions}
    unit = report("churn", "--unit", "R1")["lines"][-1]

    assert unit["figures"]["opening"]["count"] == whole["R1"]


def test_changes_are_those_of_the_month_before(report):
    lines = report("churn")["lines"]

    assert lines[0]["figures"]["lost"]["before"] is None  # nothing is told of the month before
    assert [line["figures"]["lost"]["before"] for line in lines[1:]] == [
        line["figures"]["lost"]["count"] for line in lines[:-1]
    ]


@pytest.mark.parametrize("name, code", [("predicted", "not_predicted"), ("shares", "not_searched")])
def test_what_is_missing_is_named(report, name, code):
    told = report(name)

    assert told["missing"]["code"] == code
    assert told["lines"] == []


@pytest.mark.parametrize(
    "words, says",
    [
        (("chrun",), "did you mean 'churn'"),
        (("churn", "--by", "regoin"), "did you mean 'region'"),
        (("churn", "--month", "2020-01"), "they tell of"),
        (("churn", "--month", "October"), "YYYY-MM"),
        (("churn", "--unit", "R99"), "There is no unit"),
        (("churn", "--as-of", "2020-01-01"), "No cycle has made reports"),
        (("all",), "add --pdf FILE"),
        (("overview", "--by", "plan"), "leave out --by"),
        (("overview",), "The list is empty"),
        (("overview", "--as-of", "2020-01-01"), "No cycle has made a list"),
        (("churn", "--pdf", "churn.html"), "must end in .pdf"),
    ],
)
def test_refusals_name_the_way_out(telecom, liuke, words, says):
    told = liuke("report", *words, "-w", telecom)

    assert told.code == 1
    assert says in told.err


def test_a_person_reads_a_table(telecom, liuke):
    told = liuke("report", "churn", "-w", telecom)

    assert "2026-10" in told.out
    assert "rate (95 %)" in told.out


def test_a_terminal_speaks_the_language_asked_for(telecom, liuke):
    told = liuke("report", "churn", "-w", telecom, "--lang", "zh")

    assert "离网率 (95%)" in told.out


def test_a_report_is_printed_with_a_page_for_every_dimension(telecom, liuke, report, tmp_path, paper):
    told = liuke("report", "churn", "-w", telecom, "--pdf", tmp_path / "churn.pdf", "--lang", "zh")
    assert told.code == 0, told.err
    pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(tmp_path / "churn.pdf")]
    text = "".join(pages)

    assert all("模拟公司" in page and "2026-11-01" in page for page in pages)
    assert all(f"按{by}" in text for by in ("月份", "品牌", "套餐", "在网时长", "月毛利", "区域", "网点"))
    for line in report("churn")["lines"]:
        rate = line["rate"]
        assert f"{line['month'][:7]} {line['figures']['opening']['count']:,.0f}" in pages[0]
        assert f"{rate['share']:.2%} ({rate['low']:.2%}–{rate['high']:.2%})" in pages[0]


def test_on_paper_too_a_report_names_what_is_missing(telecom, report):
    opened = open_workspace(telecom)
    drawn = report_document(opened, PaperAsked("predicted", AS_OF), "en")

    assert [section.lines for section in drawn.sections] == [[report("predicted")["missing"]["en"]]]


def test_one_dimension_is_printed_alone(telecom):
    opened = open_workspace(telecom)
    asked = PaperAsked("all", AS_OF, by="plan", unit="R1")
    drawn = report_document(opened, asked, "en")

    assert {section.title for section in drawn.sections} >= {"Churn", "Suspension", "By plan, 2026-10"}
    assert "By month" not in {section.title for section in drawn.sections}
    assert drawn.is_simulated
