"""Re-entries, net churn and dealers' cases of a publication; and beside them what people decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from liuke_desk.customers.models import Publication
from liuke_desk.network.states import CaseState, Verdict
from liuke_desk.people.models import Unit

_USER = settings.AUTH_USER_MODEL


class NetworkFrame(models.Model):
    """Which of the two questions a cycle could answer, and what it lacked."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE)
    tells_reentry = models.BooleanField()
    tells_dealers = models.BooleanField()
    missing = models.JSONField(default=list)  # names of the tables without a row
    false_discovery = models.FloatField()  # the share of flags that may be false
    window_days = models.PositiveSmallIntegerField()  # after the assessment of a dealer's customer

    def __str__(self) -> str:
        return f"network of {self.publication_id}"


class ReentryMatch(models.Model):
    """A newcomer who probably is a customer that had left, in the newcomer's unit."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    customer_id = models.CharField(max_length=64)
    former_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    probability = models.FloatField()
    kind = models.CharField(max_length=16, blank=True)  # how they had left
    left_on = models.DateField()
    opened_on = models.DateField()
    gap_days = models.IntegerField()
    spent_before_fen = models.BigIntegerField(null=True)  # on offers to the old number
    spent_since_fen = models.BigIntegerField(null=True)  # and to the new one
    evidence = models.JSONField(default=list)  # code, text_zh, text_en, bits

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "customer_id", "former_id"), name="reentry_match_once"
            ),
        )
        indexes = (
            models.Index(fields=("publication", "-probability"), name="match_by_probability"),
            models.Index(fields=("publication", "unit"), name="match_by_unit"),
        )

    def __str__(self) -> str:
        return f"{self.customer_id} was {self.former_id}"

    @property
    def spent_fen(self) -> int | None:
        told = [each for each in (self.spent_before_fen, self.spent_since_fen) if each is not None]
        return sum(told) if told else None


class ChurnMonth(models.Model):
    """A month's leavers of the whole company, split; intervals of 95 %. No month: all together."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE)
    month = models.DateField(null=True)
    gross = models.PositiveIntegerField()
    real_loss = models.FloatField()
    real_loss_low = models.FloatField()
    real_loss_high = models.FloatField()
    reentry = models.FloatField()
    reentry_low = models.FloatField()
    reentry_high = models.FloatField()
    dormant = models.FloatField()
    dormant_low = models.FloatField()
    dormant_high = models.FloatField()
    is_open = models.BooleanField()  # its leavers may still come back

    class Meta:
        ordering = (F("month").asc(nulls_last=True),)

    def __str__(self) -> str:
        return f"{self.month or 'all'}"


class DealerCase(models.Model):
    """What a cycle found of one dealer."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    dealer_id = models.CharField(max_length=64)
    name = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    assessment_days = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    reached = models.PositiveIntegerField()
    gone_after = models.PositiveIntegerField()
    expected_after = models.FloatField()
    silent_after = models.PositiveIntegerField()
    gone_elsewhere = models.PositiveIntegerField()
    expected_elsewhere = models.FloatField()
    p_level = models.FloatField(null=True)
    p_custom = models.FloatField(null=True)
    q_value = models.FloatField(null=True)
    flagged = models.BooleanField()
    at_stake_fen = models.BigIntegerField(null=True)
    at_stake_excess_fen = models.BigIntegerField(null=True)
    why = models.TextField(blank=True)
    why_zh = models.TextField(blank=True)
    chart = models.JSONField(default=list)  # day, watched, gone, expected

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("publication", "dealer_id"), name="dealer_case_once"),)
        indexes = (models.Index(fields=("publication", "q_value"), name="dealer_case_by_q"),)

    def __str__(self) -> str:
        return self.dealer_id


class DealerLeaver(models.Model):
    """A customer of a dealer who went in the window after the assessment, in the customer's unit."""

    case = models.ForeignKey(DealerCase, on_delete=models.CASCADE, related_name="leavers")
    customer_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_on = models.DateField(null=True)
    gone_on = models.DateField()
    kind = models.CharField(max_length=16, blank=True)
    days_after = models.IntegerField()
    commission_fen = models.BigIntegerField(null=True)

    objects = ScopedManager(unit="unit_id")

    def __str__(self) -> str:
        return self.customer_id


class MatchVerdict(models.Model):
    """What a person decided about a match. A row is added, never changed: the last one counts."""

    customer_id = models.CharField(max_length=64)
    former_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16)
    note = models.TextField(blank=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=[each.value for each in Verdict]), name="match_known_verdict"
            ),
        )
        indexes = (models.Index(fields=("customer_id", "former_id"), name="verdict_of_match"),)

    def __str__(self) -> str:
        return f"{self.verdict}: {self.customer_id} was {self.former_id}"


class DealerDecision(models.Model):
    """A step in the audit of a dealer: a note, and the state it leaves. The last one counts."""

    dealer_id = models.CharField(max_length=64, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16)
    note = models.TextField()
    as_of = models.DateField()  # the cycle whose case was before the person
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in CaseState]), name="dealer_known_state"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="dealer_decision_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.state}: {self.dealer_id}"
