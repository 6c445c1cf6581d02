"""A list beside the one before: the columns that tell what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from liuke_desk.customers.models import Profile, Publication
from liuke_desk.warnings.models import WarningList
from liuke_desk.warnings.states import Change, Standing, name_change, name_departure

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Before:
    """The list before, by customer, and the publication of its day where it is still kept."""

    warning_list: WarningList
    listed: dict[str, dict[str, Any]]
    publication: Publication | None


def stand(row: Row) -> Standing:
    return Standing(row["p_ahead"], row["value_at_stake_fen"], row["expected_loss_fen"])


def compare(
    row: Row,
    before: Before | None,
    seen_before: Mapping[str, Standing],
    *,
    horizon_months: int,
    risk_step: float,
) -> dict[str, Any]:
    """How a listed customer stood in the cycle before, on its list or not."""
    if before is None:
        return {"change": Change.FIRST.value}
    was_listed = before.listed.get(row["customer_id"])
    was = stand(was_listed) if was_listed else seen_before.get(row["customer_id"], Standing(None, None, None))
    # A risk over two months and one over three are not compared.
    p_before = was.p if before.warning_list.horizon_months == horizon_months else None
    now = stand(row)
    like = Standing(p_before, was.value_fen, was.loss_fen)
    change = name_change(like, now, risk_step=risk_step) if was_listed else Change.NEW
    return {
        "change": change.value,
        "rank_before": was_listed["rank"] if was_listed else None,
        "p_before": p_before,
        "loss_before_fen": was.loss_fen,
    }


def depart(row: Row, now: Profile | None, *, was_kept: bool, risk_step: float) -> dict[str, Any]:
    """A customer of the list before who is not on this one, in the unit and with the manager of now."""
    standing = Standing(now.p_ahead, now.value_at_stake_fen, now.expected_loss_fen) if now else None
    holder = row if now is None else vars(now)
    has_left = now is not None and now.has_left
    why = name_departure(stand(row), standing, has_left=has_left, was_kept=was_kept, risk_step=risk_step)
    return {
        **{name: holder[name] for name in ("customer_id", "unit_id", "manager_id", "manager_name")},
        "tier": row["tier"],
        "why": why.value,
        "rank_before": row["rank"],
        "p_before": row["p_ahead"],
        "p_ahead": now.p_ahead if now else None,
        "loss_before_fen": row["expected_loss_fen"],
        "expected_loss_fen": now.expected_loss_fen if now else None,
    }
