"""What became of every customer in a campaign, treated or held out, contacted or not."""

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from liuke_desk.campaigns.models import Assignment
from liuke_desk.people.models import Unit


class Outcome(models.Model):
    """Whether and when a customer left after their arm was drawn, as far as one cycle knew."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="outcome")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    known_by = models.DateField()  # the as-of day of the cycle that settled it
    left_at = models.DateTimeField(null=True)  # the first leaving at or after the draw
    left_how = models.CharField(max_length=16, blank=True)
    left_before = models.BooleanField(default=False)  # gone between planning and draw: in neither arm's rate
    settled_at = models.DateTimeField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_how="") | (Q(left_at__isnull=False) & ~Q(left_how="")),
                name="outcome_a_leaving_has_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(left_before=False) | Q(left_at__isnull=True), name="outcome_left_once"
            ),
        )

    def __str__(self) -> str:
        return f"outcome of assignment {self.assignment_id}"
