"""The serving copy: what a cycle found out, published whole, read by everybody, changed by nobody.

And beside it what people who speak with customers marked of them, which no cycle replaces.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from liuke_desk.customers import lookups  # noqa: F401  registers `begins`
from liuke_desk.customers.fields import JsonText
from liuke_desk.customers.sheets import PARTS, read_sheet
from liuke_desk.people.models import Unit

LEFT = "closed_"  # how the statuses of those who have left begin


class LeaveKind(models.TextChoices):
    VOLUNTARY = "voluntary", _("Voluntary")
    INVOLUNTARY = "involuntary", _("Involuntary")
    DORMANT = "dormant", _("Dormant")
    DIVERTED = "diverted", _("To a competitor")


class Purpose(models.TextChoices):
    """What a hidden contact detail is asked for."""

    RETENTION = "retention", _("Retention contact")
    SERVICE = "service", _("Service request")
    COMPLAINT = "complaint", _("Complaint")
    IDENTITY = "identity", _("Identity check")
    CORRECTION = "correction", _("Correction of data")


class Publication(models.Model):
    """One cycle's results. Readers take the current one; the one before is kept for requests under way."""

    as_of = models.DateField()
    published_at = models.DateTimeField()
    is_current = models.BooleanField(default=False)
    is_whole = models.BooleanField(
        default=False
    )  # false while it is written, and for ever if that was killed
    simulated = models.BooleanField(default=False)
    customers = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)  # customers with a risk and a value at stake
    horizon_months = models.PositiveSmallIntegerField(default=3)  # the longest that was foretold for anybody
    # Schemes in force, the main one first: scheme, zh, en, is_money, unit ({zh, en} or null) of what
    # it measures, and tiers, best first: tier, zh, en, colour.
    schemes = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_current_publication"
            ),
        )

    def __str__(self) -> str:
        return f"as of {self.as_of}"

    @property
    def tiers(self) -> list[dict[str, Any]]:
        """The main scheme's tiers, best first."""
        return self.schemes[0]["tiers"] if self.schemes else []


class Profile(models.Model):
    """One customer in one publication. Money is in fen; what is unknown is null, never zero.

    Each publication has indexes of its own beside the one below: `indexes`.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    customer_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    phone_end = models.CharField(max_length=4, blank=True)
    id_number = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    manager_id = models.CharField(max_length=64, blank=True)
    manager_name = models.CharField(max_length=120, blank=True)
    plan = models.CharField(max_length=120, blank=True)
    household_id = models.CharField(max_length=80, blank=True)  # empty: lives alone as far as one knows
    opened_on = models.DateField(null=True)
    status = models.CharField(max_length=32, blank=True)
    special_care = models.CharField(max_length=32, blank=True)
    do_not_disturb = models.BooleanField(default=False)
    has_open_complaint = models.BooleanField(default=False)
    latest_contact_on = models.DateField(null=True)

    tier = models.CharField(max_length=32, blank=True)  # of the first scheme in force
    tier_rank = models.PositiveSmallIntegerField(null=True)  # 1 = best

    p_1m = models.FloatField(null=True)
    p_2m = models.FloatField(null=True)
    p_3m = models.FloatField(null=True)
    p_ahead = models.FloatField(null=True)  # over the longest horizon known: the figure to compare by
    p_voluntary = models.FloatField(null=True)
    p_involuntary = models.FloatField(null=True)
    p_dormant = models.FloatField(null=True)
    p_diverted = models.FloatField(null=True)
    leave_kind = models.CharField(max_length=16, blank=True, choices=LeaveKind.choices)  # the likeliest
    value_at_stake_fen = models.BigIntegerField(null=True)
    expected_loss_fen = models.BigIntegerField(null=True)
    warning_rank = models.PositiveIntegerField(null=True)  # 1 = greatest expected loss in the company

    margin_12m_fen = models.BigIntegerField(null=True)
    clv_fen = models.BigIntegerField(null=True)
    clv_low_fen = models.BigIntegerField(null=True)
    clv_high_fen = models.BigIntegerField(null=True)

    reasons = JsonText(default=list)  # code, text_zh, text_en, figures; at most five
    offers = JsonText(default=list)  # as on the card, for planning: happened_at, policy, outcome

    # Where the rest is told; null for a customer of whom nothing more is.
    sheet_number = models.PositiveIntegerField(null=True)
    sheet_place = models.PositiveSmallIntegerField(null=True)

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["publication", "customer_id"], name="one_profile_per_publication"
            ),
        )

    def __str__(self) -> str:
        return self.customer_id

    @property
    def has_left(self) -> bool:
        return self.status.startswith(LEFT)

    @cached_property
    def tiers(self) -> list[dict[str, Any]]:
        """Of each scheme: scheme, tier, rank, measure, why, why_zh, next_tier, missing, judged_tier, held_by,
        since, and history: the days on which the tier changed, latest first (as_of, tier, held_by).
        """
        return self._at_length.get("tiers", [])

    @cached_property
    def card(self) -> dict[str, Any]:
        """Lists of products, contacts, complaints, offers and others; why what is missing."""
        return self._at_length.get("card", {})

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """Twelve months, earliest first."""
        return self._at_length.get("history", [])

    @cached_property
    def _at_length(self) -> dict[str, Any]:
        """One question for all three, and none before one of them is asked for."""
        if self.sheet_number is None:
            return {}
        sheet = Sheet.objects.get(publication=self.publication_id, number=self.sheet_number)
        return read_sheet(sheet.body, [self.sheet_place], *PARTS)[self.sheet_place]


class Sheet(models.Model):
    """Cards of dozens of customers of any units: read by way of a profile that the scope lets through."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    body = models.BinaryField()  # as `sheets` packs it

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["publication", "number"], name="one_sheet_per_number"),
        )

    def __str__(self) -> str:
        return f"sheet {self.number} of publication {self.publication_id}"


class Summary(models.Model):
    """Customers of one tier in a unit and all units below it.

    Added up when published, so that no page adds up a million rows.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    tier = models.CharField(max_length=32, blank=True)
    customers = models.PositiveIntegerField()
    warned = models.PositiveIntegerField()
    expected_leavers = models.FloatField()  # sum of p_ahead
    value_at_stake_fen = models.BigIntegerField()
    expected_loss_fen = models.BigIntegerField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["publication", "unit", "tier"], name="one_summary_per_unit_and_tier"
            ),
        )


class CustomerMark(models.Model):
    """A mark given to a customer, or taken back. A row is added, never changed: the last one counts."""

    class Group(models.TextChoices):
        TEMPERAMENT = "temperament"
        NEED = "need"

    customer_id = models.CharField(max_length=64, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=16, choices=Group.choices)
    mark = models.CharField(max_length=40, blank=True)  # empty: taken back
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        # Not by the instant: the day of a simulated company does not end at midnight.
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(group__in=["temperament", "need"]), name="mark_known_group"
            ),
        )

    def __str__(self) -> str:
        return f"{self.group} of {self.customer_id}"
