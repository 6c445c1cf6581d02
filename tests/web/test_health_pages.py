"""The page of health: alarms on top, promise beside result, drift in any order, words in both languages."""

import re

import pytest
from django.test import Client

from liuke_desk.bridge import health as warehouse
from liuke_desk.customers.selectors import get_current_publication
from liuke_desk.health.models import HealthReport
from liuke_desk.health.selectors import find_report, list_findings, sort_drift
from liuke_desk.health.services import publish_health
from tests.web.company import AS_OF, hire, publish
from tests.web.health_company import BROKEN, KEPT, draw_promise_alone, draw_silence, make_health

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return make_health(tmp_path_factory.mktemp("health"))


@pytest.fixture
def served(workspace, monkeypatch):
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: workspace)
    publish()
    publication = get_current_publication()
    publish_health(publication=publication, content=warehouse.read_health(AS_OF))
    return publication


def sign_in(who="qian", *, language="en", people=None):
    user = (people or hire())[who]
    user.language = language
    user.save()
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def page(address="/health/", *, who="qian", language="en", people=None):
    return sign_in(who, language=language, people=people).get(address)


def text_of(answer):
    plain = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", plain)


def test_the_alarm_stands_before_everything_else_and_says_what_to_do(served):
    shown = text_of(page())

    alarm = shown.index("Early warning does not keep its promise.")
    assert alarm < shown.index("What came of earlier lists") < shown.index("Drift of inputs")
    assert f"alarm: list of {BROKEN}, 1 m, AUC (ranking)" in shown
    assert "look at drift, then train again" in shown


def test_it_speaks_chinese(served):
    shown = text_of(page(language="zh-hans"))

    for words in (
        "预警没有达到承诺",
        "早先名单的实际结果",
        "承诺区间",
        "期望最大利润",
        "最优接触比例",
        "月消费",
    ):
        assert words in shown


def test_every_judged_measure_has_its_band_and_the_lists_stand_latest_first(served):
    body = page().content.decode()
    table = body[body.index('id="judged-title"') : body.index('id="measures-title"')]

    assert table.index(BROKEN.isoformat()) < table.index(KEPT.isoformat())
    assert table.count("<tr>") == 1 + 2 * 3
    assert "left alone" in table
    assert "240" in table


def test_the_profit_never_stands_without_the_share_contacted(served):
    shown = text_of(page())

    assert "expected maximum profit per customer" in shown
    assert "share contacted at that profit" in shown
    assert "contacts almost nobody: read it with the share contacted" in shown


def test_drift_stands_gravest_first_and_in_the_order_asked_for(served):
    report = find_report(served)

    assert [row["column"] for row in sort_drift(report, "-finding", "en")][:2] == ["spend", "calls"]
    assert [row["label_en"] for row in sort_drift(report, "label", "en")] == [
        "calls",
        "novel",
        "p_1m",
        "spend",
    ]
    falling, rising = (sort_drift(report, sort, "en") for sort in ("-psi", "psi"))
    assert falling[0]["column"] == rising[-2]["column"] == "spend"
    assert falling[-1]["column"] == rising[-1]["column"] == "novel"  # the unknown come last either way


@pytest.mark.parametrize("asked", ["?sort=-ks", "?sort=nonsense", "?horizon=9m&sort=label", "?horizon=1m"])
def test_any_question_is_answered(served, asked):
    assert page(f"/health/{asked}").status_code == 200


def test_the_model_card_comes_as_a_file(served):
    answer = page("/health/model-card/")

    assert answer["Content-Disposition"].endswith(f'"model-card-{AS_OF}.json"')
    assert answer.json() == {"method": "rolling"}


@pytest.mark.parametrize("who, code", [("qian", 200), ("hu", 200), ("sun", 403), ("li", 403)])
def test_company_wide_figures_are_for_headquarters(served, who, code):
    people = hire()

    assert page(who=who, people=people).status_code == code
    assert page("/health/model-card/", who=who, people=people).status_code == code


def test_the_page_asks_the_database_few_questions(served, django_assert_max_num_queries):
    browser = sign_in()
    browser.get("/health/")

    with django_assert_max_num_queries(10):
        browser.get("/health/")


def test_a_company_with_its_first_list_is_told_why_nothing_is_judged(tmp_path, monkeypatch):
    first = make_health(tmp_path / "first", health=draw_silence(), card=False)
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: first)
    publish()
    publish_health(publication=get_current_publication(), content=warehouse.read_health(AS_OF))

    shown = text_of(page())

    assert "This is the first list" in shown
    assert "Model card" not in shown
    assert list_findings(find_report(get_current_publication()), "alarm") == []


def test_a_first_list_shows_what_its_backtest_promised(tmp_path, monkeypatch):
    first = make_health(tmp_path / "promise", health=draw_promise_alone())
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: first)
    publish()
    publish_health(publication=get_current_publication(), content=warehouse.read_health(AS_OF))

    answer = page()

    assert answer.status_code == 200
    assert "backtest on 2025-11-30" in text_of(answer)
    assert [row["live"]["value"] for row in answer.context["table"]] == [None] * len(answer.context["table"])
    assert answer.context["table"]


def test_before_any_cycle_judged_anything_the_page_says_so(tmp_path, monkeypatch):
    empty = make_health(tmp_path / "empty", card=False)
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: empty)
    publish()
    publish_health(publication=get_current_publication(), content=None)

    assert "Nothing has been judged yet" in text_of(page())
    assert not HealthReport.objects.exists()


def test_a_cycle_without_the_table_leaves_no_report(workspace, monkeypatch):
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: workspace)

    assert warehouse.read_health(KEPT) is None


def test_publishing_again_replaces_the_report(served):
    publish_health(publication=served, content=warehouse.read_health(AS_OF))

    assert HealthReport.objects.filter(publication=served).count() == 1
