"""Households in which two people stand who were separated by hand: taken apart along the weakest links."""

import numpy as np

from liuke.tier.household_links import BY_HAND, Links, Numbers


def part_households(
    links: Links, homes: Numbers, apart: frozenset[tuple[int, int]], together: frozenset[int]
) -> Links:
    """The links without those that would bring separated people together.

    Within the households named, links are tried from the surest on: by hand (the latest first), then
    relations, phones and addresses, those of separated people after the others of their kind. One that
    would put a separated pair under one roof is left out.
    """
    concerned = np.isin(homes[links.low], list(together))
    separated = {node for pair in apart for node in pair}
    tried = sorted(np.flatnonzero(concerned).tolist(), key=lambda at: _sureness(links, at, separated))
    roofs = _Roofs(apart)
    kept = [at for at in tried if roofs.bring_together(int(links.low[at]), int(links.high[at]))]
    stays = ~concerned
    stays[kept] = True
    return links.keep(stays)


def _sureness(links: Links, at: int, separated: set[int]) -> tuple[int, int, bool, int, int]:
    low, high, kind = int(links.low[at]), int(links.high[at]), int(links.kind[at])
    delicate = kind != BY_HAND and (low in separated or high in separated)
    return kind, int(links.order[at]), delicate, low, high


class _Roofs:
    """Groups of people that grow together unless two of them were separated."""

    def __init__(self, apart: frozenset[tuple[int, int]]):
        self._members: dict[int, set[int]] = {}
        self._of: dict[int, int] = {}
        self._not_with: dict[int, set[int]] = {}
        for low, high in apart:
            self._not_with.setdefault(low, set()).add(high)
            self._not_with.setdefault(high, set()).add(low)

    def bring_together(self, one: int, other: int) -> bool:
        """Whether the two are now under one roof."""
        first, second = self._group(one), self._group(other)
        if first is second:
            return True
        if any(self._not_with.get(member, set()) & second for member in first):
            return False
        for member in second:
            self._of[member] = self._of[one]
        first |= second
        return True

    def _group(self, node: int) -> set[int]:
        root = self._of.setdefault(node, node)
        return self._members.setdefault(root, {root})
