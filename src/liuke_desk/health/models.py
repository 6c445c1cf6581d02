"""How early warning does, as of a publication. Company-wide figures: nothing of single customers or units."""

from django.db import models

from liuke_desk.customers.models import Publication


class HealthReport(models.Model):
    """Measures, findings and drift as the cycle found them."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField()

    def __str__(self) -> str:
        return f"health of {self.publication}"
