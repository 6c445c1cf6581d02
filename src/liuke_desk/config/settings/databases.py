"""The database: SQLite in the workspace by default, PostgreSQL when liuke.toml names one.

With SQLite's defaults 74 of 80 racing writers failed. IMMEDIATE transactions take the write lock
at their start and wait for it; WAL lets readers go on meanwhile. A system check holds these.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from liuke_desk.bridge import workspace

__all__ = ["DATABASES"]

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
}


def describe_database(address: str) -> dict[str, Any]:
    """Django's description of a database from 'sqlite' or a postgresql:// address."""
    if address == "sqlite":
        name = workspace.var_folder() / "desk.sqlite3"
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(name), "OPTIONS": dict(SQLITE_OPTIONS)}
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": describe_database(workspace.database_address())}
