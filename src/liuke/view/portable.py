"""The portable evaluator: the view as one Ibis expression, on whatever engine the tables stand.

One grouped aggregation per source serves all features of that source; no join per feature.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from itertools import groupby
from operator import or_
from types import MappingProxyType

import ibis
from ibis import _

from liuke.ingest.canonical import TABLES
from liuke.view.aggregates import DistinctCount, aggregates_of, distinct_of, finish, rows_meeting
from liuke.view.computable import check_settings, layers_of
from liuke.view.feature import DerivedFeature, Feature
from liuke.view.known import Tables, empty_of, known_rows
from liuke.view.levels import daily_levels, level_aggregates
from liuke.view.measures import LEVELS
from liuke.view.row_feature import RowFeature

NO_SETTINGS: Mapping[str, float] = MappingProxyType({})


def compute_view(
    tables: Tables,
    features: Sequence[Feature],
    *,
    as_of: date,
    settings: Mapping[str, float] = NO_SETTINGS,
) -> ibis.Table:
    """Every customer known by the as-of day, with the value of every feature.

    tables: canonical tables by name; one that is absent counts as empty.
    settings: the workspace's settings that features multiply by, such as margin_rate.
    returns: one row per customer, sorted by customer_id: customer_id, as_of, then one column per
        feature in the order given. A customer without rows has each feature's declared missing.
    """
    check_settings(features, settings)
    layers = layers_of(features)
    tables = {name: tables[name] if name in tables else empty_of(name) for name in TABLES}
    measured = [feature for feature in features if isinstance(feature, RowFeature)]
    view = _measured(tables, measured, as_of=as_of, settings=settings)
    for layer in layers:
        view = view.mutate(**{feature.name: _derive(feature, view) for feature in layer})
    names = [feature.name for feature in features]
    return (
        view.mutate(as_of=ibis.literal(as_of)).select("customer_id", "as_of", *names).order_by("customer_id")
    )


def _measured(
    tables: Tables, features: Sequence[RowFeature], *, as_of: date, settings: Mapping[str, float]
) -> ibis.Table:
    """Every customer with the features measured on rows; one chain of joins, so one select."""
    view = known_rows(tables, "customers", as_of=as_of).select("customer_id")
    for source in sorted({feature.source for feature in features}):
        of_source = [feature for feature in features if feature.source == source]
        for number, counted in enumerate(_aggregate(tables, source, of_source, as_of=as_of)):
            view = view.left_join(counted, "customer_id", rname=f"_{source}_{number}_{{name}}")
    values = {
        feature.name: finish(feature, view, as_of=as_of, factor=settings.get(feature.times or ""))
        for feature in features
    }
    return view.select("customer_id", **values)


def _aggregate(
    tables: Tables, source: str, features: Sequence[RowFeature], *, as_of: date
) -> Iterator[ibis.Table]:
    """One row per customer of a source, in as few passes over its rows as there can be."""
    rows = known_rows(tables, source, as_of=as_of)
    parts: dict[str, ibis.Value] = {}
    counts: dict[str, list[DistinctCount]] = {}
    of_levels = [feature for feature in features if feature.measure in LEVELS]
    for feature in features:
        parts |= aggregates_of(feature, rows, as_of=as_of)
        if count := distinct_of(feature, rows, as_of=as_of):
            counts.setdefault(count.key, []).append(count)
    if parts:
        yield rows.group_by("customer_id").aggregate(**parts)
    for together in counts.values():
        yield _count_distinct(rows, together)
    for _where, same in groupby(sorted(of_levels, key=_conditions), key=_conditions):
        alike = list(same)
        levels = daily_levels(rows_meeting(alike[0], rows))
        yield levels.group_by("customer_id").aggregate(**level_aggregates(alike, levels, as_of=as_of))


def _conditions(feature: RowFeature) -> str:
    return repr(sorted(feature.where.items()))


def _count_distinct(rows: ibis.Table, counts: Sequence[DistinctCount]) -> ibis.Table:
    """Distinct values are met once per customer, then counted for all windows at once."""
    always = ibis.literal(True)
    wheres = [always if count.where is None else count.where for count in counts]
    wanted = reduce(or_, wheres) & counts[0].value.notnull()
    flags = {count.column: where for count, where in zip(counts, wheres, strict=True)}
    flagged = rows.select("customer_id", _value=counts[0].value, _wanted=wanted, **flags).filter(_["_wanted"])
    met = flagged.group_by("customer_id", "_value").aggregate(**{name: flagged[name].any() for name in flags})
    return met.group_by("customer_id").aggregate(**{name: met[name].sum() for name in flags})


def _derive(feature: DerivedFeature, view: ibis.Table) -> ibis.Value:
    of, base = view[feature.of].cast("float64"), view[feature.base].cast("float64")
    match feature.measure:
        case "difference":
            return of - base
        case "ratio":
            return of / base.nullif(0)
        case _:
            return (of - base) / (base > 0).ifelse(base, ibis.null("float64"))
