"""All that early warning is given; it reads nothing else and keeps no clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import ibis
import numpy as np
import pyarrow as pa

from liuke.predict.churn import ChurnDefinition
from liuke.predict.reasons import ReasonsBook
from liuke.store import Engine
from liuke.view.features import Feature

Draw: TypeAlias = Callable[[pa.Array], np.ndarray]  # customer_id -> whether each is drawn
ViewOf: TypeAlias = Callable[[date], pa.Table]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What one run of early warning works on.

    tables: every canonical table. view_of: the view as of a day, one row per customer known by then.
    features: the view's declared columns. margin_rate: margin as a share of what is billed or bought.
    model_folder: where the models in force are kept; None keeps none.
    matches_of: who had come back under which new number as of a day (REENTRIES); None where nobody asks.
    leavings_of: every leaving known by a day, as find_leavings finds them; None has them found.
    prepare_views: told of several days before their views are asked for, so that they are made together.
    drawn_views: the same for some customers only; answers with the views of these. None where that is no
    less work than all of them.
    memory: what was found once and is asked for again; other inputs begin with none.
    """

    tables: Mapping[str, ibis.Table]
    engine: Engine
    view_of: ViewOf
    features: tuple[Feature, ...]
    definition: ChurnDefinition
    reasons: ReasonsBook
    as_of: date
    margin_rate: float
    currency: str
    seed: int
    model_folder: Path | None = None
    matches_of: Callable[[date], pa.Table] | None = None
    leavings_of: Callable[[date], ibis.Table] | None = None
    prepare_views: Callable[[Sequence[date]], None] = lambda days: None
    drawn_views: Callable[[Sequence[date], Draw], ViewOf] | None = None
    memory: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def remember(self, key: object, find: Callable[[], Any]) -> Any:
        """What find() answered when it was asked first."""
        if key not in self.memory:
            self.memory[key] = find()
        return self.memory[key]
