"""Did the arms come out in the shares they were drawn in? If not, something lost rows of one arm."""

ALARM_BELOW = 0.001  # a healthy experiment is accused once in a thousand


def sample_ratio_p(treated: int, held_out: int, expected_share: float) -> float:
    """Chance of shares at least as unlikely, were each unit treated with the expected share (exact binomial).

    A hold-out of fixed size scatters less than that, so its alarm is even rarer when all is well.

    >>> round(sample_ratio_p(900, 100, 0.9), 3), sample_ratio_p(850, 100, 0.9) < 0.1
    (1.0, False)
    """
    from scipy.stats import binomtest

    return float(binomtest(treated, treated + held_out, expected_share).pvalue)
