"""Derived features in an order in which each one's parts come first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from liuke.kernel.errors import suggestion
from liuke.view.feature import DerivedFeature, Feature
from liuke.view.measures import NUMERIC


@dataclass(frozen=True)
class Fault:
    """A derived feature that cannot be computed: which of its keys is wrong, and why."""

    feature: str
    key: str
    message: str
    absent: bool = False  # the part is declared nowhere


Layers = tuple[tuple[DerivedFeature, ...], ...]


def order_derived(features: Sequence[Feature]) -> tuple[Layers, tuple[Fault, ...]]:
    """Derived features in layers, each made of features of earlier ones, and the faults of the rest."""
    known = {feature.name: feature for feature in features}
    derived = [feature for feature in features if isinstance(feature, DerivedFeature)]
    faults = [fault for feature in derived for fault in _faults_of(feature, known)]
    waiting = [feature for feature in derived if feature.name not in {fault.feature for fault in faults}]
    done = {feature.name for feature in features if not isinstance(feature, DerivedFeature)}
    layers: list[tuple[DerivedFeature, ...]] = []
    while ready := [feature for feature in waiting if {feature.of, feature.base} <= done]:
        layers.append(tuple(ready))
        done |= {feature.name for feature in ready}
        waiting = [feature for feature in waiting if feature.name not in done]
    names = ", ".join(feature.name for feature in waiting)
    if not faults:
        faults = [
            Fault(feature.name, "of", f"these features need each other: {names}") for feature in waiting
        ]
    return tuple(layers), tuple(faults)


def _faults_of(feature: DerivedFeature, known: Mapping[str, Feature]) -> list[Fault]:
    faults = []
    for key, name in (("of", feature.of), ("base", feature.base)):
        if name not in known:
            message = f"{key}: there is no feature {name!r}{suggestion(name, known)}"
            faults.append(Fault(feature.name, key, message, absent=True))
        elif known[name].kind not in NUMERIC:
            kind = known[name].kind
            faults.append(Fault(feature.name, key, f"{key}: {name!r} is of kind {kind!r}, not a number"))
    return faults
