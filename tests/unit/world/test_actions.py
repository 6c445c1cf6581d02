"""What was done to customers is taken whole or refused with what to do."""

from datetime import date, datetime

import pytest

from liuke.kernel.errors import LiukeError
from liuke.world.actions import Action, contacts_of
from liuke.world.months import Month, day_number
from liuke.world.policies import PLAIN_CONTACT, POLICY_NAMES

NOVEMBER = Month(date(2026, 11, 1))


def action(
    customer_id="K0000003", policy="bill-credit", at=datetime(2026, 11, 5, 10), outcome="reached_kept"
):
    return Action(customer_id, policy, at, outcome)


def taken(*actions: Action) -> list[tuple[int, int, int]]:
    contacts = contacts_of(actions, NOVEMBER, customers=10)
    return list(zip(contacts.rows.tolist(), contacts.places.tolist(), contacts.days.tolist(), strict=True))


@pytest.mark.parametrize(
    "outcome, counts",
    [
        ("reached", True),
        ("reached_kept", True),
        ("reached_lost", True),
        ("reached_refused", True),
        ("callback", False),
        ("unreachable", False),
    ],
)
def test_only_those_who_were_reached_are_changed(outcome, counts):
    expected = [(2, POLICY_NAMES.index("bill-credit"), day_number(date(2026, 11, 5)))] if counts else []

    assert taken(action(outcome=outcome)) == expected


def test_no_actions_are_no_contacts():
    assert taken() == []


def test_the_order_of_actions_does_not_matter():
    first, second = action("K0000001"), action("K0000009", policy="service-call")

    assert taken(first, second) == taken(second, first)


def test_a_policy_of_the_users_own_is_a_plain_contact():
    assert taken(action(policy="spring-festival-gift"))[0][1] == PLAIN_CONTACT


@pytest.mark.parametrize(
    "at, is_right",
    [
        (datetime(2026, 10, 31, 23, 59), False),
        (datetime(2026, 11, 1), True),
        (datetime(2026, 11, 30, 23, 59), True),
        (datetime(2026, 12, 1), False),
    ],
)
def test_contacts_lie_in_the_month_that_is_lived(at, is_right):
    if is_right:
        assert len(taken(action(at=at))) == 1
        return
    with pytest.raises(LiukeError, match="outside the month that is lived now, 2026-11-01 to 2026-12-01"):
        taken(action(at=at))


@pytest.mark.parametrize("customer_id", ["K0000011", "K0000000", "0000003", "X0000003", "", "K000000３"])
def test_a_customer_whom_the_company_never_had_is_refused(customer_id):
    with pytest.raises(LiukeError, match="K0000001 to K0000010"):
        taken(action(customer_id=customer_id))


def test_an_unknown_outcome_is_refused_with_the_known_ones():
    with pytest.raises(LiukeError, match="'saved'; known: unreachable, callback, reached_kept"):
        taken(action(outcome="saved"))
