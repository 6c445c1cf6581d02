"""The rows that a filter leaves of a list, or of those who went from it: for pages and for groups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext, override

from liuke_desk.customers.lists import say_term
from liuke_desk.customers.selectors import narrow, sort_profiles
from liuke_desk.people.models import User
from liuke_desk.people.selectors import choose_units, list_visible_units
from liuke_desk.warnings import selectors
from liuke_desk.warnings.forms import DepartedFilter, ListedFilter, SpanFilter
from liuke_desk.warnings.models import WarningList

NAME_LENGTH = 80


@dataclass(frozen=True)
class Chosen:
    """A list, the form above it, and the rows that it leaves; a form with mistakes leaves all."""

    warning_list: WarningList
    lists: list[WarningList]
    form: Form
    rows: QuerySet[Any]

    @property
    def is_latest(self) -> bool:
        return self.warning_list.pk == self.lists[0].pk


def choose_listed(asked: QueryDict, *, user: User) -> Chosen | None:
    """None where there is no list yet."""
    return _choose(asked, user, ListedFilter, selectors.list_rows, with_managers=True)


def choose_departed(asked: QueryDict, *, user: User) -> Chosen | None:
    return _choose(asked, user, DepartedFilter, selectors.list_departures)


def choose_changes(asked: QueryDict, *, user: User) -> Chosen | None:
    return _choose(asked, user, SpanFilter, selectors.list_rows)


CHOICES: Mapping[str, Callable[..., Chosen | None]] = {"listed": choose_listed, "departed": choose_departed}


def _choose(
    asked: QueryDict,
    user: User,
    make_form: type[Form],
    list_rows: Callable[[WarningList], QuerySet[Any]],
    *,
    with_managers: bool = False,
) -> Chosen | None:
    lists = selectors.list_lists()
    if not lists:
        return None
    chosen = next((each for each in lists if each.as_of.isoformat() == asked.get("on")), lists[0])
    units = list(list_visible_units(user))
    managers = {"managers": selectors.list_managers(chosen)} if with_managers else {}
    form = make_form(
        asked,
        days=[each.as_of for each in lists],
        warning_list=chosen,
        units=choose_units(units),
        staff_id=user.staff_id,
        **managers,
    )
    rows = list_rows(chosen)
    if form.is_valid():
        wanted = form.cleaned_data
        rows = narrow_changes(narrow(rows, wanted=wanted, units=units, staff_id=user.staff_id), wanted)
    return Chosen(chosen, lists, form, sort_profiles(rows, asked.get("sort", "")))


def narrow_changes(rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
    if wanted.get("manager"):
        rows = rows.filter(manager_id="" if wanted["manager"] == "-" else wanted["manager"])
    if wanted.get("change"):
        rows = rows.filter(change=wanted["change"])
    return rows.filter(why=wanted["why"]) if wanted.get("why") else rows


def describe(kind: str, asked: QueryDict, *, user: User) -> dict[str, Any]:
    """What the rows were chosen by: the plain values, and a sentence in each language."""
    chosen = CHOICES[kind](asked, user=user)
    assert chosen is not None
    wanted = {name: value for name, value in chosen.form.cleaned_data.items() if value and name != "on"}
    return {
        "list": f"warnings-{kind}",
        "as_of": chosen.warning_list.as_of.isoformat(),
        "wanted": wanted,
        "zh": _say("zh-hans", kind, asked, user),
        "en": _say("en", kind, asked, user),
    }


def _say(language: str, kind: str, asked: QueryDict, user: User) -> str:
    with override(language):
        chosen = CHOICES[kind](asked, user=user)
        assert chosen is not None
        day = chosen.warning_list.as_of.isoformat()
        if kind == "listed":
            title = gettext("Early-warning list of %(day)s") % {"day": day}
        else:
            title = gettext("Gone from the early-warning list by %(day)s") % {"day": day}
        terms = [
            say_term(chosen.form, name, value)
            for name, value in chosen.form.cleaned_data.items()
            if value and name != "on"
        ]
        return ("; " if language == "en" else "；").join((title, *terms))
