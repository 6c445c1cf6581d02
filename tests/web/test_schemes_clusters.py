"""The page of a scheme of clusters says how they were found; base credit lines stand on scheme and card."""

import html
import re
from datetime import date

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse

from liuke.kernel.words import Words
from liuke.tier import fit_clusters, load
from liuke_desk.people.models import User
from tests.web.company import TIER, UNITS, draw_customer, hire, publish
from tests.web.retention import stop_clock
from tests.web.tiering import AS_OF, LIUKE_TOML, NOON, make_workspace

STARS = """\
name = "stars"
version = 1
kind = "threshold"
effective_from = 1970-01-01
words = { zh = "星级", en = "Stars" }
otherwise = { name = "none", words = { zh = "无星", en = "no star" }, color = "#595959" }

[measure]
column = "margin_12m_fen"
money = true
words = { zh = "价值", en = "value" }

[[tiers]]
name = "gold"
words = { zh = "金星", en = "gold star" }
color = "#d4af37"
at_least = 1000
base_credit_line = 200_000.50

[[tiers]]
name = "silver"
words = { zh = "银星", en = "silver star" }
color = "#8c8c8c"
at_least = 500
under = 1000
"""

pytestmark = pytest.mark.django_db


HEAPS_LATER = ((0.0, 0.0, 40), (40.0, 0.0, 30))  # one moved far, one is no more
HEAPS = ((0.0, 0.0, 40), (10.0, 0.0, 30), (0.0, 10.0, 20))


def draw_points(heaps=HEAPS):
    """Heaps of customers, each by its place and size."""
    rows = [(x + place % 5 / 10, y + place % 7 / 10) for x, y, size in heaps for place in range(size)]
    return pa.table(
        {
            "customer_id": [f"c{place:03d}" for place in range(len(rows))],
            "spend": [x for x, _ in rows],
            "calls": [y for _, y in rows],
        }
    )


CALLED = {"spend": Words(zh="消费", en="spend"), "calls": Words(zh="通话", en="calls")}


def fit(points, k_range, **wanted):
    return fit_clusters(points, CALLED, random_state=1, k_range=k_range, bootstraps=4, **wanted)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """Two versions of clusters and a scheme of stars, of which silver has no credit line."""
    made = make_workspace(tmp_path / "company", settings=LIUKE_TOML)
    first = fit(draw_points(), range(3, 6))
    second = fit(draw_points(HEAPS_LATER), [2], previous=first, effective_from=date(2026, 1, 1))
    for scheme in (first, second):
        scheme.write_scheme(made.root / "schemes" / f"clusters.v{scheme.version}.toml")
    (made.root / "schemes" / "stars.v1.toml").write_text(STARS, encoding="utf-8")
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: made)
    stop_clock(monkeypatch, NOON)
    publish(rows=[draw_customer("e00", loss_fen=1)], as_of=AS_OF, units=UNITS)
    hire()
    return made


def read(name, language="en", **asked):
    User.objects.update(language=language)
    browser = Client()
    browser.force_login(User.objects.get(username="sun"), backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.get(reverse("scheme-detail", kwargs={"name": name}), asked)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def part(page, ident):
    return re.sub(r"<[^>]+>", " ", page.split(f'id="{ident}"')[1].split("</section>")[0])


def test_sizes_descriptions_and_stability(workspace):
    scheme = load(workspace.root / "schemes" / "clusters.v1.toml")
    told = part(read("clusters", version=1), "clusters")

    assert sorted(cluster.size for cluster in scheme.clusters) == [20, 30, 40]
    for cluster in scheme.clusters:
        assert f"{cluster.size} " in told
        assert cluster.description.en in told
        assert f"{cluster.stability:.2f}" in told
    assert "found among 90 customers, 4 resamples" in told
    assert f"{40 / 90:.1%}" in told


@pytest.mark.parametrize(
    "stability, said",
    [(0.75, "stable"), (0.749, "doubtful"), (0.6, "doubtful"), (0.599, "not to be trusted")],
)
def test_what_a_stability_is_worth(stability, said):
    from django.utils.translation import override

    from liuke_desk.schemes.templatetags.schemes import stability_tag

    with override("en"):
        assert f">{said}<" in stability_tag(stability)


def test_the_number_of_clusters_that_was_chosen(workspace):
    page = read("clusters", version=1)
    rows = re.findall(r"<tr( class=\"is-shown\")?><th scope=\"row\">(\d)", page)

    assert [number for _, number in rows] == ["3", "4", "5"]
    assert [number for shown, number in rows if shown] == ["3"]


def test_how_a_refit_matched_the_version_before(workspace):
    fitted = load(workspace.root / "schemes" / "clusters.v2.toml").fit
    told = part(read("clusters", version=2), "matches-title")

    assert {match.kept for match in fitted.matches} == {True, False}
    for match in fitted.matches:
        assert re.search(
            rf"{match.name} +{match.previous} +{match.moved:.2f} +{match.few:.2f} +"
            + ("kept" if match.kept else "new"),
            told,
        ), match
    assert len(fitted.gone) == 2
    assert f"Names of that version that are no more: {', '.join(fitted.gone)}." in told
    assert "nothing to match" not in told


def test_the_first_fit_has_nothing_to_match(workspace):
    assert "nothing to match" in part(read("clusters", version=1), "matches-title")


def test_in_chinese(workspace):
    page = read("clusters", language="zh-hans", version=2)

    for words in ("由数据得出的分群", "客户分群", "稳定性", "与上一版本的对应", "沿用", "采用", "消费"):
        assert words in page, words


def test_other_kinds_tell_of_no_clusters(workspace):
    assert 'id="clusters"' not in read("stars")


def test_base_credit_lines_stand_by_their_tiers(workspace):
    page = read("stars")
    cells = re.findall(r'data-label="Base credit line">([^<]*)<', page)

    assert cells == ["200,000.50", "–", "–", "–"]  # gold, silver, no star, unrated
    assert "Base credit line" not in read("pyramid")


def test_the_card_names_the_line_where_there_is_one(workspace):
    rows = [
        draw_customer("e00", loss_fen=2, tiers=[TIER | {"base_credit_line_fen": 20_000_050}]),
        draw_customer("e01", loss_fen=1, tiers=[TIER | {"base_credit_line_fen": None}]),
        draw_customer("e02", loss_fen=0, tiers=[TIER]),  # published before there were lines
    ]
    publish(rows=rows, as_of=AS_OF, units=UNITS)
    browser = Client()
    browser.force_login(User.objects.get(username="sun"), backend="django.contrib.auth.backends.ModelBackend")

    pages = [
        browser.get(reverse("customer-card", args=[each["customer_id"]])).content.decode() for each in rows
    ]

    assert "基本信用额度：200,000.50 元" in pages[0]
    assert ["基本信用额度" in page for page in pages] == [True, False, False]
