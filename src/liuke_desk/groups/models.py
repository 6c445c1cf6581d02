"""Groups of customers, and who belongs to them."""

from django.conf import settings
from django.db import models
from django_scopes import ScopedManager

from liuke_desk.people.models import Unit


class Group(models.Model):
    """A named set of customers with the rule that chose them. Its members never change by themselves."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, default="static")
    source = models.JSONField()  # where the customers were chosen, and by what: list, as_of, wanted
    words_zh = models.TextField()  # the same, told to people
    words_en = models.TextField()
    fingerprint = models.CharField(max_length=64, unique=True)  # of maker, name, source and members
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind="static"), name="group_known_kind"),
            models.CheckConstraint(condition=~models.Q(name=""), name="group_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name

    def words(self, language: str) -> str:
        return self.words_en if language == "en" else self.words_zh


class GroupMember(models.Model):
    """One customer of a group, in the unit that the last publication named."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer_id = models.CharField(max_length=64, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager(unit="unit_id")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("group", "customer_id"), name="group_member_once"),)
        indexes = (models.Index(fields=("group", "unit"), name="group_member_by_unit"),)

    def __str__(self) -> str:
        return f"{self.customer_id} in group {self.group_id}"
