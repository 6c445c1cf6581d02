"""The audit trail: entries are added, never changed, and chained so that tampering shows."""

from typing import Any, NoReturn

from django.db import models


class AppendOnly(Exception):
    """An entry of the audit trail can be added, not changed or removed."""

    def __init__(self) -> None:
        super().__init__("Audit entries are added, never changed or removed. Record a new entry instead.")


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class Chain(models.Model):
    """The end of one actor's chain. One chain each, so that two people never wait for each other."""

    actor = models.CharField(max_length=150, primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)


class Entry(models.Model):
    """One thing somebody did, or one look at personal data."""

    happened_at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150)
    place = models.PositiveBigIntegerField()  # in the actor's chain, from 1
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=160, db_index=True)
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)  # keyed, over this entry and the digest before it

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["actor", "place"], name="audit_one_entry_per_place"),)

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly
