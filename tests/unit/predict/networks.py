"""A simulated company loaded into a warehouse, and who in it truly came back."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import liuke
from liuke.ingest.load import ingest_source
from liuke.ingest.mapping import load_mapping
from liuke.kernel.days import midnight
from liuke.predict.churn import load_churn
from liuke.store import Engine, Warehouse
from liuke.world.company import new_company

PACK = Path(liuke.__file__).parent / "packs" / "telecom"
CHURN = load_churn(PACK / "churn.toml")
TODAY = date(2026, 11, 1)
# Complaints, contacts, surveys, bills are not needed to recognise anybody.
NEEDED = ("units", "customers", "accounts", "statuses", "usage", "payments", "offers")
NEEDED += ("circles", "devices", "dealers", "commissions")


def simulate(root: Path, *, customers: int, months: int, seed: int) -> Warehouse:
    """A company of the telecom pack as its warehouse would hold it today."""
    new_company(root / "world", customers=customers, months=months, seed=seed, today=TODAY)
    warehouse = Warehouse(root / "var" / "warehouse", Engine())
    for path in sorted((PACK / "samples" / "world" / "mappings").glob("*.toml")):
        if path.stem.split("-", 1)[1] in NEEDED:
            ingest_source(warehouse, load_mapping(path), root=root, loaded_at=midnight(TODAY))
    return warehouse


def true_returns(root: Path) -> set[tuple[str, str]]:
    """(new number of the customer, former one) of everybody who came back."""
    rows = joined(root)
    return {(row["customer_id"], row["former_id"]) for row in rows if row["relation"] == "returned"}


def joined(root: Path) -> list[dict]:
    paths = sorted((root / "world" / "truth").glob("joined-*.parquet"))
    return pa.concat_tables(pq.read_table(path) for path in paths).to_pylist()
