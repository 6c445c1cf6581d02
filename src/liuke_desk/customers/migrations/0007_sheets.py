"""What customers are told of at length goes from their rows onto sheets, some dozens on each, compressed."""

import json

import pyarrow as pa
from django.db import migrations, models

from liuke_desk.customers.fields import JsonText
from liuke_desk.customers.sheets import PARTS, ROWS_PER_SHEET, pack_sheets, read_sheet

ROWS_AT_ONCE = 100 * ROWS_PER_SHEET


def pack(apps, schema_editor):
    """Every publication as it stands, in the order of customers' numbers."""
    with schema_editor.connection.cursor() as cursor:
        for publication in _list_publications(cursor):
            first = 0
            for rows in _read_rows(cursor, publication, PARTS):
                first += _write_sheets(cursor, publication, rows, first)


def unpack(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for publication in _list_publications(cursor):
            for rows in _read_rows(cursor, publication, ("sheet_number", "sheet_place")):
                _write_parts(cursor, publication, rows)


def _list_publications(cursor):
    cursor.execute("SELECT id FROM customers_publication ORDER BY id")
    return [number for (number,) in cursor.fetchall()]


def _read_rows(cursor, publication, names):
    """Customer number and the columns named, so many at a time."""
    last = ""
    while True:
        cursor.execute(
            f"SELECT customer_id, {', '.join(names)} FROM customers_profile"
            f" WHERE publication_id = %s AND customer_id > %s ORDER BY customer_id LIMIT {ROWS_AT_ONCE}",
            [publication, last],
        )
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield rows


def _write_sheets(cursor, publication, rows, first):
    texts = zip(*(row[1:] for row in rows), strict=True)
    bodies = pack_sheets({name: pa.array(each) for name, each in zip(PARTS, texts, strict=True)})
    cursor.executemany(
        "INSERT INTO customers_sheet (publication_id, number, body) VALUES (%s, %s, %s)",
        [(publication, number, body) for number, body in enumerate(bodies, start=first)],
    )
    offers = (json.loads(row[1 + PARTS.index("card")]).get("offers") or [] for row in rows)
    cursor.executemany(
        "UPDATE customers_profile SET sheet_number = %s, sheet_place = %s, offers = %s"
        " WHERE publication_id = %s AND customer_id = %s",
        [
            (
                first + place // ROWS_PER_SHEET,
                place % ROWS_PER_SHEET,
                json.dumps(offered, ensure_ascii=False),
                publication,
                row[0],
            )
            for place, (row, offered) in enumerate(zip(rows, offers, strict=True))
        ],
    )
    return len(bodies)


def _write_parts(cursor, publication, rows):
    """As plain lists and records, which any earlier version reads."""
    places = {}
    for customer_id, number, place in rows:
        if number is not None:
            places.setdefault(number, {})[place] = customer_id
    written = []
    for number, customers in places.items():
        cursor.execute(
            "SELECT body FROM customers_sheet WHERE publication_id = %s AND number = %s",
            [publication, number],
        )
        found = read_sheet(cursor.fetchone()[0], customers, *PARTS)
        for place, parts in found.items():
            told = [json.dumps(parts[name], ensure_ascii=False) for name in PARTS]
            written.append((*told, publication, customers[place]))
    changes = ", ".join(f"{name} = %s" for name in PARTS)
    cursor.executemany(
        f"UPDATE customers_profile SET {changes} WHERE publication_id = %s AND customer_id = %s", written
    )


def keep_as_it_is(apps, schema_editor):
    """PostgreSQL would try to compress the sheets once more."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE customers_sheet ALTER COLUMN body SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_json_as_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("body", models.BinaryField()),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.CASCADE,
                        to="customers.publication",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("publication", "number"), name="one_sheet_per_number")
                ]
            },
        ),
        migrations.RunPython(keep_as_it_is, migrations.RunPython.noop),
        migrations.AddField("profile", "sheet_number", models.PositiveIntegerField(null=True)),
        migrations.AddField("profile", "sheet_place", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("profile", "offers", JsonText(default=list)),
        migrations.RunPython(pack, unpack),
        migrations.RemoveField("profile", "tiers"),
        migrations.RemoveField("profile", "history"),
        migrations.RemoveField("profile", "card"),
    ]
