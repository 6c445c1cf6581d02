"""The hold-out: customers chosen for a campaign and left alone at random, to measure its effect.

A simple random sample without replacement from those chosen, so that treated and held-out customers
differ by chance only. Its size is fixed: share x chosen to the nearest whole number, at least 1 when a
share is asked for and 2 or more are chosen, and never everybody.
"""

import math
from collections.abc import Iterable

from liuke.kernel.seeds import generator


def draw_hold_out(chosen: Iterable[str], share: float, *, seed: int, campaign: str) -> frozenset[str]:
    """Who of the chosen is left alone; the same set in whatever order the chosen are given.

    >>> sorted(draw_hold_out(["ann", "bob", "cid", "dee"], 0.25, seed=1, campaign="spring"))
    ['cid']
    """
    ordered = sorted(chosen)
    held = generator(seed, campaign).choice(
        len(ordered), size=hold_out_size(len(ordered), share), replace=False
    )
    return frozenset(ordered[place] for place in held)


def hold_out_size(chosen: int, share: float) -> int:
    """How many of the chosen are held out; halves are rounded up.

    >>> hold_out_size(100, 0.1), hold_out_size(3, 0.1), hold_out_size(1, 0.1), hold_out_size(100, 0)
    (10, 1, 0, 0)
    """
    if share == 0 or chosen < 2:
        return 0
    return min(max(1, math.floor(share * chosen + 0.5)), chosen - 1)
