"""Drafts of scheme versions, and what each would change.

A version itself is a file of the workspace, not a row: what is in force must be readable by a cycle, and by
people, without the desk.
"""

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from liuke_desk.people.models import Unit
from liuke_desk.schemes.states import DECIDED_STATES, OPEN_STATES, State


def _values(states: Iterable[StrEnum]) -> list[str]:
    """Plain texts, so that a migration stands on its own."""
    return [state.value for state in states]


class SchemeDraft(models.Model):
    """The next version of a scheme before it is one. At most one of a scheme is open at a time."""

    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    base_version = models.PositiveIntegerField()  # what it was made from
    text = models.TextField()  # TOML
    state = models.CharField(max_length=16, default=State.DRAFT.value)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submit_note = models.CharField(max_length=500, blank=True)  # what it is for, said to whoever decides
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)  # of the decision
    effective_from = models.DateField(null=True)  # of an approved one, as its text says

    class Meta:
        ordering = ("-changed_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=_values(State)), name="scheme_draft_known_state"),
            models.CheckConstraint(
                condition=Q(version__gt=F("base_version")), name="scheme_draft_is_a_later_version"
            ),
            # Four eyes: whatever the program does, nobody puts their own version in force.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")),
                name="scheme_draft_not_decided_by_its_author",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_values(DECIDED_STATES))
                | Q(decided_by__isnull=False, decided_at__isnull=False, submitted_at__isnull=False),
                name="scheme_draft_decision_is_somebodys",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SUBMITTED.value) | Q(submitted_at__isnull=False),
                name="scheme_draft_submitted_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED.value) | Q(effective_from__isnull=False),
                name="scheme_draft_approved_from_a_day",
            ),
            models.UniqueConstraint(
                fields=("name",), condition=Q(state__in=_values(OPEN_STATES)), name="scheme_draft_one_open"
            ),
            models.UniqueConstraint(
                fields=("name", "version"),
                condition=Q(state=State.APPROVED.value),
                name="scheme_draft_version_approved_once",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"{self.name} v{self.version}"

    def title(self, language: str) -> str:
        """What its text calls the scheme, and the version; the bare name while the text cannot be read."""
        try:
            words = tomllib.loads(self.text)["words"]
            return f"{words['en' if language == 'en' else 'zh']} v{self.version}"
        except (ValueError, KeyError, TypeError, RecursionError):
            return self.label

    @property
    def text_hash(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class WhatIfResult(models.Model):
    """What a draft would change, as computed for one text and one cycle: asked again, it is read again.

    key: hash of the text and of all that the answer depends on. Who would move is not kept here but in a file
    beside the warehouse under the same key: it may be a million rows that can be computed again at any time,
    are read by page and by unit only, and would make every backup of the desk carry them.
    """

    draft = models.ForeignKey(SchemeDraft, on_delete=models.CASCADE, related_name="results")
    key = models.CharField(max_length=120)
    text_hash = models.CharField(max_length=64)
    as_of = models.DateField()
    figures: Any = models.JSONField()  # before, after, moves, sizes, matrix, managers, sums in fen
    computed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("draft", "key"), name="what_if_once_per_key"),)

    def __str__(self) -> str:
        return f"what-if of {self.draft_id}"


class WhatIfUnit(models.Model):
    """What a draft would change for a unit and all units below it."""

    result = models.ForeignKey(WhatIfResult, on_delete=models.CASCADE, related_name="by_unit")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    customers = models.PositiveIntegerField()
    up = models.PositiveIntegerField()
    down = models.PositiveIntegerField()
    value_fen_at_stake = models.BigIntegerField(null=True)
    cost_fen_change = models.BigIntegerField(null=True)
    managed_before = models.PositiveIntegerField(null=True)
    managed_after = models.PositiveIntegerField(null=True)

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("result", "unit"), name="what_if_unit_once"),)

    def __str__(self) -> str:
        return f"{self.result_id} in {self.unit_id}"
