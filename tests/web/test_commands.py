"""Commands of the workbench: what they do, what they print, and how they refuse."""

import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from liuke_desk.bridge.refusals import DeskRefused
from liuke_desk.config.secrets import read_secret
from liuke_desk.config.server import bind, name_hosts, say_address
from liuke_desk.config.settings.databases import SQLITE_OPTIONS, describe_database

LIUKE = str(Path(sys.executable).with_name("liuke"))


def run(*words):
    return subprocess.run([LIUKE, *words], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    (folder / "liuke.toml").write_text(
        'pack = "telecom"\nlanguage = "en"\nmargin_rate = 0.5\n', encoding="utf-8"
    )
    return folder


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.slow
@pytest.mark.own_database
def test_a_user_is_added_to_a_new_workbench_listed_and_can_sign_in(workspace):
    added = run("user", "add", "wu", "-w", str(workspace), "--role", "analyst", "--name", "Wu", "--json")
    again = run("user", "add", "wu", "-w", str(workspace), "--role", "analyst")
    listed = run("user", "list", "-w", str(workspace), "--json")

    told = json.loads(added.stdout)
    assert (told["username"], told["role"], len(told["one_time_password"])) == ("wu", "analyst", 16)
    assert (again.returncode, "'wu' cannot be added" in again.stderr) == (1, True)
    assert [row["username"] for row in json.loads(listed.stdout)] == ["wu"]
    assert told["one_time_password"] not in listed.stdout
    # Passwords, sessions and customers are for the owner's eyes.
    for name in ("desk.sqlite3", "secret_key", "audit_key"):
        assert mode(workspace / "var" / name) == 0o600

    check_it_serves(workspace)


def check_it_serves(workspace):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "-w", str(workspace), "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.strip() == f"Port {port} on 127.0.0.1 is in use. Choose another with --port."

    home = workspace / "home"
    home.mkdir()
    serving = subprocess.Popen(
        [LIUKE, "serve", "-w", str(workspace), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
    )
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", serving.stdout.readline())[0]
        page = read_page(address + "signin/")
        assert "Sign in" in page
        assert list(home.iterdir()) == []  # gunicorn would open a control socket there
    finally:
        serving.terminate()
        serving.wait(timeout=60)


def read_page(address):
    """The page at an address, as soon as somebody answers there."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {address}")


def test_a_folder_without_a_workspace_is_refused_with_the_way_out(tmp_path):
    refused = run("serve", "-w", str(tmp_path))

    assert refused.returncode == 1
    assert "liuke init" in refused.stderr


def test_a_role_that_does_not_exist_is_wrong_usage(workspace):
    assert run("user", "add", "wu", "-w", str(workspace), "--role", "root").returncode == 2


def test_a_secret_is_made_once_and_kept_to_its_owner(tmp_path):
    first = read_secret(tmp_path / "secret")

    assert read_secret(tmp_path / "secret") == first
    assert len(first) >= 50
    assert mode(tmp_path / "secret") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_two_secrets_differ(tmp_path):
    assert read_secret(tmp_path / "one") != read_secret(tmp_path / "other")


def test_an_address_that_cannot_be_had_is_refused():
    with pytest.raises(DeskRefused, match="Cannot listen on 203.0.113.1, port 80"):
        bind("203.0.113.1", 80)


def test_a_server_for_other_machines_answers_to_this_machines_names_only():
    assert name_hosts("127.0.0.1") == []
    assert name_hosts("desk.example") == ["desk.example"]
    assert socket.gethostname() in name_hosts("0.0.0.0")
    assert "*" not in name_hosts("0.0.0.0")


def test_the_address_that_is_printed_can_be_opened():
    with bind("127.0.0.1", 0) as bound:
        assert say_address(bound) == f"http://127.0.0.1:{bound.getsockname()[1]}/"
    with bind("0.0.0.0", 0) as bound:
        assert say_address(bound).startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "address, described",
    [
        (
            "postgresql://desk:p%40ss@db.example:6432/liuke?sslmode=require",
            {"HOST": "db.example", "PORT": "6432", "NAME": "liuke", "USER": "desk", "PASSWORD": "p@ss"},
        ),
        (
            "postgresql://desk@/liuke?host=/run/pg",
            {"HOST": "/run/pg", "PORT": "", "NAME": "liuke", "USER": "desk"},
        ),
    ],
)
def test_an_address_of_a_server_is_understood(address, described):
    found = describe_database(address)

    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert {name: found[name] for name in described} == described
    assert "host" not in found["OPTIONS"]


def test_without_an_address_the_database_lies_in_the_workspace():
    found = describe_database("sqlite")

    assert found["NAME"].endswith("var/desk.sqlite3")
    assert found["OPTIONS"] == SQLITE_OPTIONS
