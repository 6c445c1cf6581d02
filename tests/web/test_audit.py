"""The audit trail is added to, never changed, and shows what was done to it behind its back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections
from django.db.transaction import TransactionManagementError

from liuke_desk.audit import services
from liuke_desk.audit.chains import find_breaks
from liuke_desk.audit.models import AppendOnly, Chain, Entry
from liuke_desk.audit.services import record, seal

NOON = datetime(2026, 3, 31, 12)


def note(actor, verb="task.take", **detail):
    return record(actor=actor, verb=verb, subject="task:1", at=NOON, detail=detail)


def meddle(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.django_db
def test_each_actor_has_a_chain_of_their_own():
    note("li")
    note("wang")
    note("li", done=True)

    assert list(Entry.objects.order_by("actor", "place").values_list("actor", "place")) == [
        ("li", 1),
        ("li", 2),
        ("wang", 1),
    ]
    assert Entry.objects.get(actor="li", place=2).detail == {"done": True}
    assert list(find_breaks()) == []


@pytest.mark.django_db
def test_an_entry_is_not_changed_nor_removed():
    entry = note("li")

    for attempt in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(verb="x"),
    ):
        with pytest.raises(AppendOnly, match="added, never changed or removed"):
            attempt()

    assert Entry.objects.get().verb == "task.take"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "column, value",
    [("verb", "task.refuse"), ("subject", "task:2"), ("detail", '{"kept": true}'), ("digest", "0" * 64)],
)
def test_a_changed_entry_shows(column, value):
    for _ in range(3):
        note("li")

    meddle(f"UPDATE audit_entry SET {column} = %s WHERE place = 2", value)

    assert "li: entry 2 was changed" in list(find_breaks())


@pytest.mark.django_db
def test_a_removed_entry_shows():
    for _ in range(3):
        note("li")

    meddle("DELETE FROM audit_entry WHERE place = 2")

    assert list(find_breaks()) == ["li: entry 2 is missing"]


@pytest.mark.django_db
def test_a_cut_tail_shows():
    note("li")
    note("li")

    meddle("DELETE FROM audit_entry WHERE place = 2")

    assert list(find_breaks()) == ["li: the chain should have 2 entries and has 1"]


@pytest.mark.django_db
def test_a_tail_cut_together_with_its_count_shows_from_the_next_seal_on():
    note("li")
    first = Chain.objects.get(actor="li")
    note("li")
    seal(at=NOON)

    meddle("DELETE FROM audit_entry WHERE actor = 'li' AND place = 2")
    meddle("UPDATE audit_chain SET length = 1, digest = %s WHERE actor = 'li'", first.digest)

    assert list(find_breaks()) == ["li: entry 2 is not the one sealed on 2026-03-31"]


@pytest.mark.django_db
def test_without_the_key_an_entry_cannot_be_forged(settings):
    settings.AUDIT_KEY = "a stranger's guess"
    note("li")
    settings.AUDIT_KEY = "the real one"

    assert list(find_breaks()) == ["li: entry 1 was changed"]


def race(write, *, writers=6, each=5):
    """Let writers write at once; returns the errors they met."""
    start = Barrier(writers)

    def work(_):
        errors = []
        try:
            start.wait()
            for _ in range(each):
                try:
                    write()
                except (IntegrityError, TransactionManagementError) as error:
                    errors.append(error)
        finally:
            connections.close_all()
        return errors

    with ThreadPoolExecutor(writers) as pool:
        return [error for errors in pool.map(work, range(writers)) for error in errors]


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_once_by_one_actor_make_one_whole_chain():
    errors = race(lambda: note("li"))

    assert errors == []
    assert Chain.objects.get(actor="li").length == 30
    assert list(find_breaks()) == []


@pytest.mark.django_db(transaction=True)
def test_the_race_is_real_without_the_transaction(monkeypatch):
    """The positive control: the same writers without the lock get into each other's way."""
    unlocked = record.__wrapped__
    gate = Barrier(6)
    sign = services.sign

    def sign_together(entry, *, after):
        gate.wait()
        return sign(entry, after=after)

    monkeypatch.setattr(services, "sign", sign_together)
    monkeypatch.setattr(Chain.objects, "select_for_update", Chain.objects.all)

    errors = race(lambda: unlocked(actor="li", verb="v", subject="s", at=NOON), each=1)

    assert errors
