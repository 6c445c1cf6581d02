"""The cluster-robust formulas against the textbook's matrices."""

import numpy as np
import pytest
from scipy.stats import t

from liuke.learn.means import difference_of_means


def by_the_textbook(outcome, design, contrast, cluster):
    """CR2 and its Satterthwaite degrees with every matrix written out (Bell and McCaffrey 2002)."""
    inverse = np.linalg.inv(design.T @ design)
    hat = design @ inverse @ design.T
    residual = outcome - hat @ outcome
    influences, shadows = [], []
    for number in range(cluster.max() + 1):
        rows = np.flatnonzero(cluster == number)
        lengths, directions = np.linalg.eigh(np.eye(len(rows)) - hat[np.ix_(rows, rows)])
        root = directions @ np.diag(lengths**-0.5) @ directions.T
        weights = np.zeros(len(outcome))
        weights[rows] = root @ design[rows] @ inverse @ contrast
        influences.append(weights @ residual)
        shadows.append((np.eye(len(outcome)) - hat) @ weights)
    spread = np.array(shadows) @ np.array(shadows).T
    degrees = np.trace(spread) ** 2 / np.trace(spread @ spread)
    return contrast @ inverse @ design.T @ outcome, np.sqrt(np.square(influences).sum()), degrees


@pytest.mark.parametrize("mixed", [True, False], ids=["arms within clusters", "clusters within arms"])
@pytest.mark.parametrize("adjusted", [True, False], ids=["covariate", "plain"])
def test_small_samples_against_the_textbook(mixed, adjusted):
    draw = np.random.default_rng(8)
    cluster = np.sort(np.r_[np.arange(12), draw.integers(0, 12, 33)])
    treated = draw.random(45) < 0.5 if mixed else cluster % 3 > 0
    known = draw.normal(size=45)
    outcome = draw.normal(size=45) + known + draw.normal(size=12)[cluster]
    one_arm = np.column_stack([np.ones(45), known - known.mean()] if adjusted else [np.ones(45)])
    design = np.hstack([one_arm * treated[:, None], one_arm * ~treated[:, None]])
    contrast = np.array([1.0, 0, -1, 0] if adjusted else [1.0, -1])

    found = difference_of_means(outcome, treated, cluster, known[:, None] if adjusted else None)

    expected = by_the_textbook(outcome, design, contrast, cluster)
    assert (found.estimate, found.standard_error, found.degrees) == pytest.approx(expected, rel=1e-9)


def test_the_order_and_the_numbers_of_clusters_do_not_matter():
    draw = np.random.default_rng(9)
    outcome, treated, cluster = draw.normal(size=60), draw.random(60) < 0.5, np.repeat(np.arange(20), 3)
    shuffled = draw.permutation(60)

    found = difference_of_means(outcome, treated, cluster, None)
    again = difference_of_means(outcome[shuffled], treated[shuffled], 19 - cluster[shuffled], None)

    assert (again.estimate, again.standard_error, again.degrees, again.skewness) == pytest.approx(
        (found.estimate, found.standard_error, found.degrees, found.skewness)
    )


def test_without_clusters_equal_arms_have_welchs_degrees():
    draw = np.random.default_rng(10)

    found = difference_of_means(draw.normal(size=40), np.arange(40) < 20, np.arange(40), None)

    assert found.degrees == pytest.approx(38)


def test_the_skewness_of_a_small_hold_out_shows_and_cancels_in_equal_arms():
    amounts = np.random.default_rng(11).exponential(size=1000)

    unequal = difference_of_means(amounts, np.arange(1000) < 900, np.arange(1000), None)
    equal = difference_of_means(amounts, np.arange(1000) % 2 == 0, np.arange(1000), None)

    assert -0.3 < unequal.skewness < -0.1  # the hold-out is subtracted
    assert equal.skewness == 0


def test_the_ends_of_the_interval_are_where_the_corrected_ratio_reaches_t():
    amounts = np.random.default_rng(12).exponential(size=400)
    found = difference_of_means(amounts, np.arange(400) < 360, np.arange(400), None)

    low, high = found.interval(0.95)

    ends = [found._to_t((found.estimate - end) / found.standard_error) for end in (low, high)]
    reach = float(t.ppf(0.975, found.degrees))
    assert ends == pytest.approx([reach, -reach])
    assert found.estimate - low != pytest.approx(high - found.estimate, rel=0.05)  # not symmetric
