import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0002_guards"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.CharField(db_index=True, max_length=64)),
                ("number", models.PositiveSmallIntegerField()),
                ("channel", models.CharField(max_length=16)),
                ("outcome", models.CharField(max_length=16)),
                ("callback_on", models.DateField(null=True)),
                ("feedback", models.CharField(blank=True, max_length=16)),
                ("importance", models.PositiveSmallIntegerField(null=True)),
                ("competitor", models.CharField(blank=True, max_length=80)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("cost_fen", models.BigIntegerField()),
                ("happened_at", models.DateTimeField(db_index=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="campaigns.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("task", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("task", "number"), name="contact_each_attempt_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "reached_kept",
                                    "reached_refused",
                                    "reached_lost",
                                    "callback",
                                    "unreachable",
                                ],
                            )
                        ),
                        name="contact_known_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["phone", "sms", "wechat", "visit", "hall"])),
                        name="contact_known_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("callback_on__isnull", False), ("outcome", "callback")),
                            models.Q(
                                models.Q(("outcome", "callback"), _negated=True),
                                ("callback_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="contact_callback_has_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("feedback", ""), ("importance__isnull", True)),
                            models.Q(
                                (
                                    "feedback__in",
                                    [
                                        "left_area",
                                        "network",
                                        "unaware",
                                        "price",
                                        "competitor",
                                        "brand_swap",
                                        "plan_swap",
                                        "dealer",
                                        "service",
                                        "other",
                                    ],
                                ),
                                ("importance__in", (1, 2, 3)),
                                ("importance__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="contact_feedback_is_weighed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("feedback", "competitor"), _negated=True),
                            models.Q(("competitor", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contact_competitor_is_named",
                    ),
                ],
            },
        ),
    ]
