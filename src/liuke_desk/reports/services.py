"""The figures of a publication's reports, written while nobody sees it yet."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
from django.db import transaction

from liuke_desk.customers.bulk import insert_columns
from liuke_desk.customers.models import Publication
from liuke_desk.reports.models import ReportCube, ReportFrame

CUBE = ("unit_id", "dimension", "measure", "cells")


@transaction.atomic
def publish_reports(
    *, publication: Publication, frame: Mapping[str, Any] | None, cubes: Iterable[pa.RecordBatch]
) -> None:
    """Keep what each unit and all below it add up to; it is switched with its publication.

    frame: None where the cycle made no reports. cubes: with the columns of CUBE, cells as JSON text.
    """
    if frame is None:
        return
    ReportFrame.objects.create(publication=publication, content=frame)
    for batch in cubes:
        own = pa.repeat(pa.scalar(publication.pk), len(batch))
        insert_columns(ReportCube, {"publication_id": own, **{name: batch.column(name) for name in CUBE}})
