"""A cluster in words that a manager reads: where it lies far from the average, most striking first."""

from collections.abc import Sequence

from liuke.kernel.words import Words

FAR, NOTABLE = 1.0, 0.4  # in standard deviations of all customers
_SHORT = 2


def describe(distances: Sequence[float], columns: Sequence[Words]) -> tuple[Words, Words]:
    """Short words and the whole description; distances from the average in standard deviations."""
    striking = sorted(range(len(columns)), key=lambda at: (-abs(distances[at]), at))
    told = [at for at in striking if abs(distances[at]) >= NOTABLE]
    if not told:
        near = Words(zh="各项接近平均", en="near the average in everything")
        return near, near
    return _join(told[:_SHORT], distances, columns), _join(told, distances, columns)


def _join(told: Sequence[int], distances: Sequence[float], columns: Sequence[Words]) -> Words:
    return Words(
        zh="，".join(columns[at].zh + _how_far(distances[at]).zh for at in told),
        en=", ".join(f"{columns[at].en} {_how_far(distances[at]).en}" for at in told),
    )


def _how_far(distance: float) -> Words:
    if distance >= FAR:
        return Words(zh="远高于平均", en="far above average")
    if distance > 0:
        return Words(zh="高于平均", en="above average")
    if distance > -FAR:
        return Words(zh="低于平均", en="below average")
    return Words(zh="远低于平均", en="far below average")
