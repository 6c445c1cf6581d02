"""How the tier of a scheme of routes is told: the route taken, what lacks on which, what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import ibis
import ibis.expr.types as ir

from liuke.tier.speech import first_of, say_number, sentence

if TYPE_CHECKING:
    from liuke.tier.routes import Route, RoutesScheme

Language = Literal["zh", "en"]


class RouteWords:
    """The words of one scheme; numbers are written once a row, around them stand constants."""

    def __init__(self, scheme: RoutesScheme):
        self.scheme = scheme
        self.routes = scheme._routes

    def tell(self, table: ir.Table) -> ir.Table:
        """The judged table with why and why_zh."""
        decimals = self.scheme.amounts[0].decimals
        table = table.mutate(
            measure_text=say_number(table.measure, decimals=decimals),
            missing_text=say_number(table.missing, decimals=decimals),
        )
        return table.mutate(why=self._why(table, "en"), why_zh=self._why(table, "zh"))

    def _why(self, table: ir.Table, language: Language) -> ir.StringValue:
        rated = sentence(
            self._taken(table, language), self._lacking(table, language), self._unknown(table, language)
        )
        return ibis.ifelse(table.place.isnull(), self._refused(language), rated)

    def _refused(self, language: Language) -> str:
        if self.scheme.gate is None:
            return "金额均未知" if language == "zh" else "all amounts unknown"
        no = self.scheme.gate.no.say(language)
        return f"{no}：未评级" if language == "zh" else f"{no}: unrated"

    def _taken(self, table: ir.Table, language: Language) -> ir.StringValue:
        around = [self._around(number, language) for number in range(len(self.routes))]
        label = [(table.won == number, before) for number, (before, _) in enumerate(around)]
        edge = [(table.won == number, after) for number, (_, after) in enumerate(around)]
        figure = ibis.ifelse(table.won.isnull(), "", table.measure_text)
        otherwise = ibis.ifelse(table.known, self._no_route(language), self._nothing_known(language))
        return sentence(first_of(label, otherwise), ibis.coalesce(figure, ""), first_of(edge, ""))

    def _around(self, number: int, language: Language) -> tuple[str, str]:
        """What stands before and after the figure of a route that was taken."""
        at, amount, route = self.routes[number]
        tier = self.scheme.tiers[at].words.say(language)
        label = self.scheme.amounts[amount].words.say(language)
        edge = _number(route.edge)
        if language == "zh":
            return f"{label} ", f"，{'高于' if route.is_open else '达到'} {edge}：{tier}"
        return f"{label} ", f" {'is over' if route.is_open else 'reaches'} {edge}: {tier}"

    def _no_route(self, language: Language) -> str:
        tier, behind = self.scheme.otherwise.words.say(language), self._behind_gate(language)
        if language == "zh":
            return f"{behind}未达到更高等级：{tier}"
        return f"{behind}no better tier reached: {tier}"

    def _nothing_known(self, language: Language) -> str:
        tier, behind = self.scheme.otherwise.words.say(language), self._behind_gate(language)
        if language == "zh":
            return f"{behind}金额均未知：{tier}；任一金额已知后可能更高"
        return f"{behind}all amounts unknown: {tier}; any of them could give a better tier"

    def _behind_gate(self, language: Language) -> str:
        if self.scheme.gate is None:
            return ""
        return self.scheme.gate.yes.say(language) + ("，" if language == "zh" else ", ")

    def _lacking(self, table: ir.Table, language: Language) -> ir.StringValue:
        before = [(table.near == number, self._before(route, language)) for number, route in self._numbered]
        after = [(table.near == number, self._after(number, language)) for number, _ in self._numbered]
        return sentence(first_of(before, ""), ibis.coalesce(table.missing_text, ""), first_of(after, ""))

    @property
    def _numbered(self) -> list[tuple[int, Route]]:
        return [(number, route) for number, (_, _, route) in enumerate(self.routes)]

    def _before(self, route: Route, language: Language) -> str:
        past = route.is_open and not self.scheme.amounts[0].money  # past an open edge only money counts on
        if language == "zh":
            return "；再有超过 " if past else "；再有 "
        return "; over " if past else "; "

    def _after(self, number: int, language: Language) -> str:
        at, amount, _ = self.routes[number]
        tier = self.scheme.tiers[at].words.say(language)
        label = self.scheme.amounts[amount].words.say(language)
        return f" 的{label}即为{tier}" if language == "zh" else f" more of {label} for {tier}"

    def _unknown(self, table: ir.Table, language: Language) -> ir.StringValue:
        """Each amount that is unknown though it could give a better tier, and the best that it could give."""
        told: list[Any] = [""]
        for at, amount in enumerate(self.scheme.amounts):
            tiers = [tier for tier, of, _ in self.routes if of == at]
            if not tiers:
                continue
            best = self.scheme.tiers[min(tiers)].words.say(language)
            label = amount.words.say(language)
            told_so = (
                f"；{label}未知，最高可能为{best}"
                if language == "zh"
                else f"; {label} unknown, with which it could be up to {best}"
            )
            could = table[f"amount_{at}"].isnull() & (table.place > min(tiers)) & table.known
            told.append(ibis.ifelse(could, told_so, ""))
        return sentence(*told)


def _number(edge: float) -> str:
    return f"{edge:,.15g}"
