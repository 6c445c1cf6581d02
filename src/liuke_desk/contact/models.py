"""Attempts to reach a customer. A record is added, never changed: it is a fact for the next cycle."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from liuke_desk.campaigns.models import Task
from liuke_desk.contact.codes import Channel, Feedback, Outcome
from liuke_desk.contact.rules import IMPORTANCES
from liuke_desk.people.models import Unit


class Contact(models.Model):
    """One attempt: by which channel, what came of it, what the customer said."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="contacts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    customer_id = models.CharField(max_length=64, db_index=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contacts")
    number = models.PositiveSmallIntegerField()  # 1 = the task's first attempt
    channel = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16)
    callback_on = models.DateField(null=True)
    feedback = models.CharField(max_length=16, blank=True)
    importance = models.PositiveSmallIntegerField(null=True)
    competitor = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True, max_length=2000)
    cost_fen = models.BigIntegerField()
    happened_at = models.DateTimeField(db_index=True)

    objects = ScopedManager(unit="unit_id")

    class Meta:
        ordering = ("task", "number")
        constraints = (
            models.UniqueConstraint(fields=("task", "number"), name="contact_each_attempt_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=[o.value for o in Outcome]), name="contact_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[c.value for c in Channel]), name="contact_known_channel"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.CALLBACK.value, callback_on__isnull=False)
                | (~Q(outcome=Outcome.CALLBACK.value) & Q(callback_on__isnull=True)),
                name="contact_callback_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(feedback="", importance__isnull=True)
                | Q(
                    feedback__in=[f.value for f in Feedback],
                    importance__isnull=False,  # an unknown check passes: NULL must be named
                    importance__in=IMPORTANCES,
                ),
                name="contact_feedback_is_weighed",
            ),
            models.CheckConstraint(
                condition=~Q(feedback=Feedback.COMPETITOR.value) | ~Q(competitor=""),
                name="contact_competitor_is_named",
            ),
        )

    def __str__(self) -> str:
        return f"contact {self.pk}"
