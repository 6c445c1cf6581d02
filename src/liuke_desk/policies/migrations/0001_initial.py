from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=120)),
                ("category", models.CharField(blank=True, max_length=64)),
                ("script_zh", models.TextField()),
                ("script_en", models.TextField()),
                ("contact_cost_fen", models.BigIntegerField()),
                ("offer_cost_fen", models.BigIntegerField()),
                ("save_rate", models.FloatField()),
                ("save_rate_source", models.CharField(max_length=16)),
                ("aims_at", models.JSONField(default=list)),
                ("declaration", models.JSONField()),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("is_live", models.BooleanField(default=True)),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("name", "-version"),
                "constraints": [
                    models.UniqueConstraint(fields=("name", "fingerprint"), name="policy_once_per_content"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("name",),
                        name="policy_one_live_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_cost_fen__gte", 0), ("offer_cost_fen__gte", 0)),
                        name="policy_costs_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_from__lt", models.F("valid_until")),
                            _connector="OR",
                        ),
                        name="policy_valid_for_at_least_a_day",
                    ),
                ],
            },
        ),
    ]
