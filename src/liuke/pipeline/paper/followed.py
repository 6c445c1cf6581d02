"""How long customers stay, by the tier they had at the beginning: everybody of one day, followed until now.

The tier is that of the first day, as it was known by then. That of today would hang on who has left since,
for whoever stops paying falls.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis import _

from liuke.kernel.days import add_months, midnight, month_start
from liuke.kernel.drawing import COLOURS
from liuke.kernel.errors import MissingColumn
from liuke.kernel.words import Words
from liuke.pipeline.config import TierUse
from liuke.pipeline.households import find_households
from liuke.pipeline.schemes import open_book, scheme_in_force
from liuke.pipeline.steps.reports import CARD
from liuke.pipeline.tier_feed import HOUSEHOLD, fed_columns, feed
from liuke.pipeline.workspace import Workspace
from liuke.predict.card_customers import FEWEST, Facts, missing
from liuke.predict.displays import SurvivalDisplay
from liuke.tier import Scheme, SchemeBook
from liuke.tier.scheme import UNRATED, NotInForce

MONTHS_BACK = (12, 9, 6, 3)  # the first of them by which most customers had a tier
MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True)
class Followed:
    """One row for each customer with a tier: the tier, whole days until leaving or now, whether left.

    was_given: the tiers of the first day were kept then; else they are what they would have been.
    """

    starts_on: date
    until: date
    scheme: Scheme
    was_given: bool
    tier: np.ndarray
    days: np.ndarray
    left: np.ndarray

    @property
    def names(self) -> dict[str, Words]:
        held = set(self.tier)
        return {level.name: level.words for level in self.scheme.levels if level.name in held}

    def display(self) -> SurvivalDisplay:
        since = Words(zh=f"自 {self.starts_on} 起", en=f"since {self.starts_on}")
        return SurvivalDisplay.from_durations(
            self.days / MONTH_DAYS, self.left, group=self.tier, names=self.names, time=since
        )

    def facts(self) -> dict[str, object]:
        """Plain values of each tier: who was there, who left, who stayed so many months, 95 % intervals."""
        months = [month for month in (3, 6, 9, 12) if add_months(self.starts_on, month) <= self.until]
        return {
            "from": str(self.starts_on),
            "until": str(self.until),
            "scheme": {"name": self.scheme.label, **self.scheme.words.model_dump()},
            "was_given": self.was_given,
            "months": months,
            "tiers": [
                {"tier": key, **words.model_dump(), **self._of(key, months)}
                for key, words in self.names.items()
            ],
        }

    def _of(self, key: str, months: list[int]) -> dict[str, object]:
        from liuke.predict.kaplan_meier import kaplan_meier

        own = self.tier == key
        curve = kaplan_meier(self.days[own], self.left[own])
        stayed = {}
        for month in months if own.sum() >= FEWEST else ():
            end = (add_months(self.starts_on, month) - self.starts_on).days
            place = int(np.searchsorted(curve.duration, end)) - 1  # what happened before the month was over
            low, high = (curve.low[place], curve.high[place]) if place >= 0 else (np.nan, np.nan)
            stayed[str(month)] = {
                "share": float(curve.survival[place]) if place >= 0 else 1.0,
                "low": None if np.isnan(low) else float(low),
                "high": None if np.isnan(high) else float(high),
            }
        return {"customers": int(own.sum()), "left": int(self.left[own].sum()), "stayed": stayed}


def follow(workspace: Workspace, *, day: date) -> Followed | Facts:
    """Those of up to a year before a day that has reports; else facts that name what is missing."""
    if not workspace.config.tiers:
        return missing("no_scheme")
    in_force = _in_force(workspace, day)
    use = next((use for use, scheme in in_force if _has_few(scheme)), None)
    if use is None:
        return missing("many_tiers" if in_force else "unrated_then")
    months = _months(workspace, day)
    for back in MONTHS_BACK:
        starts_on = add_months(month_start(day), -back)
        if starts_on in months:
            try:
                found = _follow_from(workspace, use, starts_on, day)
            except (NotInForce, MissingColumn):  # not in force then, or of columns that are no more
                continue
            if found is not None:
                return found
    return missing("unrated_then" if months else "no_months")


def _in_force(workspace: Workspace, day: date) -> list[tuple[TierUse, Scheme]]:
    """Uses of schemes with the version of a day, without those of later days only."""
    book, found = open_book(workspace), []
    for use in workspace.config.tiers:
        with suppress(NotInForce):
            found.append((use, scheme_in_force(workspace, use, book, as_of=day)))
    return found


def _has_few(scheme: Scheme) -> bool:
    """Whether its tiers can be told apart in one plot."""
    return len([level for level in scheme.levels if level.name != UNRATED]) <= len(COLOURS)


def _months(workspace: Workspace, day: date) -> set[date]:
    """Those that the day's reports tell of."""
    card = workspace.var / "runs" / day.isoformat() / CARD
    if not card.is_file():
        return set()
    return {date.fromisoformat(each["month"]) for each in json.loads(card.read_text("utf-8"))["months"]}


def _follow_from(workspace: Workspace, use: TierUse, starts_on: date, until: date) -> Followed | None:
    """None where fewer than half of the customers had a tier by then."""
    book = open_book(workspace)
    scheme = scheme_in_force(workspace, use, book, as_of=starts_on)
    rows = workspace.table("report_customers", as_of=until)
    there = rows.filter(_.measure == "opening", _.month == starts_on).select("customer_id").distinct()
    lost = rows.filter(_.measure == "lost", _.month >= starts_on)
    gone = lost.group_by("customer_id").agg(left_at=_["at"].min()).rename(gone_id="customer_id")
    was_given = _is_given(workspace, scheme, starts_on)
    tiers = (_tiers_given if was_given else _tiers_then)(workspace, use, scheme, book, starts_on)
    tiers = tiers.rename(rated_id="customer_id")
    met = there.left_join(gone, there.customer_id == gone.gone_id)
    met = met.left_join(tiers, met.customer_id == tiers.rated_id)
    begun = ibis.literal(midnight(starts_on))
    days = (_.left_at.delta(begun, unit="second") // 86_400).fill_null((until - starts_on).days)
    counted = met.group_by(tier=_.tier.fill_null(UNRATED), days=days, left=_.left_at.notnull()).agg(
        n=_.count()
    )
    found = workspace.engine.to_arrow(counted.order_by("tier", "days", "left"))
    repeat = found["n"].to_numpy()
    tier = np.repeat(np.asarray(found["tier"].to_pylist(), object), repeat)
    rated = np.isin(tier.astype(str), [each.name for each in scheme.levels if each.name != UNRATED])
    if not len(tier) or rated.mean() < 0.5:
        return None
    numbers = [np.repeat(found[name].to_numpy().astype(float), repeat)[rated] for name in ("days", "left")]
    return Followed(starts_on, until, scheme, was_given, tier[rated], *numbers)


def _is_given(workspace: Workspace, scheme: Scheme, day: date) -> bool:
    """Whether a cycle of that day gave tiers by the scheme."""
    if day not in workspace.as_of_days("tiers"):
        return False
    given = workspace.table("tiers", as_of=day).filter(_.scheme == scheme.name)
    return bool(workspace.engine.to_arrow(given.limit(1)).num_rows)


def _tiers_given(workspace: Workspace, use: TierUse, scheme: Scheme, book: SchemeBook, day: date) -> ir.Table:
    """customer_id and tier, as the cycle of that day gave them."""
    given = workspace.table("tiers", as_of=day)
    return given.filter(_.scheme == scheme.name).select("customer_id", "tier")


def _tiers_then(workspace: Workspace, use: TierUse, scheme: Scheme, book: SchemeBook, day: date) -> ir.Table:
    """customer_id and tier, as they would have been."""
    from liuke.ingest.tables import canonical_tables

    tables = canonical_tables(workspace.warehouse)
    view = _view_then(workspace, tables, set(fed_columns(use, scheme, book).values()), day)
    homes = None
    if any(name.startswith(HOUSEHOLD) for name in use.columns.values()):
        homes = ibis.memtable(find_households(tables, workspace.engine, as_of=day))
    judged = scheme.express(feed(view, use, scheme, book, households=homes), as_of=day)
    return judged.select("customer_id", "tier")


def _view_then(workspace: Workspace, tables: dict[str, ir.Table], names: set[str], day: date) -> ir.Table:
    """The columns of the view that a scheme may read, as of a day."""
    from liuke.view.feature import DerivedFeature
    from liuke.view.features import load_features
    from liuke.view.portable import compute_view

    features = load_features(workspace.root / "features")
    wanted = names | {f"{name}_fen" for name in names}
    while True:
        made_of = {
            part
            for each in features
            if each.name in wanted and isinstance(each, DerivedFeature)
            for part in (each.of, each.base)
        }
        if made_of <= wanted:
            break
        wanted |= made_of
    chosen = [each for each in features if each.name in wanted]
    return compute_view(tables, chosen, as_of=day, settings={"margin_rate": workspace.config.margin_rate})
