"""Whether features can be computed as asked; what every evaluator looks at first."""

from collections.abc import Mapping, Sequence

from liuke.kernel.errors import LiukeError, suggestion
from liuke.view.feature import Feature
from liuke.view.order import Layers, order_derived
from liuke.view.row_feature import RowFeature


def layers_of(features: Sequence[Feature]) -> Layers:
    """Derived features in layers, each made of features of earlier ones; LiukeError where they cannot be."""
    layers, faults = order_derived(features)
    if faults:
        raise LiukeError("\n".join(f"Feature {fault.feature!r}: {fault.message}." for fault in faults))
    return layers


def check_settings(features: Sequence[Feature], settings: Mapping[str, float]) -> None:
    """Raise LiukeError when a feature is multiplied by a setting that was not given."""
    wanted = {
        feature.times: feature for feature in features if isinstance(feature, RowFeature) and feature.times
    }
    for name in sorted(wanted.keys() - settings.keys()):
        raise LiukeError(
            f"Feature {wanted[name].name!r} is multiplied by the setting {name!r}, which was not given"
            f"{suggestion(name, settings)}.\nSet {name!r} in liuke.toml, or take 'times' out of the feature."
        )
