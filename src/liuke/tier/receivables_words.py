"""How a class of buyers on credit is told: the rate, key or not, the line, and what the next class asks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import ibis
import ibis.expr.types as ir

from liuke.tier.ranked import percent
from liuke.tier.speech import first_of, say_number, sentence

if TYPE_CHECKING:
    from liuke.tier.receivables import ReceivablesScheme

Language = Literal["zh", "en"]


def tell(scheme: ReceivablesScheme, table: ir.Table) -> ir.Table:
    """The judged table with why and why_zh.

    Rates are cut after two decimals of a percent, not rounded: 79.999 % is not told as 80 %.
    """
    percents = (table.paid_fen.cast("float64") * 10_000 / table.sold_fen.cast("float64")).floor() / 100
    rate = ibis.ifelse(table.sold_fen > 0, percents, ibis.null("float64"))
    table = table.mutate(
        rate_text=_say_percent(rate), points_text=_say_points((table.next_rate * 100).round(6) - rate)
    )
    return table.mutate(why=_why(scheme, table, "en"), why_zh=_why(scheme, table, "zh"))


def _say_percent(number: ir.FloatingValue) -> ir.StringValue:
    return sentence(say_number(number, decimals=2), "%")


def _say_points(number: ir.FloatingValue) -> ir.StringValue:
    return say_number(number, decimals=2)


def _why(scheme: ReceivablesScheme, table: ir.Table, language: Language) -> ir.StringValue:
    zh = language == "zh"
    names = [tier.words.say(language) for tier in scheme.tiers]
    classed = first_of([(table.place == at, name) for at, name in enumerate(names)], "")
    rate = "回款率 " if zh else "repayment rate "
    colon = "：" if zh else ": "
    known = sentence(
        rate, table.rate_text, _key(scheme, table, zh=zh), _band(scheme, table, zh=zh), colon, classed
    )
    unknown = [
        (table.newcomer.fill_null(False), _new(scheme, names[-1], zh=zh)),
        (table.newcomer.isnull(), "是否新客户未知：未评级" if zh else "new or not is unknown: unrated"),
        (table.sold_fen.isnull(), "销售额未知：未评级" if zh else "sales are unknown: unrated"),
        (
            table.sold_fen <= 0,
            "去年无销售额，回款率未知：未评级" if zh else "nothing sold, so no repayment rate: unrated",
        ),
        (table.paid_fen.isnull(), "回款额未知：未评级" if zh else "collections are unknown: unrated"),
    ]
    return first_of(unknown, sentence(known, _next(scheme, table, names, zh=zh)))


def _new(scheme: ReceivablesScheme, name: str, *, zh: bool) -> str:
    words = scheme.is_new.words
    return f"{words.zh}：{name}，无授信" if zh else f"{words.en}: {name}, no credit"


def _key(scheme: ReceivablesScheme, table: ir.Table, *, zh: bool) -> ir.StringValue:
    places = scheme.key_places
    if zh:
        return ibis.ifelse(table.key, f"，重点客户（销售额前 {places} 名）", "，非重点客户")
    return ibis.ifelse(table.key, f", a key customer (top {places} by sales)", ", not a key customer")


def _band(scheme: ReceivablesScheme, table: ir.Table, *, zh: bool) -> ir.StringValue:
    """The edge that decided: full, high, or on which side of the line."""
    line, high = percent(scheme.line), percent(scheme.high_rate)
    bands = [
        (~scheme.reaches(table, scheme.line), f"，低于 {line} 底线" if zh else f", under the line of {line}"),
        (scheme.reaches(table, Decimal(1)), "，达到 100%" if zh else ", at least 100%"),
    ]
    if scheme.high_rate > scheme.line:
        told = f"，达到 {high}" if zh else f", at least {high}"
        bands.append((scheme.reaches(table, scheme.high_rate), told))
    return first_of(bands, f"，不低于 {line} 底线" if zh else f", not under the line of {line}")


def _next(scheme: ReceivablesScheme, table: ir.Table, names: list[str], *, zh: bool) -> ir.StringValue:
    name = first_of([(table.next_place == at, text) for at, text in enumerate(names)], "")
    if zh:
        more = sentence("；再提高 ", table.points_text, " 个百分点即为 ", name)
        keyed = sentence("；须进入", f"销售额前 {scheme.key_places} 名方可为 ", name)
    else:
        more = sentence("; ", table.points_text, " points more for ", name)
        keyed = sentence("; ", name, f" is for the top {scheme.key_places} by sales alone")
    return first_of([(table.next_place.isnull(), ""), (table.next_rate.isnull(), keyed)], more)
