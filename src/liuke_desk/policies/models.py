"""What may be offered to keep a customer, as published from the workspace's policies folder."""

from django.db import models
from django.db.models import F, Q


class Policy(models.Model):
    """One version of one policy. A changed file makes a new row: what was offered stays as it was."""

    name = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)  # of the whole declaration
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    category = models.CharField(max_length=64, blank=True)
    script_zh = models.TextField()
    script_en = models.TextField()
    contact_cost_fen = models.BigIntegerField()
    offer_cost_fen = models.BigIntegerField()
    save_rate = models.FloatField()
    save_rate_source = models.CharField(max_length=16)
    aims_at = models.JSONField(default=list)
    declaration = models.JSONField()  # the whole policy, as the planner reads it
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)  # exclusive
    is_live = models.BooleanField(default=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint(fields=("name", "fingerprint"), name="policy_once_per_content"),
            models.UniqueConstraint(
                fields=("name",), condition=Q(is_live=True), name="policy_one_live_version"
            ),
            models.CheckConstraint(
                condition=Q(contact_cost_fen__gte=0, offer_cost_fen__gte=0), name="policy_costs_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lt=F("valid_until")),
                name="policy_valid_for_at_least_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def script(self, language: str) -> str:
        return self.script_en if language == "en" else self.script_zh
