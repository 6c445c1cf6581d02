"""Sums of tiers that belong to a publication, and what people decided about single customers by hand."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit
from liuke_desk.tiers.states import State

_USER = settings.AUTH_USER_MODEL
_WITHDRAWN = Q(state=State.WITHDRAWN.value)


class TierSummary(models.Model):
    """Customers of one tier of a scheme in a unit and all units below it, those who have left aside."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    scheme = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    tier = models.CharField(max_length=64)
    customers = models.PositiveIntegerField()
    valued = models.PositiveIntegerField()  # of them, those whose value is known
    value_fen = models.BigIntegerField()  # sum of the margins of twelve months that are known

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "scheme", "unit", "tier"), name="tier_summary_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {self.tier} in {self.unit_id}"


class TierMove(models.Model):
    """Customers of a unit and all below it who went from one tier to another since the cycle before."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    since = models.DateField()  # the as-of day of the cycle before
    scheme = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    before = models.CharField(max_length=64, blank=True)  # empty: was not there
    after = models.CharField(max_length=64, blank=True)  # empty: has left
    move = models.CharField(max_length=8)  # up, down, stay, new, lost
    customers = models.PositiveIntegerField()
    valued = models.PositiveIntegerField()
    value_fen = models.BigIntegerField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "scheme", "unit", "before", "after"), name="tier_move_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {self.before} -> {self.after} in {self.unit_id}"


class TierOverride(models.Model):
    """A tier that a person wants for a customer against the numbers, for a time, once another approves."""

    customer_id = models.CharField(max_length=64, db_index=True)
    customer_name = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=80)
    tier = models.CharField(max_length=64)
    tier_before = models.CharField(max_length=64, blank=True)  # when it was asked for
    reason = models.TextField()
    begins_on = models.DateField()
    ends_on = models.DateField()  # exclusive
    state = models.CharField(max_length=16, default=State.REQUESTED.value)
    requested_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ScopedManager(unit="unit_id")

    class Meta:
        ordering = ("-requested_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="override_known_state"
            ),
            models.CheckConstraint(
                condition=Q(begins_on__lt=F("ends_on")), name="override_for_at_least_a_day"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_says_why"),
            # Four eyes: nobody decides about their own request.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="override_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="override_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=State.REQUESTED.value, decided_at__isnull=True)
                | Q(state__in=[State.APPROVED.value, State.REJECTED.value], decided_at__isnull=False)
                | Q(state=State.WITHDRAWN.value),
                name="override_decision_matches_state",
            ),
            models.CheckConstraint(
                condition=(~_WITHDRAWN & Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True))
                | (_WITHDRAWN & Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False)),
                name="override_withdrawal_matches_state",
            ),
            models.UniqueConstraint(
                fields=("customer_id", "scheme"),
                condition=Q(state=State.REQUESTED.value),
                name="override_one_pending",
            ),
        )

    def __str__(self) -> str:
        return f"override {self.pk}"


class HouseholdEdit(models.Model):
    """What an analyst decided about two customers' household, or about one's belonging to any."""

    class Action(models.TextChoices):
        JOIN = "join"
        SEPARATE = "separate"

    customer_id = models.CharField(max_length=64, db_index=True)
    other_id = models.CharField(max_length=64, blank=True, db_index=True)  # empty: out of every household
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=16, choices=Action.choices)
    reason = models.TextField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(action__in=["join", "separate"]), name="household_known_action"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="household_edit_says_why"),
            models.CheckConstraint(
                condition=~Q(customer_id=F("other_id")), name="household_of_two_different"
            ),
            models.CheckConstraint(
                condition=~Q(action="join", other_id=""), name="household_join_names_another"
            ),
        )

    def __str__(self) -> str:
        return f"household edit {self.pk}"
