"""Calling what upper rooms have registered in settings.hooks."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django_scopes import scopes_disabled

from liuke_desk.customers.models import Publication


def run_during_publish(publication: Publication, *, units: list[Mapping[str, Any]]) -> None:
    """Write what upper rooms switch together with a publication, which nobody sees yet."""
    with scopes_disabled():
        for name in settings.DURING_PUBLISH:
            import_string(name)(publication=publication, units=units)


def run_after_publish(publication: Publication, *, at: datetime) -> None:
    """What follows a publication, in order, over all units."""
    with scopes_disabled():
        for name in settings.AFTER_PUBLISH:
            import_string(name)(publication=publication, at=at)


def list_facts() -> Iterator[tuple[str, Iterable[Mapping[str, Any]]]]:
    """Canonical table names with the rows that each exporter tells of, over all units."""
    with scopes_disabled():
        for name in settings.FACT_EXPORTERS:
            for table, rows in import_string(name)():
                yield table, list(rows)
