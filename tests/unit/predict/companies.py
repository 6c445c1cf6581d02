"""Small made-up companies with a known cause of leaving, for tests of early warning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from liuke.ingest.canonical import TABLES
from liuke.kernel.days import add_months
from liuke.predict.churn import ChurnDefinition
from liuke.predict.early_warning import Inputs
from liuke.predict.reasons import ReasonsBook
from liuke.store import Engine
from liuke.view.features import DerivedFeature
from tests.tables import company

START = date(2025, 1, 1)
AS_OF = date(2025, 11, 1)
MONTHS = 10

TELECOM = ChurnDefinition.model_validate(
    {
        "method": "rolling",
        "voluntary": {"statuses": ["closed_voluntary"]},
        "involuntary": {"statuses": ["closed_involuntary"]},
        "training": {"as_of_dates": 7, "minimum_customers": 200, "minimum_leavers": 20},
        "listing": {"explained": 100},
    }
)


def feature(name: str, cause: str, unit: str = "time") -> DerivedFeature:
    words = {"zh": name, "en": name}
    return DerivedFeature(name=name, label=words, unit=unit, cause=cause, measure="ratio", of="x", base="y")


FEATURES = (
    feature("usage", "usage"),
    feature("arrears", "arrears"),
    feature("noise", "care"),
    feature("plan", "product", "text"),
)


@dataclass(frozen=True)
class MadeUp:
    """Customers, what can be seen of them each month, and who leaves when and how.

    Somebody whose usage is low leaves by their own will with a chance of `pull` a month; somebody with
    arrears is closed with the same chance. Nothing else matters.
    """

    customers: int = 600
    seed: int = 7
    pull: float = 0.35
    months: int = MONTHS
    tables: dict[str, pa.Table] = field(default_factory=dict)
    views: dict[date, pa.Table] = field(default_factory=dict)

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        names = np.array([f"k{i:04d}" for i in range(self.customers)])
        plan = random.choice(["basic", "plus"], self.customers)
        usage = random.normal(0, 1, self.customers)
        here, closed = np.ones(self.customers, dtype=bool), []
        for month in range(self.months + 3):
            day = add_months(START, month)
            usage = 0.8 * usage + 0.6 * random.normal(0, 1, self.customers)
            arrears = (random.random(self.customers) < 0.1).astype(float)
            noise = random.normal(0, 1, self.customers)
            seen = {"usage": usage, "arrears": arrears, "noise": noise}
            self.views[day] = pa.table({"customer_id": names, **seen, "plan": plan})
            for kind, chance in (("voluntary", usage < -1.2), ("involuntary", arrears > 0)):
                goes = here & chance & (random.random(self.customers) < self.pull)
                here &= ~goes
                at = datetime.combine(day, datetime.min.time()) + timedelta(days=10)
                closed += [(name, at, f"closed_{kind}") for name in names[goes]]
        early = [datetime(2024, 1, 1)] * len(names)
        self.tables["customers"] = rows("customers", customer_id=names, known_at=early)
        self.tables["accounts"] = rows(
            "accounts", account_id=names, customer_id=names, opened_at=early, known_at=early
        )
        who, when, how = zip(*closed, strict=True) if closed else ((), (), ())
        self.tables["statuses"] = rows(
            "statuses", account_id=who, customer_id=who, happened_at=when, status=how, known_at=when
        )
        self.tables["bills"] = bills(names, random.integers(50_00, 200_00, self.customers))


def bills(names: np.ndarray, billed_fen: np.ndarray, *, months: int = 18) -> pa.Table:
    """The same bill every month from June 2024 on for each customer, told as the month ends."""
    starts = [add_months(date(2024, 6, 1), month) for month in range(months)]
    ends = [add_months(start, 1) for start in starts]
    told = [datetime.combine(end, datetime.min.time()) - timedelta(hours=1) for end in ends]
    count = len(names)
    return rows(
        "bills",
        bill_id=[f"{name}-{start}" for start in starts for name in names],
        customer_id=list(names) * len(starts),
        period_start=[start for start in starts for _ in range(count)],
        period_end=[end for end in ends for _ in range(count)],
        billed_fen=list(billed_fen) * len(starts),
        happened_at=[at for at in told for _ in range(count)],
        known_at=[at for at in told for _ in range(count)],
    )


def rows(table: str, **columns: Any) -> pa.Table:
    """Rows of a canonical table from the columns that matter."""
    schema = TABLES[table].schema
    count = len(next(iter(columns.values())))
    return pa.table(
        {name: pa.array(columns.get(name, [None] * count), schema.field(name).type) for name in schema.names},
        schema=schema,
    )


def inputs_of(
    made: MadeUp,
    engine: Engine,
    *,
    definition: ChurnDefinition = TELECOM,
    as_of: date = AS_OF,
    tables: Mapping[str, pa.Table] | None = None,
    views: Mapping[date, pa.Table] | None = None,
    reasons: ReasonsBook | None = None,
    seed: int = 1,
    model_folder: Path | None = None,
) -> Inputs:
    seen = made.views if views is None else views
    nobody = next(iter(seen.values()))[:0]
    return Inputs(
        tables=company(made.tables if tables is None else tables),
        engine=engine,
        view_of=lambda day: seen.get(day, nobody),
        features=FEATURES,
        definition=definition,
        reasons=reasons or ReasonsBook(),
        as_of=as_of,
        margin_rate=0.4,
        currency="CNY",
        seed=seed,
        model_folder=model_folder,
    )
