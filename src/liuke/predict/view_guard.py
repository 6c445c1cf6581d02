"""A view to learn from shows nothing of its as-of day or later; one that does is refused, not believed.

Views are computed point in time, so this never speaks of them. It is for views made elsewhere, or of
another day, which would teach a model what it cannot know when it is used, and look excellent in doing so.
"""

from collections.abc import Iterable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.days import midnight
from liuke.kernel.errors import LiukeError
from liuke.view.feature import Feature

CLOCKS = ("happened_at", "known_at")


class ViewRefused(LiukeError):
    """A view that holds what was not known by its as-of day."""


def refuse_future(view: pa.Table, features: Iterable[Feature], *, as_of: date) -> None:
    """Raise ViewRefused when a view to be learned from as of a day shows that day or later.

    view: one row per customer: customer_id, the features' columns, and as_of if it is told. Days and
    instants among the features lie before the as-of day; only a feature that reads a column of plans, such
    as the end of a contract, may look ahead: the plan was known.
    """
    if "as_of" in view.column_names:
        _refuse_after(view, "as_of", as_of=as_of)
    for feature in features:
        kind = view.schema.field(feature.name).type
        if pa.types.is_temporal(kind) and not tells_plans(feature):
            _refuse_late(view, feature.name, as_of=as_of)


def tells_plans(feature: Feature) -> bool:
    """Whether a feature reads days that are no record of what happened or became known."""
    column = getattr(feature, "of", None)
    return column is not None and column not in CLOCKS


def _refuse_after(view: pa.Table, column: str, *, as_of: date) -> None:
    late = view.filter(pc.greater(view[column].cast(pa.date32()), pa.scalar(as_of, pa.date32())))
    if len(late):
        raise ViewRefused(
            f"The view to learn from as of {as_of} is one as of {late[column][0]} for {len(late):,} "
            f"customers ({late['customer_id'][0]} is one): it knows what came later. Give the view as of "
            f"{as_of}."
        )


def _refuse_late(view: pa.Table, column: str, *, as_of: date) -> None:
    edge = pa.scalar(midnight(as_of), pa.timestamp("us"))
    late = view.filter(pc.greater_equal(view[column].cast(pa.timestamp("us")), edge))
    if len(late):
        raise ViewRefused(
            f"The feature {column!r} of the view as of {as_of} tells {late[column][0]} of "
            f"{late['customer_id'][0]}, and the day or later of {len(late):,} customers in all: that was not "
            f"known yet. Compute it from what was known before {as_of}, or take it out."
        )
