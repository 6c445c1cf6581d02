"""System checks: a workbench that would lose writes does not start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from liuke_desk.config.settings.databases import SQLITE_OPTIONS


@register()
def check_sqlite_options(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse SQLite with any other options than those under which no writer was lost."""
    return [
        problem
        for alias, described in settings.DATABASES.items()
        if described["ENGINE"].endswith("sqlite3")
        for problem in find_wrong_options(alias, described.get("OPTIONS", {}))
    ]


def find_wrong_options(alias: str, options: dict[str, Any]) -> list[CheckMessage]:
    return [
        Error(
            f"Database {alias!r}: SQLite option {name!r} is {options.get(name)!r}, but must be {wanted!r}.",
            hint="With other options racing writers fail. Keep SQLITE_OPTIONS, or use PostgreSQL.",
            id="liuke_desk.E001",
        )
        for name, wanted in SQLITE_OPTIONS.items()
        if options.get(name) != wanted
    ]
