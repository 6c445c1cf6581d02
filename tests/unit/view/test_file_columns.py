"""Columns of several files come as the files hold them, however each of them is written."""

from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.view.fast.file_columns import columns_of_few, read_columns

SCHEMA = pa.schema([("kind", pa.string()), ("note", pa.string()), ("amount", pa.int64())])
WORDS = pa.table({"kind": ["a", "b", None] * 200, "note": ["x"] * 600, "amount": list(range(600))})
OTHER = pa.table(
    {"kind": ["b", "c", "b"] * 200, "note": [f"note {n}" for n in range(600)], "amount": [1] * 600}
)
OLDER = pa.table({"kind": ["c"] * 300})


@pytest.mark.parametrize(
    "tables", [[WORDS], [OTHER, WORDS], [WORDS, OLDER], [OLDER], [WORDS.slice(0, 0), WORDS]]
)
@pytest.mark.parametrize("few_words", [4096, 0], ids=["as numbers of words", "too many words"])
def test_every_value_is_read(tmp_path, tables, few_words):
    paths = [tmp_path / f"{place}.parquet" for place in range(len(tables))]
    for path, table in zip(paths, tables, strict=True):
        pq.write_table(table, path)

    with patch("liuke.view.fast.file_columns._FEW_WORDS", few_words):
        found = read_columns(paths, SCHEMA)

    assert found.column_names == SCHEMA.names
    if all(map(len, tables)):
        assert pa.types.is_dictionary(found.schema.field("kind").type) == (few_words > 0)
    for name in SCHEMA.names:
        held = [
            value
            for table in tables
            for value in (table[name].to_pylist() if name in table.column_names else [None] * len(table))
        ]
        assert found[name].cast(SCHEMA.field(name).type).to_pylist() == held


def test_what_repeats_anywhere_in_a_table_is_worth_a_dictionary():
    rows = pa.table({"same": [1] * 9000, "own": range(9000), "twice": [n % 100 for n in range(9000)]})

    assert columns_of_few(rows) == ["same", "twice"]
    assert columns_of_few(rows, beside={"own"}) == ["same", "own", "twice"]
    assert columns_of_few(rows.slice(0, 0)) == []
