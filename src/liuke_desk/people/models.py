"""Units and users."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """One organisational unit. Units the company no longer names are kept for what refers to them."""

    unit_id = models.CharField(max_length=64, primary_key=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=16)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(
        max_length=700, db_index=True
    )  # "/R1/C2/B3/": a unit's own path starts all below it
    is_current = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.unit_id

    def say(self, language: str) -> str:
        """The unit's name in a language; the Chinese one where there is no English."""
        return self.name_en or self.name_zh if language == "en" else self.name_zh


class Role(models.TextChoices):
    AGENT = "agent", _("Front-line agent")
    REGION_SUPERVISOR = "region_supervisor", _("Region supervisor")
    ANALYST = "analyst", _("Analyst")
    HQ_MANAGER = "hq_manager", _("HQ manager")


class Theme(models.TextChoices):
    AUTO = "auto", _("Follow the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """A person who works at the workbench."""

    first_name = None
    last_name = None
    display_name = models.CharField(max_length=80, blank=True)
    staff_id = models.CharField(max_length=64, blank=True, db_index=True)  # as customers name their manager
    role = models.CharField(max_length=24, choices=Role.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="users")
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True)  # empty: the company's own
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    large_type = models.BooleanField(default=False)

    REQUIRED_FIELDS = ["role"]

    class Meta:
        constraints = (
            # Nobody works without a role: permissions are given by role alone.
            models.CheckConstraint(name="user_has_a_known_role", condition=models.Q(role__in=Role.values)),
        )

    @property
    def name(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
