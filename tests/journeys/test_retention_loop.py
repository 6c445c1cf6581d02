"""The whole loop in a real browser, on a simulated company whose true effect is known.

An analyst makes a campaign, supervisors dispatch it, two agents race for its tasks and record what
customers answer by keyboard; the others are worked through the same services. The company lives a
month, a cycle runs, and the effect page shows an interval. It covers the truth.
"""

import os
import re
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from liuke.pipeline.workspace import open_workspace
from liuke.world.responses import respond
from tests.journeys.browser import Desk, chromium
from tests.journeys.commands import liuke, liuke_json, run_module, serve

pytestmark = [pytest.mark.journey, pytest.mark.slow]

CUSTOMERS, MONTHS, SEED = 2000, 10, 7
DRAWN_ON, READ_ON = date(2026, 11, 1), date(2026, 12, 1)
RACES = 3
REGIONS = ("R1", "R2", "R3")
OUTCOME_KEYS = {
    "reached_kept": "1",
    "reached_refused": "2",
    "reached_lost": "3",
    "callback": "4",
    "unreachable": "5",
}
FEEDBACK_KEYS = {
    "network": "n",
    "unaware": "u",
    "price": "p",
    "competitor": "c",
    "brand_swap": "b",
    "plan_swap": "l",
    "dealer": "d",
    "service": "s",
    "other": "o",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A workspace with a simulated company, cycled once; on the database the suite runs on."""
    folder = tmp_path_factory.mktemp("journey") / "company"
    liuke(
        *("init", "telecom", str(folder), "--sample", "world", "--lang", "en"),
        *("--customers", str(CUSTOMERS), "--months", str(MONTHS), "--seed", str(SEED)),
    )
    hurry(folder)
    with database_of_its_own() as address:
        settings = folder / "liuke.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(re.sub(r'database = ".*"', f'database = "{address}"', text), encoding="utf-8")
        liuke("cycle", "-w", str(folder))
        yield folder


def hurry(folder: Path) -> None:
    """Learn from fewer months and explain fewer customers: the journey is about people."""
    churn = folder / "churn.toml"
    text = churn.read_text(encoding="utf-8")
    text, months = re.subn(r"as_of_dates = \d+", "as_of_dates = 4", text)
    text, listed = re.subn(r"explained = \d+", "explained = 100", text)
    assert months == listed == 1
    churn.write_text(text, encoding="utf-8")


@contextmanager
def database_of_its_own():
    """SQLite in the workspace, or a fresh database beside the one that this suite tests with."""
    if os.environ.get("LIUKE_TEST_DATABASE") != "postgresql":
        yield "sqlite"
        return
    import psycopg

    server = open_workspace(Path(os.environ["LIUKE_WORKSPACE"])).database
    name = f"journey_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def journey(company):
    """The journey up to the effect page; every test below looks at one of its stations."""
    with chromium() as browser, serve(company) as address:
        told = SimpleNamespace(company=company)
        analyst = enter(browser, address, "qian", add_user(company, "qian", role="analyst"))
        plan_campaign(analyst, told)
        heads = add_users(company, *(f"head{region}:region_supervisor:{region}" for region in REGIONS))
        for username, password in heads.items():
            dispatch_campaign(enter(browser, address, username, password), told)
        # Agents come after the dispatch: all of R1 waits in the queue, and two want the same task.
        agents = ("li:agent:R1", "wang:agent:R1", "agentR2:agent:R2", "agentR3:agent:R3")
        passwords = add_users(company, *agents)
        li = enter(browser, address, "li", passwords["li"])
        wang = enter(browser, address, "wang", passwords["wang"], width=390)
        told.races = [race(li, wang, company) for _ in range(RACES)]
        told.work = run_module(
            "tests.journeys.remaining_work", "li", "wang", "agentR2", "agentR3", workspace=company
        )
        liuke("world", "step", "-w", str(company))
        liuke("cycle", "-w", str(company))
        read_effect(analyst, told)
        yield told


def add_user(company, username, *, role):
    return liuke_json("user", "add", username, "--role", role, "-w", str(company))["one_time_password"]


def add_users(company, *people):
    """Everybody's one-time password; one process, for a command each would take longer than the browser."""
    return run_module("tests.journeys.newcomers", *people, workspace=company)


def enter(browser, address, username, one_time_password, *, width=1440):
    desk = Desk(browser, address, width=width)
    desk.sign_in_first_time(username, one_time_password)
    desk.check()
    assert "Simulated company" in desk.page.inner_text("body")
    return desk


def plan_campaign(analyst, told):
    """Filters, preview, save; half of the chosen are held out, so that a month is enough to see something."""
    page = analyst.page
    analyst.open("/campaigns/")
    analyst.key("n")
    page.fill("[name=title]", "Autumn keep")
    page.fill("[name=min_p_leave]", "0")
    page.fill("[name=hold_out_percent]", "50")
    page.fill("[name=budget_yuan]", "100000")
    with page.expect_navigation():
        page.click("button[value=preview]")
    analyst.check()
    told.previewed = int(analyst.figure("treated")), int(analyst.figure("held_out"))
    with page.expect_navigation():
        page.click("button[value=save]")
    analyst.check()
    told.campaign = re.search(r"/campaigns/\d+/", page.url)[0]
    told.saved = int(analyst.figure("tasks")), int(analyst.figure("held_out"))


def dispatch_campaign(supervisor, told):
    supervisor.open(told.campaign)
    supervisor.key("d")
    supervisor.check()
    assert "dispatched" in supervisor.page.inner_text("#messages")


def race(li, wang, company):
    """Both press "next task" in the same instant; each works the task they got, by keyboard alone."""
    desks = (li, wang)
    for desk in desks:
        desk.open("/tasks/")
    at = time.time() * 1000 + 1500
    for desk in desks:
        desk.page.evaluate(
            "at => setTimeout(() => document.querySelector('#next-task').click(), at - Date.now())", at
        )
    for desk in desks:
        desk.page.wait_for_url(re.compile(r"/tasks/\d+/$"))
    return [record_by_keyboard(desk, company) for desk in desks]


def record_by_keyboard(desk, company):
    """The customer's own answer in a few keys; the task that opens next is put back for the next race."""
    page = desk.page
    task = re.search(r"/tasks/(\d+)/$", page.url)[1]
    customer_id = re.search(r"K\d{7,}", page.inner_text(".page-sub"))[0]
    answer = respond(company / "world", customer_id, policy_of(page), datetime(2026, 11, 1, 10))
    page.keyboard.press(OUTCOME_KEYS[answer.outcome])
    if answer.outcome == "callback":
        page.fill("[name=callback_on]", "2026-11-02")
    if answer.outcome in ("reached_refused", "reached_lost"):
        page.keyboard.press(FEEDBACK_KEYS[answer.feedback])
        if answer.feedback == "competitor":
            page.keyboard.type("another operator")
    page.fill("[name=note]", "as told on the phone")
    desk.check()
    desk.key("Control+Enter")
    assert "Recorded for" in page.inner_text("#messages")
    assert f"/tasks/{task}/" not in page.url
    desk.key("r")
    desk.check()
    return SimpleNamespace(task=task, outcome=answer.outcome)


def policy_of(page) -> str:
    return page.get_attribute("[data-policy]", "data-policy")


def read_effect(analyst, told):
    analyst.open(f"{told.campaign}effect/")
    analyst.check()
    figure = analyst.page.locator("[data-figure=difference]")
    told.interval = float(figure.get_attribute("data-low")), float(figure.get_attribute("data-high"))
    told.verdict = analyst.page.get_attribute("[data-verdict]", "data-verdict")
    told.words = analyst.page.inner_text("main")
    told.counts = {name: int(analyst.figure(name)) for name in ("kept", "lost", "unreachable")}


def test_what_was_previewed_was_saved(journey):
    assert journey.saved == journey.previewed
    assert (len(journey.work["treated"]), len(journey.work["held_out"])) == journey.saved


def test_no_task_went_to_two_agents(journey):
    taken = [record.task for records in journey.races for record in records]

    assert len(taken) == len(set(taken)) == 2 * RACES


def test_nobody_held_out_was_contacted(journey):
    assert not set(journey.work["held_out"]) & set(journey.work["touched"])
    assert set(journey.work["touched"]) == set(journey.work["treated"])


def test_the_effect_page_counts_what_was_recorded(journey):
    results = Counter(journey.work["results"])

    assert journey.counts["kept"] == results["KEPT"]
    assert journey.counts["lost"] == results["LOST"]
    assert journey.counts["unreachable"] == Counter(journey.work["reasons"])["unreachable"]
    assert "passed" in journey.words  # the sample ratio


def test_the_interval_covers_the_known_effect(journey):
    from liuke.world.truth import known_effect

    truth = known_effect(
        journey.company / "world",
        journey.work["reached"],
        DRAWN_ON,
        READ_ON,
        among=journey.work["treated"],
    )
    low, high = journey.interval

    assert truth.difference < 0, "the offers really keep customers"
    assert low <= truth.difference <= high, (low, truth.difference, high)
    assert high - low < 0.5, "an interval that holds everything tells nothing"
    assert journey.verdict in ("fewer_left", "not_clear")
