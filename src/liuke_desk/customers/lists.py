"""The two lists of customers, and the rows that a filter leaves: for pages, and for groups made of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.forms import ChoiceField, Form
from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop, override

from liuke_desk.customers import selectors
from liuke_desk.customers.forms import CustomerSearch, WarningFilter
from liuke_desk.customers.models import Profile, Publication
from liuke_desk.people.models import User
from liuke_desk.people.selectors import choose_units, list_visible_units

Rows = QuerySet[Profile]


@dataclass(frozen=True)
class Kind:
    """One list: its title, its form, its customers in their order."""

    title: str
    make_form: type[Form]
    list_rows: Callable[..., Rows]


def list_customers(publication: Publication | None, *, sort: str = "") -> Rows:
    rows = selectors.list_profiles(publication).order_by("customer_id")
    offered = sort.removeprefix("-") in selectors.CUSTOMER_SORTS
    return selectors.sort_profiles(rows, sort) if offered else rows


LISTS: Mapping[str, Kind] = {
    "warning-list": Kind(gettext_noop("Early warning"), WarningFilter, selectors.list_warnings),
    "customer-list": Kind(gettext_noop("Customers"), CustomerSearch, list_customers),
}


def choose_rows(
    name: str, asked: QueryDict, *, user: User, publication: Publication | None
) -> tuple[Form, Rows]:
    """The filter form and the rows it leaves; a form with mistakes shows them and filters nothing."""
    form, rows = choose_narrowed(name, asked, user=user, publication=publication)
    text = read_text(form)
    return form, selectors.search(rows, text) if text else rows


def read_text(form: Form) -> str:
    """What is searched for; empty where nothing is."""
    return str(form.cleaned_data.get("q", ""))


def choose_narrowed(
    name: str, asked: QueryDict, *, user: User, publication: Publication | None
) -> tuple[Form, Rows]:
    """The same before anything is searched for."""
    kind = LISTS[name]
    rows = kind.list_rows(publication, sort=asked.get("sort", ""))
    units = list(list_visible_units(user))
    form = kind.make_form(asked, publication=publication, units=choose_units(units), staff_id=user.staff_id)
    if form.is_valid():
        rows = selectors.narrow(rows, wanted=form.cleaned_data, units=units, staff_id=user.staff_id)
    return form, rows


def describe_rule(name: str, asked: QueryDict, *, user: User, publication: Publication) -> dict[str, Any]:
    """What the rows were chosen by: the plain values, and a sentence in each language."""
    form, _ = choose_rows(name, asked, user=user, publication=publication)
    wanted = {field: value for field, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    return {
        "list": name,
        "as_of": publication.as_of.isoformat(),
        "wanted": wanted,
        "zh": _say("zh-hans", name, asked, user, publication),
        "en": _say("en", name, asked, user, publication),
    }


def _say(language: str, name: str, asked: QueryDict, user: User, publication: Publication) -> str:
    with override(language):
        form, _ = choose_rows(name, asked, user=user, publication=publication)
        terms = [
            say_term(form, field, value)
            for field, value in (form.cleaned_data.items() if form.is_valid() else ())
            if value
        ]
        between = "; " if language == "en" else "；"
        return between.join((_say_source(name, publication.as_of), *terms))


def _say_source(name: str, as_of: date) -> str:
    return gettext("%(list)s as of %(day)s") % {"list": gettext(LISTS[name].title), "day": as_of.isoformat()}


def say_term(form: Form, name: str, value: Any) -> str:
    """One field of a filter with what was asked for, in the words of the form."""
    field = form.fields[name]
    if value is True:
        return str(field.label)
    if isinstance(field, ChoiceField):
        value = dict(field.choices).get(value, value)
    return gettext("%(label)s: %(value)s") % {"label": field.label, "value": str(value).strip()}
