"""What several models say of many rows: models and stretches of rows side by side."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from liuke.predict.churn_classifier import BATCH_ROWS, ChurnClassifier
from liuke.predict.side_by_side import do_side_by_side


def score_side_by_side(
    models: Sequence[ChurnClassifier],
    table: pa.Table,
    ask: Callable[[ChurnClassifier, pa.Table], np.ndarray],
) -> list[np.ndarray]:
    """What each model says of every row.

    Stretches are those that a model takes at once by itself, so that the answers are the same to the bit
    however many cores there are.
    """
    starts = range(0, table.num_rows, BATCH_ROWS) or [0]
    jobs = [(model, start) for model in models for start in starts]
    said = do_side_by_side(lambda job: ask(job[0], table.slice(job[1], BATCH_ROWS)), jobs)
    each = len(starts)
    return [np.concatenate(said[first : first + each]) for first in range(0, len(said), each)]
