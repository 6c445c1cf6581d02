import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("known_by", models.DateField()),
                ("left_at", models.DateTimeField(null=True)),
                ("left_how", models.CharField(blank=True, max_length=16)),
                ("left_before", models.BooleanField(default=False)),
                ("settled_at", models.DateTimeField()),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome",
                        to="campaigns.assignment",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("left_at__isnull", True), ("left_how", "")),
                            models.Q(("left_at__isnull", False), models.Q(("left_how", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="outcome_a_leaving_has_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_before", False), ("left_at__isnull", True), _connector="OR"
                        ),
                        name="outcome_left_once",
                    ),
                ],
            },
        ),
    ]
