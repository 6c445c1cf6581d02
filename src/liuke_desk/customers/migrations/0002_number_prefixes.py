"""Customer numbers are found by their beginning, on PostgreSQL too.

The index behind one_profile_per_publication is in the order of the database's language: it sorts lists
and finds whole numbers, but cannot answer LIKE 'x%'. On SQLite it can, so a second one would only make
publishing slower there.
"""

from django.db import migrations

NAME = "profile_by_number"


def create_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {NAME} ON customers_profile (publication_id, customer_id varchar_pattern_ops)"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [migrations.RunPython(create_index, drop_index)]
