"""Pairs by inverted index, odds shared out, one former self for each: held against doing it by hand."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.predict.reentry.blocking import Index, blocks_of, pairs_sharing, rarity
from liuke.predict.reentry.choosing import choose_pairs, share_out
from liuke.predict.reentry.comparing import LEVELS, Pairs
from liuke.predict.reentry.fitting import Fit
from liuke.predict.reentry.linkage import ONE_PERSON, RELATIVES, STRANGERS, count_patterns, fit_linkage
from liuke.predict.reentry.traces import Side, Trace

traces = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 7)), max_size=25)


def side(has: set[tuple[int, int]], holders: dict[int, int]) -> Side:
    rows = sorted(has)
    return Side(
        np.array([row for row, _ in rows], np.int64),
        np.array([value for _, value in rows], np.int64),
        np.array([holders[value] for _, value in rows], np.int64),
        np.array([any(row == each for row, _ in rows) for each in range(6)]),
    )


@given(traces, traces, st.integers(1, 30))
def test_pairs_sharing_values_are_those_found_by_trying_all(old, new, at_once):
    holders = {value: 2 + value for value in range(8)}
    trace = Trace(side(old, holders), side(new, holders), customers=100)
    index = Index.of(trace.leavers)

    found = {}
    edges = list(blocks_of({"contact": trace}, 6, pairs_at_once=at_once))
    for start, end in edges:
        shared = pairs_sharing(trace, index, start, end)
        for place in range(len(shared.leaver)):
            pair = int(shared.leaver[place]), int(shared.newcomer[place])
            assert pair not in found
            found[pair] = (
                int(shared.count[place]),
                round(float(shared.weight[place]), 9),
                int(shared.holders[place]),
            )

    assert [start for start, _ in edges] == [0, *(end for _, end in edges[:-1])]
    assert edges[-1][1] == 6
    expected = {}
    for one in range(6):
        for other in range(6):
            both = {v for r, v in old if r == one} & {v for r, v in new if r == other}
            if both:
                weight = sum(float(rarity(np.array([holders[v]]), 100)[0]) for v in both)
                expected[one, other] = (len(both), round(weight, 9), min(holders[v] for v in both))
    assert found == expected


@pytest.mark.parametrize(
    "holders, told",
    [(2, 1.0), (1000, 0.0), (2000, 0.0)],  # two alone; everybody; more than are counted
)
def test_rarity_is_one_for_two_and_nothing_for_everybody(holders, told):
    assert rarity(np.array([holders]), 1000)[0] == pytest.approx(told)


def pairs_of(links: list[tuple[int, int]]) -> Pairs:
    leaver, newcomer = np.array(links, np.int64).reshape(-1, 2).T
    nothing = np.zeros(len(links), np.int64)
    return Pairs(leaver, newcomer, np.zeros((len(links), 5), np.int8), nothing, nothing, nothing, 100)


links = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), st.floats(0.5, 0.999), min_size=1, max_size=10
)


@given(links)
def test_the_most_likely_set_of_pairs_is_chosen_and_nobody_is_in_two(given_links):
    pairs, chance = pairs_of(list(given_links)), np.array(list(given_links.values()))
    chosen = choose_pairs(pairs, chance, at_least=0.5)

    assert len(set(pairs.leaver[chosen])) == len(set(pairs.newcomer[chosen])) == len(chosen)
    gain = {pair: np.log(p / (1 - p)) + 1e-9 for pair, p in given_links.items()}
    best = max(
        sum(gain.get((old, new), 0.0) for old, new in enumerate(order)) for order in permutations(range(4))
    )
    got = sum(gain[int(pairs.leaver[at]), int(pairs.newcomer[at])] for at in chosen)
    assert got == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("chance, chosen", [(0.5, 1), (0.4999, 0)])
def test_a_pair_is_a_match_from_the_limit_on(chance, chosen):
    assert len(choose_pairs(pairs_of([(0, 0)]), np.array([chance]), at_least=0.5)) == chosen


@given(links)
def test_probabilities_of_pairs_that_exclude_each_other_never_exceed_one_together(given_links):
    pairs = pairs_of(list(given_links))
    chance = np.array(list(given_links.values()))
    shared = share_out(pairs, chance)

    assert shared.sum() <= chance.sum() + 1e-6
    for rows in (pairs.leaver, pairs.newcomer):
        assert (np.bincount(rows, shared) <= 1 + 1e-9).all()


def test_a_pair_without_rivals_keeps_its_probability():
    assert share_out(pairs_of([(0, 0), (1, 1)]), np.array([0.3, 0.8])).tolist() == pytest.approx([0.3, 0.8])


def test_fitting_is_the_textbook_step_by_step():
    """Expectation and maximisation written out, pattern by pattern; two fields, one not always known."""
    patterns = np.array([[0, 0], [1, 0], [1, 2], [-1, 2], [0, 1]])
    weights = np.array([900.0, 40.0, 25.0, 8.0, 60.0])
    priors = [np.full((2, 2), 0.5), np.full((2, 3), 0.25)]
    share_priors = np.array([0.0, 2.0])
    guess = [np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([[0.8, 0.15, 0.05], [0.2, 0.2, 0.6]])]
    fit = Fit(patterns, weights, priors=priors, share_priors=share_priors)
    shares, tables = fit.run(np.array([0.9, 0.1]), guess)

    for _ in range(3):  # from where it rests a step leads nowhere
        counts, seen = share_priors.copy(), [prior.copy() for prior in priors]
        for pattern, weight in zip(patterns, weights, strict=True):
            likely = shares.copy()
            for table, level in zip(tables, pattern, strict=True):
                likely = likely * (table[:, level] if level >= 0 else 1.0)
            chance = weight * likely / likely.sum()
            counts += chance
            for table, level in zip(seen, pattern, strict=True):
                table[:, level] += chance if level >= 0 else 0.0
        following = counts / counts.sum()
        assert following == pytest.approx(shares, rel=1e-4)
        shares, tables = following, [table / table.sum(axis=1, keepdims=True) for table in seen]


def draw_levels(table: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    return random.choice(len(table), count, p=table)


def knowing(planted: dict, counts: dict, levels: np.ndarray, *, in_window: int) -> np.ndarray:
    """The probability of one person for somebody who knows all planted probabilities."""
    likely = {}
    for kind, tables in planted.items():
        share = counts[kind] / in_window
        likely[kind] = share * np.prod(
            [np.array(table or (0.25,) * 4)[levels[:, place]] for place, table in enumerate(tables)], axis=0
        )
    return likely[ONE_PERSON] / np.maximum(sum(likely.values()), 1e-300)


def test_probabilities_without_labels_come_near_those_that_were_planted():
    """400 pairs of one person and 300 of relatives among two million that share next to nothing."""
    random = np.random.default_rng(5)
    planted = {
        ONE_PERSON: [(0.05, 0.1, 0.1, 0.2, 0.25, 0.3), (0.6, 0.4), (0.3, 0.7), (0.3, 0.3, 0.1, 0.3), None],
        RELATIVES: [(0.3, 0.35, 0.2, 0.1, 0.04, 0.01), (0.99, 0.01), (1.0, 0.0), (0.1, 0.2, 0.2, 0.5), None],
        STRANGERS: [(0.2, 0.6, 0.2, 0, 0, 0), (0.98, 0.02), (1.0, 0.0), (0.98, 0.02, 0, 0), None],
    }
    counts = {ONE_PERSON: 400, RELATIVES: 300, STRANGERS: 3000}
    levels = np.vstack(
        [
            np.column_stack(
                [draw_levels(np.array(table or (0.25,) * 4), counts[kind], random) for table in tables]
            )
            for kind, tables in planted.items()
        ]
    ).astype(np.int8)
    truly = np.repeat(list(counts), list(counts.values()))
    nothing = np.zeros(len(levels), np.int64)
    pairs = Pairs(nothing, nothing, levels, nothing, nothing, nothing, in_window=2_000_000)
    patterns = count_patterns(pairs)
    linkage = fit_linkage(pairs, patterns)
    chance = linkage.chances(patterns.levels)[patterns.of_pair, ONE_PERSON]

    assert patterns.counts.sum() == len(levels)
    assert chance.sum() == pytest.approx(400, rel=0.08)
    oracle = knowing(planted, counts, levels, in_window=2_000_000)
    assert chance[truly == ONE_PERSON].mean() > oracle[truly == ONE_PERSON].mean() - 0.05
    assert chance[truly != ONE_PERSON].mean() < oracle[truly != ONE_PERSON].mean() + 0.02
    assert linkage.levels[2][ONE_PERSON, 1] == pytest.approx(0.7, abs=0.06)
    for table, size in zip(linkage.levels, LEVELS, strict=True):
        assert table.shape == (3, size)
        assert table.sum(axis=1) == pytest.approx(1.0)
