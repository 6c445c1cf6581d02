"""Lists as they were on their day. No later cycle changes an old one; the oldest go when there are many."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from liuke_desk.customers.models import LeaveKind, Publication
from liuke_desk.people.models import Unit
from liuke_desk.warnings.states import Change, Why


class WarningList(models.Model):
    """The customers of one cycle with the greatest expected loss.

    While its publication is written nobody sees it; it is seen with the switch, and frozen after it.
    """

    as_of = models.DateField()
    publication = models.ForeignKey(Publication, null=True, on_delete=models.CASCADE, related_name="+")
    is_frozen = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    listed = models.PositiveIntegerField()
    warned = models.PositiveIntegerField()  # customers with a known risk and value, whom it was chosen from
    horizon_months = models.PositiveSmallIntegerField()
    tiers = models.JSONField(default=list)  # of the main scheme then, as Publication keeps them
    previous_as_of = models.DateField(null=True)  # of the list it was compared with

    class Meta:
        ordering = ("-as_of", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("as_of",), condition=Q(is_frozen=True), name="warning_list_frozen_once"
            ),
            models.CheckConstraint(
                condition=Q(is_frozen=True, publication=None) | Q(is_frozen=False, publication__isnull=False),
                name="warning_list_frozen_or_under_way",
            ),
        )

    def __str__(self) -> str:
        return f"warnings of {self.as_of}"


class ListedWarning(models.Model):
    """One customer on a list, as known on its day. Money is in fen; what was unknown is null."""

    warning_list = models.ForeignKey(WarningList, on_delete=models.CASCADE, db_index=False)
    customer_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    rank = models.PositiveIntegerField()  # 1 = greatest expected loss in the company
    tier = models.CharField(max_length=32, blank=True)
    manager_id = models.CharField(max_length=64, blank=True)
    manager_name = models.CharField(max_length=120, blank=True)
    p_1m = models.FloatField(null=True)
    p_2m = models.FloatField(null=True)
    p_3m = models.FloatField(null=True)
    p_ahead = models.FloatField(null=True)
    p_voluntary = models.FloatField(null=True)
    p_involuntary = models.FloatField(null=True)
    p_dormant = models.FloatField(null=True)
    p_diverted = models.FloatField(null=True)
    leave_kind = models.CharField(max_length=16, blank=True, choices=LeaveKind.choices)
    value_at_stake_fen = models.BigIntegerField()
    expected_loss_fen = models.BigIntegerField()
    reason = models.JSONField(default=dict)  # the main one: code, text_zh, text_en
    change = models.CharField(max_length=8)
    rank_before = models.PositiveIntegerField(null=True)  # on the list before
    p_before = models.FloatField(null=True)  # in the cycle before, listed or not
    loss_before_fen = models.BigIntegerField(null=True)

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("warning_list", "customer_id"), name="warning_listed_once"),
            models.CheckConstraint(
                condition=Q(change__in=[change.value for change in Change]), name="warning_known_change"
            ),
        )
        indexes = (
            models.Index(fields=("warning_list", "rank"), name="listed_by_rank"),
            models.Index(fields=("warning_list", "unit", "rank"), name="listed_by_unit"),
            models.Index(fields=("warning_list", "manager_id", "rank"), name="listed_by_manager"),
            models.Index(fields=("warning_list", "change", "rank"), name="listed_by_change"),
        )

    def __str__(self) -> str:
        return self.customer_id

    @property
    def kinds(self) -> list[tuple[str, float]]:
        """The ways of leaving with their probabilities, the likeliest first."""
        told: dict[str, Any] = {kind: getattr(self, f"p_{kind}") for kind in LeaveKind.values}
        known = [(kind, p) for kind, p in told.items() if p is not None]
        return sorted(known, key=lambda each: -each[1])

    @property
    def p_change(self) -> float | None:
        return None if self.p_ahead is None or self.p_before is None else self.p_ahead - self.p_before


class Departure(models.Model):
    """One customer who was on the list before and is not on this one."""

    warning_list = models.ForeignKey(WarningList, on_delete=models.CASCADE, db_index=False)
    customer_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    manager_id = models.CharField(max_length=64, blank=True)
    manager_name = models.CharField(max_length=120, blank=True)
    tier = models.CharField(max_length=32, blank=True)
    why = models.CharField(max_length=16)
    rank_before = models.PositiveIntegerField()
    p_before = models.FloatField(null=True)
    p_ahead = models.FloatField(null=True)
    loss_before_fen = models.BigIntegerField()
    expected_loss_fen = models.BigIntegerField(null=True)

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("warning_list", "customer_id"), name="departed_once"),
            models.CheckConstraint(
                condition=Q(why__in=[why.value for why in Why]), name="departure_known_why"
            ),
        )
        indexes = (models.Index(fields=("warning_list", "why", "rank_before"), name="departed_by_why"),)

    def __str__(self) -> str:
        return self.customer_id


class Notice(models.Model):
    """What one person is told of a list: how many of their customers are on it, until they look."""

    warning_list = models.ForeignKey(WarningList, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_owner = models.BooleanField()  # of the customers; else the supervisor of their units
    listed = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    unowned = models.PositiveIntegerField(default=0)  # of the listed: without an account manager
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("warning_list", "user"), name="notice_once"),)
        indexes = (models.Index(fields=("user",), condition=Q(seen_at__isnull=True), name="notice_unseen"),)

    def __str__(self) -> str:
        return f"{self.user_id} of {self.warning_list_id}"

    @property
    def count(self) -> int:
        """What the badge shows: those new on the list, or all of the first list there is."""
        return self.new if self.warning_list.previous_as_of else self.listed
