"""Lists and records of a profile as text: they are read whole, and parsing a million of them took a minute."""

import json

from django.db import migrations

from liuke_desk.customers.fields import JsonText, unfold

ROWS_AT_ONCE = 2_000
FOLDED = ("card", "history")


def unfold_lists(apps, schema_editor):
    """What stands by columns becomes lists of records again, which is all that the version before reads."""
    with schema_editor.connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(
                f"SELECT id, {', '.join(FOLDED)} FROM customers_profile WHERE id > %s"
                f" ORDER BY id LIMIT {ROWS_AT_ONCE}",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            told = [(*(_unfold(text) for text in texts), number) for number, *texts in rows]
            cursor.executemany("UPDATE customers_profile SET card = %s, history = %s WHERE id = %s", told)


def _unfold(text):
    return json.dumps(unfold(json.loads(text)), ensure_ascii=False)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_diverted"),
    ]

    operations = [
        migrations.AlterField("profile", "reasons", JsonText(default=list)),
        migrations.AlterField("profile", "tiers", JsonText(default=list)),
        migrations.AlterField("profile", "card", JsonText(default=dict)),
        migrations.AlterField("profile", "history", JsonText(default=list)),
        migrations.RunPython(migrations.RunPython.noop, unfold_lists),
    ]
