"""Pages of tiers: the structure, the moves, who made one, the top list; each within the viewer's units."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from liuke_desk.bridge import tiers as warehouse
from liuke_desk.config.hooks import run_during_publish
from liuke_desk.customers import services
from liuke_desk.groups.models import Group
from liuke_desk.tiers.models import TierMove
from liuke_desk.tiers.moves import Span, count_moves, draw_matrix, list_moves
from liuke_desk.tiers.structure import read_structure, top_units
from tests.web.batches import pack
from tests.web.company import AS_OF, CUSTOMERS, NIGHT, SCHEMES, UNITS, draw_customer, hire
from tests.web.tier_company import BEFORE, make_warehouse

pytestmark = pytest.mark.django_db

SCHEME = SCHEMES[0]
LATEST = Span(BEFORE, AS_OF)
ROWS = [*CUSTOMERS, draw_customer("eve", loss_fen=None, unit_id="B2")]


@pytest.fixture(scope="module")
def cycles(tmp_path_factory):
    return make_warehouse(tmp_path_factory.mktemp("cycles"))


@pytest.fixture
def publication(cycles, monkeypatch, db):
    """Two cycles, the later one published."""
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: cycles)
    return services.publish(
        as_of=AS_OF,
        batches=pack(ROWS),
        units=UNITS,
        schemes=SCHEMES,
        simulated=False,
        at=NIGHT,
        before_switch=lambda publication: run_during_publish(publication, units=UNITS),
    )


@pytest.fixture
def people(publication):
    people = hire()
    for person in people.values():
        person.language = "en"
        person.save()
    return people


def page_of(browser, name, **asked):
    return browser.get(reverse(name), asked).content.decode()


def figures(page):
    return dict(re.findall(r'data-figure="(\w+)">([^<]*)<', page))


def names_in(page):
    return re.findall(r'<a class="customer" href="/customers/([^/"]+)/"', page)


# Structure


def read(publication, user):
    with scope(unit=None):
        return read_structure(publication, SCHEME, top_units(user))


def test_tiers_stand_best_first_with_shares_that_add_up(publication, people):
    structure = read(publication, people["hu"])

    lines = [(line.tier, line.customers, line.value_fen) for line in structure.rated]
    assert lines == [("important", 2, 195_000), ("small", 4, 18_000)]
    assert (structure.customers, structure.valued, structure.value_fen) == (6, 5, 213_000)
    assert sum(line.share for line in structure.rated) == pytest.approx(1)
    assert sum(line.value_share for line in structure.rated) == pytest.approx(1)
    assert [line.value_each_fen for line in structure.rated] == [97_500, 6_000]


def test_a_supervisor_sees_the_own_units(publication, people, browser_of):
    assert read(publication, people["sun"]).customers == 5

    assert figures(page_of(browser_of("sun"), "tier-structure"))["customers"] == "5"
    assert figures(page_of(browser_of("sun"), "tier-structure", unit="B2"))["customers"] == "2"
    assert "Select a valid choice" in page_of(browser_of("sun"), "tier-structure", unit="B9")


def test_a_tier_that_nobody_is_in_is_shown_and_the_unrated_stand_apart(publication, people):
    scheme = SCHEME | {"tiers": [*SCHEME["tiers"], {"tier": "unrated", "zh": "未评级", "en": "unrated"}]}
    with scope(unit=None):
        structure = read_structure(publication, scheme, ["R2"])

    assert [(line.tier, line.customers) for line in structure.rated] == [("important", 0), ("small", 1)]
    assert (structure.unrated.customers, structure.unrated.value_each_fen) == (0, None)


@pytest.mark.parametrize("name", ["tier-structure", "tier-moves", "tier-moved", "tier-top"])
def test_before_the_first_cycle_pages_say_so(db, browser_of, publication, name):
    with scopes_disabled():
        publication.delete()

    assert "Nothing has been published yet" in page_of(browser_of("hu"), name)


# Moves


def test_the_published_moves_are_those_of_the_warehouse(publication, people):
    """The last two cycles come from the publication, others from the warehouse: the same answer twice."""
    units = ["R1", "R2", "unassigned", "B1"]
    names = ("unit_id", "before", "after", "move", "customers", "value_fen")

    def read_moves():
        with scope(unit=None):
            rows = list_moves(publication, "pyramid", LATEST, units)
        return sorted(tuple(row[name] for name in names) for row in rows)

    published = read_moves()
    with scopes_disabled():
        TierMove.objects.all().delete()

    assert published == read_moves()
    assert len(published) == 10


def test_figures_of_a_unit(browser_of, people):
    whole = figures(page_of(browser_of("hu"), "tier-moves"))
    east = figures(page_of(browser_of("sun"), "tier-moves"))

    assert whole == {"up": "1", "down": "1", "stay": "2", "new": "2", "lost": "1"}
    assert east == {"up": "1", "down": "1", "stay": "2", "new": "1", "lost": "0"}


def test_the_matrix_is_best_first_with_the_new_below_and_the_lost_at_the_end(publication):
    with scope(unit=None):
        rows = list_moves(publication, "pyramid", LATEST, ["R1", "R2", "unassigned"])
    matrix = draw_matrix(rows, SCHEME)

    assert [tier for tier, _ in matrix.columns] == ["important", "small", ""]
    assert [line.tier for line in matrix.lines] == ["important", "small", ""]
    assert [[cell.customers for cell in line.cells] for line in matrix.lines] == [
        [1, 1, 0],
        [1, 1, 1],
        [0, 2, 0],
    ]
    assert (matrix.totals, [line.customers for line in matrix.lines]) == ([2, 4, 1], [2, 3, 2])
    diagonal = [(cell.before, cell.after) for line in matrix.lines for cell in line.cells if cell.is_stay]
    assert diagonal == [("important", "important"), ("small", "small")]


@pytest.mark.parametrize(
    "customers, whole, heat",
    [(0, 10, 0), (1, 1000, 1), (199, 1000, 1), (200, 1000, 2), (799, 1000, 4), (800, 1000, 5), (10, 10, 5)],
)
def test_heat_follows_the_share_of_those_who_were_in_the_tier(customers, whole, heat):
    rows = [
        {"before": "important", "after": "small", "customers": customers, "move": "down", "value_fen": 0},
        {"before": "important", "after": "", "customers": whole - customers, "move": "lost", "value_fen": 0},
    ]

    assert draw_matrix(rows, SCHEME).lines[0].cells[0].heat == heat


def test_counts_name_every_move():
    assert set(count_moves([])) == {"up", "down", "stay", "new", "lost"}


def test_units_below_the_chosen_one_are_listed(browser_of, people):
    page = page_of(browser_of("hu"), "tier-moves", unit="R1")

    assert "Hall one" in page.split("By unit")[1]
    assert "Hall nine" not in page.split("By unit")[1]


@pytest.mark.parametrize("since, until", [(AS_OF, BEFORE), (AS_OF, AS_OF), (date(2020, 1, 1), AS_OF)])
def test_days_that_cannot_be_compared_are_refused(browser_of, people, since, until):
    page = page_of(browser_of("hu"), "tier-moves", since=since.isoformat(), until=until.isoformat())

    assert "form-error" in page or "field-error" in page
    assert figures(page) == {}


# Who made a move


NEW = {"before": "", "after": "small"}


def test_a_cell_opens_its_customers_within_the_scope(browser_of, people):
    assert names_in(page_of(browser_of("hu"), "tier-moved", **NEW)) == ["eve", "zoe"]
    assert names_in(page_of(browser_of("sun"), "tier-moved", **NEW)) == ["eve"]
    assert names_in(page_of(browser_of("hu"), "tier-moved", unit="R2", **NEW)) == ["zoe"]


def test_a_cell_tells_the_move(browser_of, people):
    page = page_of(browser_of("hu"), "tier-moved", before="important", after="small")

    assert "2026-02-28 → 2026-03-31" in page
    assert names_in(page) == ["cid"]


def test_who_has_gone_to_another_unit_is_not_named(browser_of, people, publication):
    moved = [row | {"unit_id": "B9"} if row["customer_id"] == "cid" else row for row in ROWS]
    services.publish(
        as_of=AS_OF, batches=pack(moved), units=UNITS, schemes=SCHEMES, simulated=False, at=NIGHT
    )

    page = page_of(browser_of("sun"), "tier-moved", before="important", after="small")

    assert names_in(page) == []
    assert "cid" not in page
    assert "not in your units any more" in page


def test_a_cell_is_kept_as_a_group(browser_of, people):
    sent = {
        "name": "Newcomers",
        "scheme": "pyramid",
        "unit": "R1",
        "since": BEFORE.isoformat(),
        "until": AS_OF.isoformat(),
    } | NEW

    answer = browser_of("sun").post(reverse("tier-moved-keep"), sent)

    group = Group.objects.get()
    assert answer.url == reverse("group-detail", args=[group.pk])
    with scopes_disabled():
        assert list(group.members.values_list("customer_id", flat=True)) == ["eve"]
    assert group.words_en == "Value pyramid: not there → small, 2026-02-28 to 2026-03-31 · East"
    assert group.words_zh == "价值金字塔：不在册 → 小客户，2026-02-28 至 2026-03-31 · 东区"
    assert group.source["wanted"]["after"] == "small"


@pytest.mark.parametrize("change", [{"unit": "B9"}, {"name": ""}, {"extra": "1"}, {"since": "2020-01-01"}])
def test_a_move_with_mistakes_is_not_kept(browser_of, people, change):
    sent = {"name": "x", "scheme": "pyramid", "unit": ""} | NEW | change

    assert browser_of("sun").post(reverse("tier-moved-keep"), sent).status_code == 400
    assert not Group.objects.exists()


# The top list


def test_the_top_list_tells_who_overtook_whom_in_the_scope(browser_of, people):
    page = page_of(browser_of("sun"), "tier-top")

    assert names_in(page) == ["ann", "bob", "cid", "eve"]
    assert figures(page)["up"] == "2"
    row = page[page.index("/customers/ann/") :].split("</tr>")[0]
    assert "Cid" in row
    assert "zoe" not in page


def test_a_scheme_without_measure_has_no_top_list(browser_of, people, monkeypatch):
    monkeypatch.setattr(warehouse, "compare_top", lambda **asked: {"customers": [], "counts": {}})

    assert "measures no single thing" in page_of(browser_of("hu"), "tier-top")


# Speed


@pytest.mark.parametrize(
    "name, queries", [("tier-structure", 14), ("tier-moves", 18), ("tier-moved", 18), ("tier-top", 16)]
)
def test_pages_ask_the_database_a_few_times_only(
    browser_of, people, django_assert_max_num_queries, name, queries
):
    browser = browser_of("hu")

    with django_assert_max_num_queries(queries):
        assert browser.get(reverse(name), NEW if name == "tier-moved" else {}).status_code == 200
