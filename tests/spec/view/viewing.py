"""Short words for specs: declare a feature with only what matters, and see it for every customer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis

from liuke.view.features import DerivedFeature, Feature, RowFeature
from liuke.view.portable import compute_view

ABOUT = {"name": "it", "label": {"zh": "它", "en": "it"}, "unit": "time", "cause": "activity"}


def measured(source: str, measure: str, **settings: Any) -> RowFeature:
    """A feature called "it" unless named, unknown when missing unless told."""
    given = {**ABOUT, "missing": "unknown", "source": source, "measure": measure, **settings}
    return RowFeature.model_validate(given)


def derived(measure: str, *, of: str, base: str, name: str = "it") -> DerivedFeature:
    return DerivedFeature.model_validate({**ABOUT, "name": name, "measure": measure, "of": of, "base": base})


def seen(
    tables: Mapping[str, ibis.Table],
    *features: Feature,
    as_of: str,
    settings: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Customer -> the value of the last feature given."""
    view = compute_view(tables, features, as_of=date.fromisoformat(as_of), settings=settings or {})
    return {row["customer_id"]: row[features[-1].name] for row in view.to_pyarrow().to_pylist()}
