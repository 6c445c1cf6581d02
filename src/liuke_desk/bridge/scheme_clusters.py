"""How the clusters of a scheme were found, and how they came from those of the version before."""

from typing import Any

from liuke.tier import ClusterScheme, Scheme

Row = dict[str, Any]


def describe_clusters(scheme: Scheme) -> Row | None:
    """None for schemes of other kinds.

    clusters: tier, zh, en, description, size, share (of the customers of the fit), stability. fit: rows,
    left_out, bootstraps, trials (clusters, agreement, standard_error, is_chosen), matches (name, previous,
    moved, few, kept) and gone, the names of the version before that are no more.
    """
    if not isinstance(scheme, ClusterScheme):
        return None
    fit = scheme.fit.model_dump()
    chosen = len(scheme.clusters)
    return {
        "clusters": [
            {
                "tier": cluster.name,
                "colour": cluster.color,
                **cluster.words.model_dump(),
                "description": cluster.description.model_dump(),
                "size": cluster.size,
                "share": cluster.size / scheme.fit.rows if scheme.fit.rows else None,
                "stability": cluster.stability,
            }
            for cluster in scheme.clusters
        ],
        "fit": fit | {"trials": [each | {"is_chosen": each["clusters"] == chosen} for each in fit["trials"]]},
    }
