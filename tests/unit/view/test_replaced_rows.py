"""What replaces a row is found across files, also where a column has few words in one of them only."""

from datetime import datetime

import numpy as np
import pyarrow as pa

from liuke.ingest.canonical import TABLES
from liuke.store import Engine, Warehouse
from liuke.view.fast.coded_rows import _replaced


def holdings(known_at: datetime, products: dict[str, str]) -> pa.Table:
    told = {"account_id": list(products), "product": list(products.values())}
    told["known_at"] = [known_at] * len(products)
    schema = TABLES["holdings"].schema
    columns = [
        pa.array(told[field.name], field.type) if field.name in told else pa.nulls(len(products), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def test_a_later_file_of_few_rows_replaces_those_of_a_large_one(tmp_path):
    warehouse = Warehouse(tmp_path, Engine(memory_gib=0.5))
    with warehouse.lock(doing="test"):
        draft = warehouse.draft(source="test")
        draft.append("holdings", holdings(datetime(2026, 1, 1), {f"a{n}": "mobile" for n in range(2000)}))
        later = {"a7": "mobile", "a8": "tv", "a9": "fixed"}
        draft.append("holdings", holdings(datetime(2026, 2, 1), later))
        draft.commit()

    found = _replaced(warehouse, "holdings", warehouse.manifest.parts("holdings"))

    assert len(found) == 2003
    assert np.flatnonzero(found < found.max()).tolist() == [7]  # another product is another holding
