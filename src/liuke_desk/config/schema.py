"""The desk database's tables: made when there are none, never changed without being told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liuke_desk.bridge.refusals import DeskRefused

OWNER_ONLY = 0o600


def migrate() -> None:
    """Bring the database to this version. The file of SQLite is for its owner's eyes only."""
    from django.core.management import call_command

    from liuke_desk.customers.indexes import build_missing_indexes

    with _saying_what_failed():
        call_command("migrate", verbosity=0, interactive=False)
        build_missing_indexes()
    if (file := database_file()) is not None:
        file.chmod(OWNER_ONLY)


def ensure_schema() -> None:
    """Make the tables of a new database; refuse one that is older than this version."""
    waiting = list_waiting()
    if not waiting:
        return
    if is_new():
        migrate()
        return
    raise DeskRefused(
        f"The desk database is older than this version; {len(waiting)} changes wait, first {waiting[0]}.\n"
        "Back it up, then bring it up to date with 'liuke migrate'."
    )


def list_waiting() -> list[str]:
    """Changes of the tables that this version knows and the database does not have."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with _saying_what_failed():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def is_new() -> bool:
    """Whether nothing was ever stored: no database file, or no table in it."""
    from django.db import connection

    file = database_file()
    if file is not None and not file.exists():
        return True
    with _saying_what_failed():
        return not connection.introspection.table_names()


def database_file() -> Path | None:
    """The file of SQLite; None for a server."""
    from django.db import connection

    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


@contextmanager
def _saying_what_failed() -> Iterator[None]:
    from django.db import DatabaseError, connection

    try:
        yield
    except DatabaseError as error:
        where = connection.settings_dict["HOST"] or connection.settings_dict["NAME"]
        reason = str(error).strip().splitlines()[0]
        raise DeskRefused(
            f"The desk database at {where} cannot be used: {reason}.\n"
            "Check 'database' in liuke.toml and that the server runs, then try again."
        ) from error
