"""Figures that are read together become one row, with their cells by columns."""

import json
from itertools import groupby

import django.db.models.deletion
from django.db import migrations, models

from liuke_desk.customers.fields import JsonText
from liuke_desk.customers.fields import unfold as as_records

CUBE = ("publication_id", "unit_id", "dimension", "measure")
CELL = ("month", "kind", "member", "count", "of_opening", "valued", "value_fen", "variance", "third")


def fold(apps, schema_editor):
    quoted = _quote(schema_editor, (*CUBE, *CELL))
    with schema_editor.connection.cursor() as cursor:
        order = ", ".join(quoted[:7])
        cursor.execute(f"SELECT {', '.join(quoted)} FROM reports_reportcell ORDER BY {order}")
        made = []
        for cube, rows in groupby(cursor.fetchall(), key=lambda row: row[: len(CUBE)]):
            columns = dict(zip(CELL, zip(*(row[len(CUBE) :] for row in rows), strict=True), strict=True))
            columns["month"] = [str(month)[:10] for month in columns["month"]]
            made.append((*cube, json.dumps({"columns": columns}, ensure_ascii=False)))
        _insert(cursor, "reports_reportcube", _quote(schema_editor, (*CUBE, "cells")), made)


def unfold(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(CUBE)}, cells FROM reports_reportcube")
        for *cube, cells in cursor.fetchall():
            rows = [(*cube, *(cell[name] for name in CELL)) for cell in as_records(json.loads(cells))]
            _insert(cursor, "reports_reportcell", _quote(schema_editor, (*CUBE, *CELL)), rows)


def _quote(schema_editor, names):
    return [schema_editor.quote_name(name) for name in names]


def _insert(cursor, table, names, rows):
    places = ", ".join(["%s"] * len(names))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("people", "0001_initial"),
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportCube",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dimension", models.CharField(max_length=16)),
                ("measure", models.CharField(max_length=24)),
                ("cells", JsonText()),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="customers.publication",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("publication", "unit", "dimension", "measure"), name="report_cube_once"
                    )
                ],
            },
        ),
        migrations.RunPython(fold, unfold),
        migrations.DeleteModel(name="ReportCell"),
    ]
