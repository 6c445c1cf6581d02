"""With whom customers are matched: activation month, plan and region, in ever coarser groups."""

from collections.abc import Sequence

import numpy as np


def match_groups(month: np.ndarray, plan: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Codes of the groups of each customer, the finest first: (customers, 4).

    Month, plan and region; month and plan; month; everybody. Codes of a level are 0, 1, …
    """
    levels: list[Sequence[np.ndarray]] = [(month, plan, region), (month, plan), (month,)]
    columns = [_codes(parts) for parts in levels]
    return np.column_stack([*columns, np.zeros(len(month), np.int64)])


def _codes(parts: Sequence[np.ndarray]) -> np.ndarray:
    code = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        values, place = np.unique(part, return_inverse=True)
        code = code * max(len(values), 1) + place
    return np.unique(code, return_inverse=True)[1].astype(np.int64)
