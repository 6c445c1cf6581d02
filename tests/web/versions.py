"""The database as an earlier version left it."""

from contextlib import contextmanager

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@contextmanager
def earlier_version(*targets):
    """Back to some migrations, and forth again to the last ones; only outside of a transaction."""
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(list(targets))
    try:
        yield
    finally:
        MigrationExecutor(connection).migrate(latest)
