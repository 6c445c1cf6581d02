"""What rings take is at most what is reckoned with, so that a run of customers fits the memory given."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import liuke.packs
from liuke.view.fast.asks import asks_of, columns_of
from liuke.view.fast.batches import read_batches
from liuke.view.fast.customers import read_customers
from liuke.view.fast.reading import TableReader
from liuke.view.fast.ringable import MOST_CONDITIONS, can_ring, ring_groups
from liuke.view.fast.rings import Rings
from liuke.view.fast.room import bytes_a_customer, customers_at_once
from liuke.view.fast.seen import AsOfDays
from liuke.view.features import RowFeature, load_features
from tests.contract.random_company import RandomCompany

DAYS = AsOfDays([date(2024, 2, 29), date(2024, 1, 31)])
PACKS = Path(liuke.packs.__path__[0])


@pytest.fixture(scope="module")
def features():
    declared = load_features(PACKS / "telecom" / "features")
    return [feature for feature in declared if isinstance(feature, RowFeature)]


def ringed(features):
    of_events = [feature for feature in features if feature.source == "events"]
    return {ask for feature in of_events for ask in asks_of(feature).values() if can_ring(ask)}


def test_rings_take_no_more_than_is_reckoned_with(features):
    reader = TableReader(RandomCompany(features, as_of=DAYS.days[-1], seed=5).tables)
    customers = read_customers(reader, pa.array([], pa.string()), edge=DAYS.edge)
    groups = ring_groups(sorted(ringed(features), key=repr))
    assert len(groups) > 1

    for group in groups:
        rings = Rings(group, customers=len(customers), days=DAYS)
        for batch in read_batches(reader, "events", columns_of(group), customers=customers):
            rings.scatter(batch)
        taken = sum(ring.nbytes for ring in rings._rings.values())
        assert 0 < taken <= bytes_a_customer(group, DAYS) * len(customers)


def test_every_ask_is_in_one_group_and_a_group_has_few_conditions(features):
    asks = ringed(features)
    groups = ring_groups(asks)

    assert sorted(map(repr, asks)) == sorted(repr(ask) for group in groups for ask in group)
    assert all(len({ask.where for ask in group}) <= MOST_CONDITIONS for group in groups)


def test_more_memory_holds_more_customers_and_a_few_always_fit(features):
    sizes = [customers_at_once(features, DAYS, memory_gib=memory) for memory in (0.0, 1.0, 2.0)]

    assert sizes[0] == 1024
    assert 2 * sizes[1] <= sizes[2] <= 2 * sizes[1] + 1


def test_rows_and_the_result_take_room_too(features):
    def at_once(rows: int) -> int:
        return customers_at_once(
            features, DAYS, memory_gib=4.0, customers=1000, rows=lambda table, since: rows
        )

    dues = [feature for feature in features if feature.source == "dues"]
    no_rings = [customers_at_once(dues, AsOfDays(DAYS.days[:n]), memory_gib=0.001) for n in (1, 2)]

    assert at_once(0) > at_once(10_000) > at_once(100_000) >= 1024
    assert no_rings[0] > no_rings[1]
