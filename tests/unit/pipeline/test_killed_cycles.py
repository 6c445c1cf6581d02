"""A cycle killed at any named place is finished by running it again, to the same bytes."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from liuke.kernel.failpoints import FAILPOINTS

pytestmark = pytest.mark.slow

PLACES = [name for name in FAILPOINTS if name.startswith(("cycle.", "publish."))]


def run_cycle(folder, *, fail_at=""):
    command = [sys.executable, "-m", "liuke.pipeline.cli", "cycle", "-w", str(folder), "--json"]
    environment = os.environ | {"LIUKE_FAIL_AT": fail_at}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def publications(folder):
    """Whether each publication is in force and whole, and how many customers it has."""
    database = folder / "var" / "desk.sqlite3"
    if not database.exists():
        return []
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "select is_current, is_whole, customers, (select count(*) from customers_profile"
            " where publication_id = p.id) from customers_publication p where is_current order by id"
        )
        return rows.fetchall()


@pytest.fixture(scope="module")
def small_shop(shop, tmp_path_factory):
    from tests.unit.pipeline.conftest import keep_customers

    folder = tmp_path_factory.mktemp("killed") / "shop"
    shutil.copytree(shop, folder, ignore=shutil.ignore_patterns("var"))
    keep_customers(folder / "sources", below=700)
    return folder


@pytest.fixture(scope="module")
def undisturbed(small_shop, tmp_path_factory):
    """What a cycle leaves that nobody disturbed: the manifest's name and the publication in force."""
    folder = tmp_path_factory.mktemp("undisturbed") / "shop"
    shutil.copytree(small_shop, folder)
    done = run_cycle(folder)
    assert done.returncode == 0, done.stderr
    return (folder / "var" / "warehouse" / "CURRENT").read_text(), publications(folder)


def test_a_cycle_killed_at_every_place_in_turn_is_finished_by_running_it_again(
    small_shop, undisturbed, tmp_path
):
    folder = tmp_path / "shop"
    shutil.copytree(small_shop, folder)

    for place in PLACES:
        killed = run_cycle(folder, fail_at=place)
        assert killed.returncode == -signal.SIGKILL, (place, killed.stderr)
        assert publications(folder) == ([] if place != "publish.after_switch" else undisturbed[1]), place
    again = run_cycle(folder)

    assert again.returncode == 0, again.stderr
    assert ((folder / "var" / "warehouse" / "CURRENT").read_text(), publications(folder)) == undisturbed


@pytest.mark.parametrize("place", ["cycle.after_predict", "publish.before_switch"])
def test_a_cycle_killed_once_is_finished_by_running_it_again(small_shop, undisturbed, tmp_path, place):
    folder = tmp_path / "shop"
    shutil.copytree(small_shop, folder)

    killed = run_cycle(folder, fail_at=place)
    again = run_cycle(folder)

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    assert ((folder / "var" / "warehouse" / "CURRENT").read_text(), publications(folder)) == undisturbed
