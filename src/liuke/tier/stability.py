"""What keeps tiers from flapping: how long and how near the edge a tier is held against the numbers.

The numbers of a day say which tier is due. Held against that day's numbers, in this order:

- minimum stay: a tier that was entered fewer than so many days ago is left neither up nor down;
- protection: a tier that was risen into fewer than so many days ago is not lowered;
- hysteresis: a tier is held while what lacks for it is at most this share of its edge (measure + missing);
- review: where tiers are never lowered by themselves, it is held until a person lowers it.

An override by a person, with its reason, end and approval, stands above all of them. A customer whose
measure is unknown is unrated whatever was held: what is not known protects nobody.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.tier.speech import first_of, sentence

HELD_BY = ("minimum_stay", "protection", "hysteresis", "review", "override")

# How the days before left each customer; see `steady`.
STANDING = ("customer_id", "steady_tier", "steady_since", "rose")


class Stability(BaseModel):
    """How a scheme holds tiers. Days count from the day a tier was entered; by default nothing is held.

    downgrade: "automatic" by the numbers, or "review": never without a person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum_stay_days: int = Field(default=0, ge=0)
    protection_days: int = Field(default=0, ge=0)
    hysteresis: Decimal = Field(default=Decimal(0), ge=0, lt=1)
    downgrade: Literal["automatic", "review"] = "automatic"


def hold(
    judged: ir.Table,
    *,
    stability: Stability,
    ranks: dict[str, int],
    words: dict[str, tuple[str, str]],
    as_of: date,
    standing: ir.Table | None = None,
    overrides: ir.Table | None = None,
) -> ir.Table:
    """The judged tiers of a day with what is held against them.

    judged: customer_id, tier, rank, measure, why, why_zh, next_tier, missing, as a scheme judges them, and
        next_edge: where the next tier begins, of the measure that `missing` is about.
    ranks: tier -> rank, words: tier -> (zh, en), unrated among them.
    standing: the latest earlier day's customer_id, steady_tier, steady_since (day entered) and rose (whether
        it was entered from below); a tier that the scheme no longer has counts as none.
    overrides: those in force on the day, at most one a customer: customer_id, override_tier, override_reason,
        override_ends_on (exclusive).
    returns: judged without next_edge, with tier and rank as held, and judged_tier, held_by (null where the
        numbers decide), since (day the tier was entered), steady_tier, steady_since, rose. What is missing
        is counted from the numbers: for a held customer it is what lacks for the tier above the one the
        numbers give.
    """
    rows = _with_standing(judged, standing, ranks)
    rows = rows.mutate(held=_held_by(rows, stability, as_of=as_of, unrated=ranks["unrated"]))
    keeps = rows.held.notnull()
    same = keeps | (rows.held_tier == rows.tier)
    rows = rows.mutate(
        steady_tier=ibis.ifelse(keeps, rows.held_tier, rows.tier),
        steady_since=ibis.ifelse(same, rows.held_since, ibis.literal(as_of)),
        rose=ibis.ifelse(
            same, rows.held_rose, rows.held_rank.notnull() & (rows["rank"] < rows.held_rank)
        ).fill_null(False),
    )
    rows = _lowered_by_hand(_overridden(rows, overrides), stability, ranks, as_of=as_of)
    by = ibis.ifelse(rows.override_tier.notnull(), ibis.literal("override"), rows.held)
    tier = ibis.coalesce(rows.override_tier, rows.steady_tier)
    rows = rows.mutate(judged_tier=rows.tier, held_by=by, tier=tier)
    rows = rows.mutate(since=rows.steady_since, rank=_rank_of(rows.tier, ranks))
    said = {
        language: _said(rows, words, stability, language=language, place=place)
        for place, language in enumerate(("zh", "en"))
    }
    rows = rows.mutate(why=rows.why + said["en"], why_zh=rows.why_zh + said["zh"])
    return rows.select(
        *(name for name in judged.columns if name != "next_edge"),
        "judged_tier",
        "held_by",
        "since",
        "steady_tier",
        "steady_since",
        "rose",
    )


def _with_standing(judged: ir.Table, standing: ir.Table | None, ranks: dict[str, int]) -> ir.Table:
    if standing is None:
        return judged.mutate(
            held_tier=ibis.null("string"),
            held_since=ibis.null("date"),
            held_rose=ibis.null("boolean"),
            held_rank=ibis.null("int32"),
        )
    known = standing.filter(standing.steady_tier.isin([tier for tier in ranks if tier != "unrated"]))
    before = known.select(
        before_id=known.customer_id,
        held_tier=known.steady_tier,
        held_since=known.steady_since,
        held_rose=known.rose,
        held_rank=_rank_of(known.steady_tier, ranks),
    )
    return judged.left_join(before, judged.customer_id == before.before_id).drop("before_id")


def _held_by(rows: ir.Table, stability: Stability, *, as_of: date, unrated: int) -> ir.StringValue:
    """The first rule that keeps the tier of before; null where none does."""
    stayed_days = ibis.literal(as_of).delta(rows.held_since, unit="day")
    moved = rows.held_rank.notnull() & (rows["rank"] != rows.held_rank) & (rows["rank"] != unrated)
    lowered = rows["rank"] > rows.held_rank
    share = Fraction(stability.hysteresis)
    excess = rows.missing * share.denominator - rows.next_edge.abs() * share.numerator
    near = (rows.next_tier == rows.held_tier) & (excess.round(6) <= 0)  # without the dust of binary floats
    rules: list[tuple[Any, str]] = []
    if stability.minimum_stay_days:
        rules.append((moved & (stayed_days < stability.minimum_stay_days), "minimum_stay"))
    if stability.protection_days:
        rules.append(
            (moved & lowered & rows.held_rose & (stayed_days < stability.protection_days), "protection")
        )
    if stability.hysteresis:
        rules.append((moved & lowered & near, "hysteresis"))
    if stability.downgrade == "review":
        rules.append((moved & lowered, "review"))
    return first_of(rules, ibis.null("string"))


def _overridden(rows: ir.Table, overrides: ir.Table | None) -> ir.Table:
    if overrides is None:
        return rows.mutate(
            override_tier=ibis.null("string"),
            override_reason=ibis.null("string"),
            override_ends_on=ibis.null("date"),
        )
    ready = overrides.select("override_tier", "override_reason", "override_ends_on", by=overrides.customer_id)
    return rows.left_join(ready, rows.customer_id == ready.by).drop("by")


def _lowered_by_hand(rows: ir.Table, stability: Stability, ranks: dict[str, int], *, as_of: date) -> ir.Table:
    """Where only people lower tiers, an override downwards is that lowering and outlives its end."""
    if stability.downgrade != "review":
        return rows
    lower = (_rank_of(rows.override_tier, ranks) > _rank_of(rows.steady_tier, ranks)).fill_null(False)
    return rows.mutate(
        steady_tier=ibis.ifelse(lower, rows.override_tier, rows.steady_tier),
        steady_since=ibis.ifelse(lower, ibis.literal(as_of), rows.steady_since),
        rose=rows.rose & ~lower,
    )


def _rank_of(tier: ir.StringValue, ranks: dict[str, int]) -> ir.IntegerValue:
    return first_of([(tier == name, rank) for name, rank in ranks.items()], ibis.null("int32")).cast("int32")


def _said(
    rows: ir.Table, words: dict[str, tuple[str, str]], stability: Stability, *, language: str, place: int
) -> ir.StringValue:
    """The sentence that is added where a tier is held."""
    zh = language == "zh"
    tier = first_of([(rows.tier == name, said[place]) for name, said in words.items()], "")
    share = f"{(stability.hysteresis * 100).normalize():f}%"
    reasons = {
        "minimum_stay": _days(stability.minimum_stay_days, "入级未满", "entered less than", zh=zh),
        "protection": _days(stability.protection_days, "升级未满", "risen into less than", zh=zh),
        "hysteresis": f"差额不超过 {share}" if zh else f"within {share} of its edge",
        "review": "降级须人工审批" if zh else "lowered only by a person",
    }
    held = [(rows.held_by == by, reason) for by, reason in reasons.items()]
    override = (
        sentence("人工调整至 ", rows.override_ends_on.cast("string"), " 前：", rows.override_reason)
        if zh
        else sentence("set by hand until ", rows.override_ends_on.cast("string"), ": ", rows.override_reason)
    )
    reason = first_of([*held, (rows.held_by == "override", override)], "")
    told = (
        sentence("；保留", tier, "（", reason, "）")
        if zh
        else sentence("; held at ", tier, " (", reason, ")")
    )
    return ibis.ifelse(rows.held_by.isnull(), "", told)


def _days(days: int, zh_words: str, en_words: str, *, zh: bool) -> str:
    return f"{zh_words} {days} 天" if zh else f"{en_words} {days} days ago"
