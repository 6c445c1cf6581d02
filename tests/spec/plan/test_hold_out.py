"""The hold-out is a simple random sample of the chosen: right size, right chance, no order."""

import pytest

from liuke.plan.hold_out import draw_hold_out, hold_out_size

PEOPLE = [f"c{number:03d}" for number in range(100)]


@pytest.mark.parametrize(
    "chosen, share, held",
    [
        (0, 0.1, 0),
        (1, 0.1, 0),  # one customer cannot be both
        (1, 0.9, 0),
        (2, 0.1, 1),  # at least one, once a share is asked for
        (2, 0.0, 0),
        (14, 0.1, 1),
        (15, 0.1, 2),  # halves up
        (25, 0.1, 3),
        (100, 0.1, 10),
        (3, 0.99, 2),  # never everybody
    ],
)
def test_how_many_are_held_out(chosen, share, held):
    assert hold_out_size(chosen, share) == held
    assert len(draw_hold_out(PEOPLE[:chosen], share, seed=1, campaign="spring")) == held


def test_the_order_of_the_chosen_does_not_matter():
    forward = draw_hold_out(PEOPLE, 0.25, seed=7, campaign="spring")

    assert draw_hold_out(PEOPLE[::-1], 0.25, seed=7, campaign="spring") == forward


def test_seed_and_campaign_name_the_draw():
    drawn = draw_hold_out(PEOPLE, 0.25, seed=7, campaign="spring")

    assert drawn != draw_hold_out(PEOPLE, 0.25, seed=8, campaign="spring")
    assert drawn != draw_hold_out(PEOPLE, 0.25, seed=7, campaign="summer")


def test_everybody_is_held_out_equally_often():
    draws = 2000
    times = dict.fromkeys(PEOPLE, 0)
    for seed in range(draws):
        for customer_id in draw_hold_out(PEOPLE, 0.25, seed=seed, campaign="spring"):
            times[customer_id] += 1

    # binomial(2000, 1/4): mean 500, sd 19.4; five sd leave a false alarm of 6e-5 over 100 people
    assert max(abs(count - draws / 4) for count in times.values()) < 5 * 19.4
