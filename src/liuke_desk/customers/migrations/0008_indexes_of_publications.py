"""Indexes of all publications together go; each publication has its own, which `liuke migrate` builds."""

from django.db import migrations

GONE = (
    *("profile_by_rank", "profile_by_unit", "profile_by_tier", "profile_by_manager", "profile_by_phone_end"),
    *("profile_by_household", "profile_by_name", "profile_by_p_1m", "profile_by_p_ahead", "profile_by_value"),
)
NUMBERS = "profile_by_number"


def drop_numbers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {NUMBERS}")


def create_numbers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {NUMBERS} ON customers_profile (publication_id, customer_id varchar_pattern_ops)"
        )


def drop_own(apps, schema_editor):
    """The version before would keep those of each publication for ever."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        known = connection.introspection.get_constraints(cursor, "customers_profile")
    publications = apps.get_model("customers", "Publication").objects.values_list("pk", flat=True)
    prefixes = tuple(f"profile_{number}_" for number in publications)
    for name in sorted(known):
        if name.startswith(prefixes):
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_sheets"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, drop_own),
        *(migrations.RemoveIndex("profile", name) for name in GONE),
        migrations.RunPython(drop_numbers, create_numbers),
    ]
