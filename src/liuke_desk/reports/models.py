"""Figures of reports that belong to a publication, by unit, and what is needed to read them."""

from django.db import models
from django_scopes import ScopedManager

from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit


class ReportFrame(models.Model):
    """Months, bands, words of members and why a report is empty; nothing of single customers."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField()

    def __str__(self) -> str:
        return f"reports {self.publication}"


class ReportCell(models.Model):
    """One figure of a unit and all below it: of a measure, kind and month, of one member of a dimension."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    dimension = models.CharField(max_length=16)
    measure = models.CharField(max_length=24)
    month = models.DateField()
    kind = models.TextField(blank=True)
    member = models.TextField(blank=True)  # as the company writes it, however long
    count = models.FloatField()  # a sum of probabilities where it is expected
    of_opening = models.IntegerField()
    valued = models.IntegerField()  # of the count, rows whose value is known
    value_fen = models.BigIntegerField()  # monthly margin then, of those
    variance = models.FloatField()
    third = models.FloatField()

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "unit", "dimension", "measure", "month", "kind", "member"),
                name="report_cell_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure} {self.month:%Y-%m} in {self.unit_id}"
