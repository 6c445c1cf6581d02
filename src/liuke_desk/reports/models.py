"""Figures of reports that belong to a publication, by unit, and what is needed to read them."""

from django.db import models
from django_scopes import ScopedManager

from liuke_desk.customers.fields import JsonText
from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit


class ReportFrame(models.Model):
    """Months, bands, words of members and why a report is empty; nothing of single customers."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField()

    def __str__(self) -> str:
        return f"reports {self.publication}"


class ReportCube(models.Model):
    """All figures of one measure, split by one dimension, of a unit and all below it: they are read together.

    Each cell is of a month, kind and member: count (a sum of probabilities where it is expected),
    of_opening, valued (of the count, rows whose value is known), value_fen (monthly margin then, of
    those), variance, third.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    dimension = models.CharField(max_length=16)
    measure = models.CharField(max_length=24)
    cells = JsonText()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "unit", "dimension", "measure"), name="report_cube_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure} by {self.dimension} in {self.unit_id}"
