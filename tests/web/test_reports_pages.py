"""Reports: figures of the viewer's units, each a link to its customers, kept as a group, saved as a file."""

import csv
import html
import io
import re
from collections import Counter
from datetime import date

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.groups.models import Group
from liuke_desk.people.selectors import UNASSIGNED
from liuke_desk.reports.models import ReportCube, ReportFrame
from tests.web.company import UNITS, hire
from tests.web.report_company import REPORTED_ON, make_warehouse, publish_reports

pytestmark = pytest.mark.django_db

PLAIN_CELL = re.compile(r"<td(?![^>]*data-label=)[^>]*>")
LINK = re.compile(r'<a href="(/reports/customers/\?[^"]+)">([\d,.\u2212]+)</a>')


@pytest.fixture(scope="module")
def cycle(tmp_path_factory):
    return make_warehouse(tmp_path_factory.mktemp("reported") / "cycle")


@pytest.fixture
def publication(cycle, monkeypatch, db):
    return publish_reports(cycle, monkeypatch)


@pytest.fixture
def people(publication):
    people = hire()
    for person in people.values():
        person.language = "en"
        person.save()
    return people


def page_of(browser, name="report-home", **asked):
    return browser.get(reverse(name), asked).content.decode()


def figures(page):
    return dict(re.findall(r'data-figure="([^"]+)">([^<]*)<', page))


def names_in(page):
    return re.findall(r'<a class="customer" href="/customers/([^/"]+)/"', page)


def links_in(page):
    return [(html.unescape(address), text) for address, text in LINK.findall(page)]


@pytest.mark.parametrize(
    "who, unit, expected",
    [
        ("hu", "", {"opening": "5", "lost": "3", "net": "−3", "rate": "60.00%"}),
        ("qian", "R1", {"opening": "4", "lost": "2", "net": "−2", "rate": "50.00%"}),
        ("sun", "", {"opening": "4", "lost": "2", "net": "−2", "rate": "50.00%"}),
        ("sun", "B2", {"opening": "1", "lost": "1", "net": "−1", "rate": "100.00%"}),
    ],
)
def test_figures_are_those_of_the_units(browser_of, who, unit, expected):
    found = figures(page_of(browser_of(who), unit=unit))

    assert {name: found[name] for name in expected} == expected


def test_a_supervisor_asks_for_no_other_unit(browser_of):
    assert "Select a valid choice" in page_of(browser_of("sun"), unit="R2")


@pytest.mark.parametrize(
    "who, report, by",
    [
        ("hu", "churn", "unit"),
        ("sun", "churn", "unit"),
        ("sun", "churn", "plan"),
        ("hu", "churn", "value"),
        ("sun", "suspension", "brand"),
    ],
)
def test_every_number_opens_as_many_customers_as_it_says(browser_of, who, report, by):
    browser = browser_of(who)
    links = links_in(page_of(browser, report=report, by=by))
    told = {address: text for address, text in links if "figure=net" not in address}

    assert len(told) >= 8
    for address, text in told.items():
        assert len(names_in(browser.get(address).content.decode())) == int(text), address


def test_units_lead_down_and_what_is_in_none_of_them_is_told(browser_of):
    page = page_of(browser_of("sun"))

    assert "In no unit below" in page  # rex belongs to the region itself
    own = [
        address for address, _ in links_in(page) if "only=on" in address and "figure=lost&" in address + "&"
    ]
    assert names_in(browser_of("sun").get(own[0]).content.decode()) == ["rex"]
    assert "unit=R1" in page_of(browser_of("hu"))


def test_units_add_up_to_those_above_them(publication, cycle):
    names = ("unit_id", "measure", "month", "kind", "count")
    with scope(unit=None):
        cells = [tuple(cell[name] for name in names) for cell in list_all(names)]
    count = {cell[:-1]: cell[-1] for cell in cells}
    rows = cycle.engine.to_arrow(cycle.table("report_customers", as_of=REPORTED_ON)).to_pylist()
    own = Counter()
    for row in rows:
        own[row["unit_id"], row["measure"], row["month"], row["kind"]] += row["weight"]

    for unit_id, *key in count:
        below = [unit["unit_id"] for unit in UNITS if unit["parent_id"] == unit_id]
        parts = sum(count.get((each, *key), 0) for each in below) + own[unit_id, *key]
        assert count[unit_id, *key] == (parts if unit_id != UNASSIGNED else own["", *key])


def list_all(names):
    of_cube = ("unit_id", "measure")
    for cube in ReportCube.objects.filter(dimension="all"):
        for cell in cube.cells:
            month = date.fromisoformat(cell["month"])
            told = cell | {name: getattr(cube, name) for name in of_cube} | {"month": month}
            yield {name: told[name] for name in names}


def test_customers_of_other_units_are_not_shown(browser_of):
    page = page_of(browser_of("sun"), "report-customers", report="churn", month="2026-03", figure="lost")

    assert sorted(names_in(page)) == ["dee", "rex"]


def test_expected_leavers_are_a_sum_with_a_range_and_their_list_has_probabilities(browser_of):
    page = page_of(browser_of("hu"), report="predicted")
    shown = figures(page)

    assert (shown["predicted:1m"], shown["predicted:3m"]) == ("0.4", "0.8")
    assert "95% between 0 to 2" in page
    behind = page_of(
        browser_of("hu"), "report-customers", report="predicted", month="2026-04", figure="predicted:3m"
    )
    assert names_in(behind) == ["ann", "cid"]
    assert "50.0%" in behind


def test_money_is_the_monthly_margin_then(browser_of):
    page = page_of(browser_of("hu"), show="value")

    assert figures(page)["lost"] == "63"  # 45 of zoe, 18 of rex; dee's is not known
    assert figures(page)["net"] == "–"


def test_on_a_phone_every_figure_stands_with_what_it_is(browser_of):
    page = page_of(browser_of("hu"), report="suspension")
    labels = re.findall(r'<td class="num[^"]*" data-label="([^"]+)"', page)
    cards = page.count('<th scope="row" class="stack-head">')

    assert PLAIN_CELL.findall(page) == []
    assert cards > 1
    assert labels.count("Suspended at the end") == labels.count("Suspended anew") == cards


@pytest.mark.parametrize(
    "report, says",
    [
        ("diversion", "the table statuses tells of no diversion"),
        ("shares", "re-entries were not searched"),
    ],
)
def test_a_report_that_cannot_be_made_says_what_is_missing(browser_of, report, says):
    assert says in page_of(browser_of("hu"), report=report)


def test_customers_behind_a_number_are_kept_as_a_group(browser_of, people):
    asked = {"report": "churn", "month": "2026-03", "figure": "lost", "by": "unit", "name": "Lost in March"}

    answer = browser_of("sun").post(reverse("report-customers-keep"), asked)

    with scopes_disabled():
        group = Group.objects.get(name="Lost in March")
        assert answer.url == reverse("group-detail", args=[group.pk])
        assert sorted(group.members.values_list("customer_id", flat=True)) == ["dee", "rex"]
    assert group.words_en == "Churn 2026-03 · lost"
    assert group.words_zh == "离网 2026-03 · 离网"


def test_the_group_has_a_name_from_the_start(browser_of):
    page = page_of(
        browser_of("hu"),
        "report-customers",
        report="churn",
        month="2026-03",
        figure="lost:voluntary",
        by="plan",
        member="A99",
    )

    assert 'value="Churn 2026-03 · lost: voluntary · plan: A99"' in page


@pytest.mark.parametrize(
    "asked",
    [
        {"figure": "profit"},
        {"figure": "suspended"},  # of another report
        {"figure": "lost", "month": "2020-01"},
        {"figure": "lost", "by": "colour"},
    ],
)
def test_a_figure_that_is_not_there_is_refused(browser_of, asked):
    asked = {"report": "churn", "month": "2026-03", **asked}

    assert names_in(page_of(browser_of("hu"), "report-customers", **asked)) == []
    assert browser_of("hu").post(reverse("report-customers-keep"), {**asked, "name": "x"}).status_code == 400


def test_a_report_is_saved_as_a_file_in_which_text_is_no_formula(browser_of):
    answer = browser_of("hu").get(reverse("report-export"), {"report": "churn", "by": "plan"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert answer["Content-Disposition"] == 'attachment; filename="churn-2026-04-01.csv"'
    assert rows[0][:4] == ["Month", "Member", "with us at the start", "with us at the start · Monthly margin"]
    assert {row[1] for row in rows[1:]} == {"All", "A99", "'=1+1"}
    march = next(row for row in rows if row[:2] == ["2026-03", "All"])
    assert float(march[2]) == 5


def test_before_a_cycle_has_made_reports_the_page_says_so(publication, browser_of):
    with scopes_disabled():
        ReportFrame.objects.all().delete()

    assert "This cycle made no reports" in page_of(browser_of("hu"))
    assert browser_of("hu").get(reverse("report-export")).status_code == 400


def test_pages_ask_the_database_a_fixed_number_of_times(browser_of, django_assert_max_num_queries):
    browser = browser_of("sun")
    for by in ("unit", "plan", "tenure"):
        with django_assert_max_num_queries(14):
            page_of(browser, by=by)
    with django_assert_max_num_queries(14):
        page_of(browser, "report-customers", report="churn", month="2026-03", figure="lost")


def test_bands_and_dealers_have_their_words(browser_of, people):
    people["hu"].language = "zh-hans"
    people["hu"].save()
    browser = browser_of("hu")

    assert "1至2年" in page_of(browser, by="tenure")
    assert "东门代理点" in page_of(browser, by="dealer")
    assert "离网率" in page_of(browser)


def test_another_cycle_takes_the_place_of_all_figures(publication, cycle, monkeypatch, people):
    again = publish_reports(cycle, monkeypatch)

    with scope(unit=None):
        kept = set(ReportCube.objects.values_list("publication", flat=True))
    assert again.pk in kept
    assert len(kept) <= 2
