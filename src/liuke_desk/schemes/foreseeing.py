"""What a draft would change: asked once for each text and cycle, kept, and read by units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _
from django_scopes import scopes_disabled

from liuke_desk.bridge import scheme_check, scheme_questions
from liuke_desk.groups.models import Group
from liuke_desk.groups.services import create_group
from liuke_desk.people.models import Unit, User
from liuke_desk.people.selectors import UNASSIGNED
from liuke_desk.people.unit_tree import map_ways_up
from liuke_desk.schemes.models import SchemeDraft, WhatIfResult, WhatIfUnit
from liuke_desk.schemes.words import language
from liuke_desk.ui.refusals import Refused

_COUNTED = ("customers", "up", "down")
_SUMMED = ("value_fen_at_stake", "cost_fen_change", "managed_before", "managed_after")


class QuestionRefused(Refused):
    """A question that the workspace cannot answer; the sentence says why and what to do."""


def result_key(draft: SchemeDraft, *, on: date) -> str:
    """What an answer belongs to: this text over these customers. Any other is another question."""
    try:
        return f"{draft.text_hash[:32]}-{scheme_questions.question_key(on=on)}"
    except scheme_questions.QuestionRefused as refused:
        raise QuestionRefused(_("%(why)s"), why=_say(refused)) from None


def find_result(draft: SchemeDraft, *, on: date) -> WhatIfResult | None:
    """The answer kept for the draft's present text and the last cycle, if it was asked."""
    key = result_key(draft, on=on)
    result = WhatIfResult.objects.filter(draft=draft, key=key).first()
    return result if result and scheme_questions.has_movers(key) else None


def foresee(*, draft: SchemeDraft, on: date, at: datetime) -> WhatIfResult:
    """Ask what the draft would change, unless it was asked already; answers to older texts are dropped.

    Nothing is locked meanwhile: two who ask at once get the same answer, and one of the two is kept.
    """
    if kept := find_result(draft, on=on):
        return kept
    if scheme_check.check_text(draft.text, name=draft.name, version=draft.version):
        raise QuestionRefused(_("The draft has mistakes; correct them first."))
    key = result_key(draft, on=on)
    units = list(Unit.objects.values("unit_id", "parent_id", "name_zh", "name_en", "level"))
    try:
        figures = scheme_questions.ask(
            draft.text, on=on, key=key, units={unit["unit_id"] for unit in units}, elsewhere=UNASSIGNED
        )
    except scheme_questions.QuestionRefused as refused:
        raise QuestionRefused(_("%(why)s"), why=_say(refused)) from None
    by_unit = _add_up(figures.pop("units"), map_ways_up(units))
    as_of = figures.pop("as_of")
    return _keep(draft, key, as_of, figures, by_unit, at=at)


def keep_movers(*, result: WhatIfResult, name: str, move: str, user: User, at: datetime) -> Group:
    """The movers of the open scope as a group of customers."""
    draft = result.draft
    try:
        movers, _count = scheme_questions.read_movers(result.key, units=None, move=move)
    except scheme_questions.QuestionRefused as refused:
        raise QuestionRefused(_("%(why)s"), why=_say(refused)) from None
    way_zh, way_en = {"up": ("将升级", "would go up"), "down": ("将降级", "would go down")}.get(
        move, ("将变动", "would move")
    )
    source = {
        "kind": "what_if",
        "draft": draft.pk,
        "text": draft.text_hash,
        "move": move,
        "as_of": result.as_of.isoformat(),
        "zh": f"{draft.label} 模拟：{way_zh}",
        "en": f"What-if of {draft.label}: {way_en}",
    }
    ids = (row["customer_id"] for row in movers)
    return create_group(actor=user, name=name, customer_ids=ids, source=source, at=at)


@scopes_disabled()
def _keep(
    draft: SchemeDraft,
    key: str,
    as_of: date,
    figures: Mapping[str, Any],
    by_unit: Mapping[str, Mapping[str, Any]],
    *,
    at: datetime,
) -> WhatIfResult:
    known = set(Unit.objects.values_list("unit_id", flat=True))
    try:
        with transaction.atomic():
            older = WhatIfResult.objects.filter(draft=draft)
            scheme_questions.forget_movers(
                [each for each in older.values_list("key", flat=True) if each != key]
            )
            older.delete()
            result = WhatIfResult.objects.create(
                draft=draft,
                key=key,
                text_hash=draft.text_hash,
                as_of=as_of,
                figures=figures,
                computed_at=at,
            )
            WhatIfUnit.objects.bulk_create(
                WhatIfUnit(result=result, unit_id=unit_id, **sums)
                for unit_id, sums in by_unit.items()
                if unit_id in known
            )
    except IntegrityError:
        return WhatIfResult.objects.get(draft=draft, key=key)
    return result


def _add_up(
    rows: Iterable[Mapping[str, Any]], ways_up: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, Any]]:
    """Unit -> sums of it and all below; what is unknown of everybody stays unknown."""
    sums: dict[str, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(_COUNTED, 0) | dict.fromkeys(_SUMMED))
    for row in rows:
        for unit_id in ways_up.get(row["unit_id"], (row["unit_id"],)):
            total = sums[unit_id]
            for name in _COUNTED:
                total[name] += row[name]
            for name in _SUMMED:
                if row[name] is not None:
                    total[name] = (total[name] or 0) + row[name]
    return sums


def _say(refused: Exception) -> str:
    from liuke_desk.schemes.checking import say

    return say(str(refused)) if language() == "zh" else str(refused)
