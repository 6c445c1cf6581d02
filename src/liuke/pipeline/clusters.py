"""Clusters of a workspace's customers, found in its view and kept as a version of a scheme."""

from datetime import date
from pathlib import Path

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.kernel.words import Words
from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.schemes import FOLDER, open_book
from liuke.pipeline.workspace import Workspace
from liuke.tier import ClusterScheme, fit_clusters
from liuke.view.features import load_features


def find_clusters(
    workspace: Workspace, *, name: str, columns: list[str], as_of: date
) -> tuple[ClusterScheme, Path]:
    """Fit clusters to the customers of the last cycle and write them as the next version of a scheme.

    Names are kept from the version before where a cluster moved little. The version is in force from the day
    after that cycle; to use it, name it under [[tiers]]. Raises LiukeError when the name belongs to a scheme
    of another kind, MissingColumn for what the view does not have.
    """
    day = last_cycle(workspace, as_of=as_of)
    view = workspace.table("views", as_of=day)
    for column in columns:
        if column not in view.columns:
            raise MissingColumn(column, wanted_by="the clusters", present=view.columns)
    book = open_book(workspace)
    before = book.of(name)[-1] if name in book.names else None
    if before is not None and not isinstance(before, ClusterScheme):
        raise LiukeError(f"{name!r} is a scheme of kind {before.kind!r}; give the clusters another name.")
    rows = workspace.engine.to_arrow(view.select("customer_id", *columns).order_by("customer_id"))
    made = fit_clusters(
        rows,
        _words(workspace, columns),
        random_state=workspace.config.seed,
        previous=before,
        name=name,
        effective_from=date.fromordinal(day.toordinal() + 1),
    )
    place = workspace.root / FOLDER / f"{name}.v{made.version}.toml"
    if place.exists():
        raise LiukeError(f"{place} is there already; nothing was written.")
    place.parent.mkdir(parents=True, exist_ok=True)
    made.write_scheme(place)
    return made, place


def _words(workspace: Workspace, columns: list[str]) -> dict[str, Words]:
    labels = {each.name: each.label for each in load_features(workspace.root / "features")}
    return {column: labels.get(column, Words(zh=column, en=column)) for column in columns}
