"""Who moved between two days: up, down, stay, new, lost; the matrix adds up to everybody."""

import ibis
import pytest

from liuke.kernel.errors import MissingColumn
from liuke.tier import migration
from liuke.tier.moves import MovesRefused
from tests.tables import table

MARCH = table("""
    customer_id | tier   | rank
    ann         | gold   | 1
    bob         | silver | 2
    cid         | silver | 2
    dee         | basic  | 3
    eve         | gold   | 1
""")
APRIL = table("""
    customer_id | tier   | rank
    fay         | silver | 2
    dee         | gold   | 1
    cid         | basic  | 3
    bob         | silver | 2
    ann         | silver | 2
""")


def test_everybody_moves_one_way():
    found = migration(MARCH, APRIL)

    assert found.customers.to_pylist() == [
        {"customer_id": "ann", "before": "gold", "after": "silver", "move": "down"},
        {"customer_id": "bob", "before": "silver", "after": "silver", "move": "stay"},
        {"customer_id": "cid", "before": "silver", "after": "basic", "move": "down"},
        {"customer_id": "dee", "before": "basic", "after": "gold", "move": "up"},
        {"customer_id": "eve", "before": "gold", "after": None, "move": "lost"},
        {"customer_id": "fay", "before": None, "after": "silver", "move": "new"},
    ]
    assert dict(found.moves) == {"up": 1, "down": 2, "stay": 1, "new": 1, "lost": 1}


def test_the_matrix_adds_up_best_first():
    found = migration(MARCH, APRIL).matrix

    assert found.select(["before", "after", "customers"]).to_pylist() == [
        {"before": "gold", "after": "silver", "customers": 1},
        {"before": "gold", "after": None, "customers": 1},
        {"before": "silver", "after": "silver", "customers": 1},
        {"before": "silver", "after": "basic", "customers": 1},
        {"before": "basic", "after": "gold", "customers": 1},
        {"before": None, "after": "silver", "customers": 1},
    ]


def test_the_order_of_rows_and_the_make_of_the_frames_do_not_matter():
    found = migration(MARCH, APRIL)
    turned = migration(ibis.memtable(MARCH.iloc[::-1]), ibis.memtable(APRIL.iloc[::-1]))

    assert turned.customers.equals(found.customers)
    assert turned.matrix.equals(found.matrix)


def test_cells_of_one_rank_stay_but_show_in_the_matrix():
    found = migration(
        table("customer_id | tier | rank\nann | R1F4M4 | 1"),
        table("customer_id | tier | rank\nann | R2F3M3 | 1"),
    )

    assert found.moves["stay"] == 1
    assert found.matrix["after"].to_pylist() == ["R2F3M3"]


def test_nobody_on_either_day():
    none = MARCH.head(0)

    assert sum(migration(none, none).moves.values()) == 0
    assert migration(none, APRIL).moves["new"] == 5
    assert migration(MARCH, none).moves["lost"] == 5


def test_a_customer_twice_is_refused():
    twice = table("customer_id | tier | rank\nann | gold | 1\nann | R1F4M4 | 1")

    with pytest.raises(MovesRefused, match="customer ann stands in an assignment more than once"):
        migration(twice, APRIL)


def test_an_assignment_without_ranks_is_refused():
    with pytest.raises(MissingColumn, match="the assignment before needs the column 'rank'"):
        migration(MARCH.drop(columns="rank"), APRIL)
