"""What pages read of schemes, drafts and what drafts would change."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

from liuke_desk.bridge import scheme_check, scheme_questions, schemes
from liuke_desk.customers.models import Profile
from liuke_desk.people.models import Unit, User
from liuke_desk.people.selectors import scope_of
from liuke_desk.schemes.comparison import Section, compare
from liuke_desk.schemes.models import SchemeDraft, WhatIfResult, WhatIfUnit
from liuke_desk.schemes.states import OPEN_STATES, State
from liuke_desk.ui.pages import ROWS_PER_PAGE


def find_scheme(name: str, *, on: date) -> dict[str, Any]:
    try:
        return schemes.find_scheme(name, on=on)
    except schemes.SchemeMissing as missing:
        raise Http404(str(missing)) from None


def describe_version(name: str, version: int) -> dict[str, Any]:
    try:
        return schemes.describe_version(name, version)
    except schemes.SchemeMissing as missing:
        raise Http404(str(missing)) from None


def read_version(name: str, version: int) -> dict[str, Any]:
    try:
        return schemes.read_version(name, version)
    except schemes.SchemeMissing as missing:
        raise Http404(str(missing)) from None


def list_drafts(name: str | None = None) -> QuerySet[SchemeDraft]:
    """Drafts with their people, the last changed first."""
    drafts = SchemeDraft.objects.select_related("made_by", "decided_by")
    return drafts.filter(name=name) if name else drafts


def map_open_drafts() -> dict[str, SchemeDraft]:
    return {draft.name: draft for draft in list_drafts().filter(state__in=OPEN_STATES)}


def count_waiting() -> int:
    return SchemeDraft.objects.filter(state=State.SUBMITTED.value).count()


def find_draft(pk: int) -> SchemeDraft:
    draft = list_drafts().filter(pk=pk).first()
    if draft is None:
        raise Http404(f"No draft {pk}")
    return draft


def compare_draft(draft: SchemeDraft) -> list[Section] | None:
    """The draft beside the version it was made from; None while its text cannot be read."""
    base = read_version(draft.name, draft.base_version)
    try:
        return compare(base["declared"], scheme_check.parse_text(draft.text))
    except scheme_check.TextRefused:
        return None


def read_units(result: WhatIfResult, *, top: Unit | None) -> list[WhatIfUnit]:
    """The units just below one, or the uppermost the user may see; most movers first."""
    lines = WhatIfUnit.objects.filter(result=result).select_related("unit")
    below = lines.filter(unit__parent=top) if top else lines.filter(unit__parent=None)
    return sorted(below, key=lambda line: (-(line.up + line.down), line.unit_id))


def read_own(result: WhatIfResult, user: User) -> WhatIfUnit | None:
    """The sums of the unit a person is bound to; None for those who see the whole company."""
    if user.unit_id is None:
        return None
    return WhatIfUnit.objects.filter(result=result, unit=user.unit_id).first()


def read_top(user: User, asked: str | None) -> Unit | None:
    """The unit whose parts are shown: the one asked for if the user may see it, else their own."""
    if not asked:
        return user.unit
    visible = scope_of(user)
    unit = Unit.objects.filter(pk=asked).first()
    if unit is None or (visible is not None and asked not in visible):
        raise Http404(f"No unit {asked}")
    return unit


def page_movers(result: WhatIfResult, user: User, *, move: str, page: str | None) -> Page:
    """One page of the movers in the user's units, the greatest value first, with their names."""
    units = scope_of(user)
    _none, count = scheme_questions.read_movers(result.key, units=units, move=move, rows=0)
    asked = Paginator(range(count), ROWS_PER_PAGE).get_page(page)
    begin = asked.object_list[0] if count else 0
    rows, _count = scheme_questions.read_movers(
        result.key, units=units, move=move, begin=begin, rows=ROWS_PER_PAGE
    )
    names = _names_of(row["customer_id"] for row in rows)
    places = Unit.objects.in_bulk([row["unit_id"] for row in rows])
    asked.object_list = [
        row | {"name": names.get(row["customer_id"]), "unit": places.get(row["unit_id"])} for row in rows
    ]
    return asked


def _names_of(ids: Iterable[str]) -> dict[str, str]:
    known = Profile.objects.filter(publication__is_current=True, customer_id__in=list(ids))
    return dict(known.values_list("customer_id", "name"))


def keep_known(ids: Iterable[str]) -> set[str]:
    """Those of the customers whom the open scope may see."""
    known = Profile.objects.filter(publication__is_current=True, customer_id__in=list(ids))
    return set(known.values_list("customer_id", flat=True))
