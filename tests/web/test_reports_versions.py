"""Figures of reports are carried by migrations, one row for each figure and one for all of a measure."""

from datetime import date

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from liuke_desk.reports.models import ReportCube
from tests.web.company import publish
from tests.web.versions import earlier_version

CELLS = [
    {
        "month": f"2026-0{month}-01",
        "kind": kind,
        "member": "东门",
        "count": 1.5,
        "of_opening": month,
        "valued": 1,
        "value_fen": 700_00,
        "variance": 0.25,
        "third": 0.125,
    }
    for month in (1, 2)
    for kind in ("dormant", "voluntary")
]
ORDER = "unit_id, measure, month, kind, member"


def read_figures():
    names = ("unit_id", "dimension", "measure", *CELLS[0])
    with connection.cursor() as cursor:
        quoted = ", ".join(connection.ops.quote_name(name) for name in names)
        cursor.execute(f"SELECT {quoted} FROM reports_reportcell ORDER BY {ORDER}")
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [
        row | {"month": row["month"].isoformat() if isinstance(row["month"], date) else row["month"]}
        for row in rows
    ]


@pytest.mark.django_db(transaction=True)
def test_going_back_a_version_and_forth_again_leaves_every_figure():
    publication = publish()
    for unit_id, measure in (("B1", "lost"), ("R1", "lost"), ("R1", "new")):
        ReportCube.objects.create(
            publication=publication, unit_id=unit_id, dimension="dealer", measure=measure, cells=CELLS
        )

    with earlier_version(("reports", "0001_initial")):
        figures = read_figures()

    assert len(figures) == 3 * len(CELLS)
    assert figures[:4] == [
        {"unit_id": "B1", "dimension": "dealer", "measure": "lost", **cell} for cell in CELLS
    ]
    with scopes_disabled():
        cubes = ReportCube.objects.order_by("unit_id", "measure")
        assert [(cube.unit_id, cube.measure, cube.cells) for cube in cubes] == [
            ("B1", "lost", CELLS),
            ("R1", "lost", CELLS),
            ("R1", "new", CELLS),
        ]
