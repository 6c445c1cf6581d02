"""Words and colours of the tiers that a draft and the version before it have."""

from collections.abc import Mapping
from typing import Any

from liuke_desk.bridge import scheme_check, schemes
from liuke_desk.schemes.models import SchemeDraft

Words = Mapping[str, Any]


def tiers_of_both(draft: SchemeDraft) -> dict[str, Words]:
    """Tier -> its words and colour, those of the draft before those of the version it was made from."""
    before = schemes.describe_version(draft.name, draft.base_version)["tiers"]
    return {tier["tier"]: tier for tier in (*before, *describe_tiers(draft.text))}


def describe_tiers(text: str) -> list[dict[str, Any]]:
    """The tiers that a text declares, best first; none while it has mistakes."""
    try:
        scheme = scheme_check.read_scheme_text(text)
    except scheme_check.TextRefused:
        return []
    return [
        {"tier": level.name, "rank": level.rank, "colour": level.color, **level.words.model_dump()}
        for level in scheme.levels
    ]
