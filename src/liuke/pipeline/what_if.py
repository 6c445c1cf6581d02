"""What another version of a scheme would change for the customers of a workspace."""

from datetime import date
from pathlib import Path

import ibis.expr.types as ir

from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.config import TierUse
from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.schemes import open_book, scheme_in_force
from liuke.pipeline.tier_feed import feed
from liuke.pipeline.workspace import Workspace
from liuke.tier import Scheme, SchemeBook, WhatIf, find_entitlements, load, what_if

VALUE_FEN = "margin_12m_fen"  # what a customer brings in a year, where the pack's view has it


def ask_what_if(workspace: Workspace, changed: Path | Scheme, *, as_of: date) -> WhatIf:
    """Compare a changed scheme, or the file it stands in, with the version in force; nothing is saved.

    The customers are those of the last cycle on or before the day. The changed scheme reads the view as
    the one in force does; a scheme that is not in force yet reads columns of the names it knows.
    """
    after = changed if isinstance(changed, Scheme) else load(changed)
    day = last_cycle(workspace, as_of=as_of)
    book = open_book(workspace)
    use = _use_of(workspace, after)
    before = scheme_in_force(workspace, use, book, as_of=day)
    return what_if(
        before,
        after.model_copy(update={"effective_from": min(day, after.effective_from)}),  # as if it were by then
        _customers(workspace, use, (before, after), book, day=day),
        as_of=day,
        value_fen=VALUE_FEN if VALUE_FEN in workspace.table("views", as_of=day).columns else None,
        entitlements=find_entitlements(workspace.root / "entitlements", after),
        engine=workspace.engine,
    )


def _use_of(workspace: Workspace, after: Scheme) -> TierUse:
    uses = {scheme_name(workspace, use): use for use in workspace.config.tiers}
    if after.name in uses:
        return uses[after.name]
    if after.name in open_book(workspace).names:
        return TierUse(scheme=after.name)
    raise LiukeError(
        f"{after.name!r}{suggestion(after.name, uses)} is no scheme of this workspace, so nothing to compare "
        f"it with; in force are {', '.join(uses) or 'none'}. Name the file's scheme as one of them."
    )


def scheme_name(workspace: Workspace, use: TierUse) -> str:
    """The name of a scheme that the settings may call by its file."""
    file = workspace.root / use.scheme
    return load(file).name if use.scheme.endswith(".toml") and file.is_file() else use.scheme


def _customers(
    workspace: Workspace, use: TierUse, schemes: tuple[Scheme, Scheme], book: SchemeBook, *, day: date
) -> ir.Table:
    """One row for each customer: all that both schemes read, unit, manager and value."""
    view = workspace.table("views", as_of=day)
    households = workspace.table("households", as_of=day)
    fed = feed(view, use, schemes[0], book, households=households)
    other = feed(view, use, schemes[1], book, households=households)
    further = [name for name in other.columns if name not in fed.columns]
    if further:
        fed = fed.left_join(other.select("customer_id", *further), "customer_id").drop("customer_id_right")
    cards = workspace.table("cards", as_of=day).select("customer_id", "unit_id", "manager_id")
    fed = fed.left_join(cards, "customer_id").drop("customer_id_right")
    if VALUE_FEN in view.columns and VALUE_FEN not in fed.columns:
        value = view.select("customer_id", VALUE_FEN)
        fed = fed.left_join(value, "customer_id").drop("customer_id_right")
    return fed
