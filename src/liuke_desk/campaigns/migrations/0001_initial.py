import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("policies", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("state", models.CharField(default="DRAFT", max_length=16)),
                ("as_of", models.DateField()),
                ("seed", models.BigIntegerField()),
                ("terms", models.JSONField()),
                ("filters", models.JSONField(default=dict)),
                ("budget_fen", models.BigIntegerField()),
                ("gain_fen", models.BigIntegerField()),
                ("treated_gain_fen", models.BigIntegerField()),
                ("bound_fen", models.BigIntegerField()),
                ("gap", models.FloatField()),
                ("spent_fen", models.BigIntegerField()),
                ("chosen", models.PositiveIntegerField()),
                ("treated", models.PositiveIntegerField()),
                ("held_out", models.PositiveIntegerField()),
                ("leavers", models.FloatField()),
                ("saves", models.FloatField()),
                ("refusals", models.JSONField(default=dict)),
                ("due_on", models.DateField()),
                ("attempts_max", models.PositiveSmallIntegerField(default=3)),
                ("created_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(null=True)),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.CharField(max_length=64)),
                ("customer_name", models.CharField(blank=True, max_length=120)),
                ("manager_id", models.CharField(blank=True, max_length=64)),
                (
                    "arm",
                    models.CharField(choices=[("treat", "Treat"), ("hold_out", "Hold Out")], max_length=16),
                ),
                ("tier", models.CharField(blank=True, max_length=64)),
                ("p_leave", models.FloatField()),
                ("value_at_stake_fen", models.BigIntegerField(null=True)),
                ("expected_gain_fen", models.BigIntegerField()),
                ("cost_fen", models.BigIntegerField()),
                ("probability", models.FloatField()),
                ("why", models.TextField(blank=True)),
                ("why_zh", models.TextField(blank=True)),
                ("assigned_at", models.DateTimeField()),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="policies.policy",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ("-expected_gain_fen", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.CharField(max_length=64)),
                ("state", models.CharField(default="PREPARED", max_length=16)),
                ("result", models.CharField(blank=True, max_length=16)),
                ("void_reason", models.CharField(blank=True, max_length=32)),
                ("route", models.CharField(blank=True, max_length=16)),
                ("due_on", models.DateField()),
                ("next_attempt_on", models.DateField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("expected_gain_fen", models.BigIntegerField()),
                ("prepared_at", models.DateTimeField()),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("latest_attempt_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("cost_fen", models.BigIntegerField(default=0)),
                (
                    "agent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="task",
                        to="campaigns.assignment",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="campaigns.campaign",
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
                "ordering": ("due_on", "-expected_gain_fen", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["DRAFT", "READY", "RUNNING", "CLOSED"])),
                name="campaign_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("attempts_max__gte", 1), ("budget_fen__gte", 0)),
                name="campaign_sane_limits",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["customer_id"], name="campaigns_a_custome_17625c_idx"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("campaign", "customer_id"), name="assignment_once_per_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("arm__in", ["treat", "hold_out"])), name="assignment_known_arm"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                name="assignment_probability",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["state", "due_on", "-expected_gain_fen"], name="task_next"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["agent", "state"], name="task_of_agent"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "PREPARED",
                            "DISPATCHED",
                            "TAKEN",
                            "CONTACTING",
                            "KEPT",
                            "LOST",
                            "REFUSED",
                            "VOID",
                            "CLOSED",
                        ],
                    )
                ),
                name="task_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["TAKEN", "CONTACTING", "KEPT", "LOST", "REFUSED"]), _negated=True
                    ),
                    ("agent__isnull", False),
                    _connector="OR",
                ),
                name="task_has_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "PREPARED"), _negated=True), ("agent__isnull", True), _connector="OR"
                ),
                name="task_prepared_has_no_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("result", ""), ("state__in", ["PREPARED", "DISPATCHED", "TAKEN", "CONTACTING"])
                    ),
                    models.Q(("result__in", ["KEPT", "LOST", "REFUSED", "VOID"]), ("state", "CLOSED")),
                    models.Q(
                        ("result", models.F("state")), ("state__in", ["KEPT", "LOST", "REFUSED", "VOID"])
                    ),
                    _connector="OR",
                ),
                name="task_result_matches_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("result", "VOID"),
                        (
                            "void_reason__in",
                            ["withdrawn", "unreachable", "do_not_disturb", "already_left", "campaign_closed"],
                        ),
                    ),
                    models.Q(models.Q(("result", "VOID"), _negated=True), ("void_reason", "")),
                    _connector="OR",
                ),
                name="task_void_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["PREPARED", "DISPATCHED", "TAKEN", "CONTACTING"])),
                fields=("customer_id",),
                name="task_one_open_per_customer",
            ),
        ),
    ]
