"""A cycle's results are put before people whole: they see the old ones or the new ones, never a mix."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.chains import find_breaks
from liuke_desk.audit.models import Entry
from liuke_desk.customers import selectors
from liuke_desk.customers.bulk import write_in_turns
from liuke_desk.customers.models import Profile, Publication, Summary
from liuke_desk.people.models import Unit
from tests.web.company import AS_OF, CUSTOMERS, UNITS, draw_customer, publish

LATER = date(2026, 4, 30)


def seen():
    """What a reader at headquarters sees now: the day and the customers."""
    publication = selectors.get_current_publication()
    if publication is None:
        return None, []
    with scope(unit=None):
        ids = (
            selectors.list_profiles(publication).order_by("customer_id").values_list("customer_id", flat=True)
        )
        return publication.as_of, list(ids)


@pytest.mark.django_db
def test_customers_are_ranked_by_expected_loss_and_the_unknown_is_not_ranked():
    publication = publish()

    with scope(unit=None):
        ranks = dict(Profile.objects.values_list("customer_id", "warning_rank"))
    assert ranks == {"ann": 1, "zoe": 2, "dee": 3, "bob": 4, "una": 5, "cid": None}
    assert (publication.customers, publication.warned) == (6, 5)


@pytest.mark.django_db
def test_the_likeliest_way_of_leaving_is_named():
    publish()

    with scope(unit=None):
        kinds = dict(Profile.objects.values_list("customer_id", "leave_kind"))
    assert (kinds["ann"], kinds["dee"], kinds["cid"]) == ("voluntary", "dormant", "")


ODD = "a\tb\\c\nd\r\"e'\\N %s"


@pytest.mark.django_db
def test_values_reach_the_database_as_they_are():
    """Whatever a text holds that the way into the database has a meaning for; unknown stays unknown."""
    told = {
        "card": {"address": ODD, "points": 7},
        "reasons": [],
        "latest_contact_on": AS_OF,
        "tier_rank": None,
    }
    publish(rows=[draw_customer("ann", loss_fen=9, name=ODD, plan="\\N", p_1m=1e-9, **told)])

    with scope(unit=None):
        ann = Profile.objects.get()
    assert (ann.name, ann.plan, ann.card) == (ODD, "\\N", told["card"])
    assert (ann.opened_on, ann.latest_contact_on) == (date(2020, 1, 2), AS_OF)
    assert (ann.p_1m, ann.p_ahead, ann.tier_rank, ann.phone_end) == (1e-9, 0.25, None, "1234")
    assert (ann.do_not_disturb, ann.manager_id, ann.reasons) == (False, "", [])


@pytest.mark.django_db
def test_a_text_too_long_to_show_is_cut():
    publish(rows=[draw_customer("ann", loss_fen=9, plan="套" * 130)])

    with scope(unit=None):
        assert Profile.objects.get().plan == "套" * 120


@pytest.mark.django_db
def test_what_was_foretold_furthest_ahead_is_compared_by():
    short = draw_customer("ann", loss_fen=9, p_3m=None, p_2m=None)
    none = draw_customer("bob", loss_fen=None)

    publication = publish(rows=[short, none])

    with scope(unit=None):
        assert dict(Profile.objects.values_list("customer_id", "p_ahead")) == {"ann": 0.1, "bob": None}
    assert publication.horizon_months == 1


@pytest.mark.django_db
def test_customers_of_no_known_unit_have_a_unit_of_their_own():
    publish()

    with scope(unit=None):
        assert Profile.objects.get(customer_id="una").unit.name_en == "No unit"


@pytest.mark.django_db
def test_a_unit_adds_up_itself_and_all_below_it():
    publish()

    with scopes_disabled():
        sums = {
            (summary.unit_id, summary.tier): (summary.customers, summary.warned, summary.expected_loss_fen)
            for summary in Summary.objects.all()
        }
    assert sums == {
        ("R1", "important"): (1, 1, 900_00),
        ("R1", "small"): (3, 2, 1300_00),
        ("B1", "important"): (1, 1, 900_00),
        ("B1", "small"): (2, 1, 600_00),
        ("B2", "small"): (1, 1, 700_00),
        ("R2", "small"): (1, 1, 800_00),
        ("B9", "small"): (1, 1, 800_00),
        ("unassigned", "small"): (1, 1, 500_00),
    }


@pytest.mark.django_db
def test_readers_see_the_old_results_until_all_of_the_new_ones_stand():
    publish(rows=[draw_customer("ann", loss_fen=1)])
    while_writing = []

    def rows():
        for row in CUSTOMERS:
            while_writing.append(seen())
            yield row

    publish(rows=rows(), as_of=LATER, size=1)

    assert set(map(str, while_writing)) == {str((AS_OF, ["ann"]))}
    assert seen() == (LATER, ["ann", "bob", "cid", "dee", "una", "zoe"])


@pytest.mark.django_db
def test_a_request_that_began_before_the_switch_ends_with_the_old_results():
    before = publish(rows=[draw_customer("ann", loss_fen=1)])
    publish(as_of=LATER)

    with scope(unit=None):
        assert selectors.list_profiles(before).count() == 1


@pytest.mark.django_db
def test_only_the_last_two_publications_are_kept():
    for month in (1, 2, 3):
        publish(as_of=date(2026, month, 1))

    assert list(Publication.objects.order_by("pk").values_list("as_of", flat=True)) == [
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]


@pytest.mark.django_db
def test_a_publication_that_breaks_off_is_not_seen_and_goes_with_the_next_one():
    publish(rows=[draw_customer("ann", loss_fen=1)])

    def rows():
        yield draw_customer("new", loss_fen=9)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        publish(rows=rows(), as_of=LATER, size=1)

    assert seen() == (AS_OF, ["ann"])
    assert Publication.objects.filter(is_whole=False).count() == 1
    publish(rows=[draw_customer("zoe", loss_fen=1)], as_of=LATER)
    assert seen() == (LATER, ["zoe"])
    assert Publication.objects.filter(is_whole=False).count() == 0


@pytest.mark.django_db
def test_the_unit_tree_follows_the_company():
    publish()
    moved = [
        unit | {"parent_id": "R2"} if unit["unit_id"] == "B2" else unit
        for unit in UNITS
        if unit["unit_id"] != "B1"
    ]

    publish(units=moved)

    assert Unit.objects.get(pk="B2").path == "/R2/B2/"
    assert not Unit.objects.get(pk="B1").is_current  # kept for the users who belong to it
    with scope(unit=None):
        at_b1 = Profile.objects.filter(publication=selectors.get_current_publication(), unit="B1")
        assert not at_b1.exists()


@pytest.mark.django_db
def test_units_in_a_circle_stand_alone():
    circle = [
        {"unit_id": "X", "name_zh": "甲", "level": "region", "parent_id": "Y"},
        {"unit_id": "Y", "name_zh": "乙", "level": "region", "parent_id": "X"},
        {"unit_id": "Z/1", "name_zh": "丙", "level": "branch", "parent_id": "X"},
    ]

    publish(units=circle, rows=[draw_customer("ann", loss_fen=1, unit_id="Z/1")])

    assert dict(Unit.objects.values_list("pk", "path")) == {
        "X": "/X/",
        "Y": "/Y/",
        "Z/1": "/Z%2F1/",
        "unassigned": "/unassigned/",
    }


@pytest.mark.django_db
def test_publishing_is_on_record():
    publish()

    entry = Entry.objects.get(verb="customers.publish")
    assert (entry.actor, entry.detail) == ("system", {"as_of": "2026-03-31", "customers": 6})
    assert list(find_breaks()) == []


PUBLISH_AGAIN = """
import django; django.setup()
from datetime import date
from tests.web.company import draw_customer, publish
from tests.web.test_publish import seen
print(*seen())
publish(rows=[draw_customer("zoe", loss_fen=1)], as_of=date(2026, 4, 30))
print(*seen())
"""


@pytest.fixture(scope="module")
def published_workspace(tmp_path_factory):
    """A workspace of its own with one publication, for processes that are killed."""
    folder = tmp_path_factory.mktemp("company")
    shutil.copy(Path(os.environ["LIUKE_WORKSPACE"], "liuke.toml"), folder)
    settings = (folder / "liuke.toml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in settings if not line.startswith("database")]
    (folder / "liuke.toml").write_text("\n".join(kept), encoding="utf-8")
    run(
        folder,
        "from django.core.management import call_command\n"
        "import django; django.setup(); call_command('migrate', verbosity=0)\n"
        "from tests.web.company import draw_customer, publish\n"
        "publish(rows=[draw_customer('ann', loss_fen=1)])",
    )
    return folder


def run(folder, code, *, fail_at=""):
    environment = {**os.environ, "LIUKE_WORKSPACE": str(folder), "LIUKE_FAIL_AT": fail_at}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "place, still_seen",
    [("publish.before_switch", "2026-03-31 ['ann']"), ("publish.after_switch", "2026-04-30 ['zoe']")],
)
def test_a_process_killed_while_publishing_leaves_one_whole_publication(
    published_workspace, tmp_path, place, still_seen
):
    folder = shutil.copytree(published_workspace, tmp_path / "company")

    killed = run(folder, PUBLISH_AGAIN, fail_at=place)
    again = run(folder, PUBLISH_AGAIN)

    assert killed.returncode == -signal.SIGKILL
    assert again.stdout.splitlines() == [still_seen, "2026-04-30 ['zoe']"], again.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("turn_s, transactions", [(0.0, 5), (3600.0, 1)])
def test_pieces_are_written_in_turns_that_others_wait_for(monkeypatch, turn_s, transactions):
    monkeypatch.setattr("liuke_desk.customers.bulk.TURN_S", turn_s)
    written = []

    with CaptureQueriesContext(connection) as asked:
        write_in_turns(range(5), written.append)

    assert written == [0, 1, 2, 3, 4]
    begun = [each for each in asked.captured_queries if each["sql"].startswith("SAVEPOINT")]
    assert len(begun) == transactions
