"""Campaigns, the arms customers were drawn into, and tasks.

Beside the constraints below, the database holds three guards made in migration 0002: a task
needs an assignment of the treated arm and of the same customer, campaign and unit; an assignment
never changes its arm, customer or campaign; and none is added once the campaign has left DRAFT.
"""

from collections.abc import Iterable
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from liuke_desk.campaigns.states import (
    OPEN_STATES,
    OWNED_STATES,
    RESULTS,
    CampaignState,
    State,
    VoidReason,
)
from liuke_desk.people.models import Unit
from liuke_desk.policies.models import Policy


def _values(states: Iterable[StrEnum]) -> list[str]:
    """Plain texts, so that a migration stands on its own."""
    return [state.value for state in states]


class Arm(models.TextChoices):
    TREAT = "treat"
    HOLD_OUT = "hold_out"


class Campaign(models.Model):
    """One planned run over a group of customers, with the plan's figures as they were promised."""

    name = models.CharField(max_length=64, unique=True)  # what stored facts call it
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=16, default=CampaignState.DRAFT.value)
    as_of = models.DateField()
    seed = models.BigIntegerField()
    terms = models.JSONField()
    filters = models.JSONField(default=dict)
    budget_fen = models.BigIntegerField()
    gain_fen = models.BigIntegerField()  # of all chosen, as compared with the bound
    treated_gain_fen = models.BigIntegerField()
    bound_fen = models.BigIntegerField()
    gap = models.FloatField()
    spent_fen = models.BigIntegerField()  # if every treated customer accepts
    chosen = models.PositiveIntegerField()
    treated = models.PositiveIntegerField()
    held_out = models.PositiveIntegerField()
    leavers = models.FloatField()  # expected of the chosen, were nobody contacted
    saves = models.FloatField()  # expected of the treated
    refusals = models.JSONField(default=dict)  # rule -> how many candidates it refused
    due_on = models.DateField()
    attempts_max = models.PositiveSmallIntegerField(default=3)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=_values(CampaignState)), name="campaign_known_state"
            ),
            models.CheckConstraint(
                condition=Q(budget_fen__gte=0, attempts_max__gte=1), name="campaign_sane_limits"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def hold_out_share(self) -> float:
        return float(self.terms["hold_out_share"])


class Assignment(models.Model):
    """The arm a customer was drawn into, with what was known of them at that moment."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="assignments")
    customer_id = models.CharField(max_length=64)
    customer_name = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    manager_id = models.CharField(max_length=64, blank=True)
    arm = models.CharField(max_length=16, choices=Arm.choices)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="assignments")
    tier = models.CharField(max_length=64, blank=True)
    p_leave = models.FloatField()
    value_at_stake_fen = models.BigIntegerField(null=True)
    expected_gain_fen = models.BigIntegerField()
    cost_fen = models.BigIntegerField()
    probability = models.FloatField()
    why = models.TextField(blank=True)
    why_zh = models.TextField(blank=True)
    assigned_at = models.DateTimeField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        ordering = ("-expected_gain_fen", "pk")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "customer_id"), name="assignment_once_per_customer"),
            models.CheckConstraint(condition=Q(arm__in=Arm.values), name="assignment_known_arm"),
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1), name="assignment_probability"
            ),
        )
        indexes = (models.Index(fields=("customer_id",)),)

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.campaign_id}"


class Task(models.Model):
    """One treated customer's piece of a campaign, for one agent."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="task")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tasks")
    customer_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, default=State.PREPARED.value)
    result = models.CharField(max_length=16, blank=True)
    void_reason = models.CharField(max_length=32, blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tasks"
    )
    route = models.CharField(max_length=16, blank=True)
    due_on = models.DateField()
    next_attempt_on = models.DateField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    expected_gain_fen = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    latest_attempt_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cost_fen = models.BigIntegerField(default=0)  # really spent so far

    objects = ScopedManager(unit="unit_id")

    class Meta:
        ordering = ("due_on", "-expected_gain_fen", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=_values(State)), name="task_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=_values(OWNED_STATES)) | Q(agent__isnull=False),
                name="task_has_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PREPARED.value) | Q(agent__isnull=True),
                name="task_prepared_has_no_owner",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_values(OPEN_STATES), result="")
                | Q(state=State.CLOSED.value, result__in=_values(RESULTS))
                | Q(state__in=_values(RESULTS), result=models.F("state")),
                name="task_result_matches_state",
            ),
            models.CheckConstraint(
                condition=Q(result=State.VOID.value, void_reason__in=_values(VoidReason))
                | (~Q(result=State.VOID.value) & Q(void_reason="")),
                name="task_void_says_why",
            ),
            models.UniqueConstraint(
                fields=("customer_id",),
                condition=Q(state__in=_values(OPEN_STATES)),
                name="task_one_open_per_customer",
            ),
        )
        indexes = (
            models.Index(fields=("state", "due_on", "-expected_gain_fen"), name="task_next"),
            models.Index(fields=("agent", "state"), name="task_of_agent"),
        )

    def __str__(self) -> str:
        return f"task {self.pk}"
