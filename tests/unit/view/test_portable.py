"""What the evaluator refuses, and what it does not touch."""

from datetime import date

import pytest

from liuke.kernel.errors import LiukeError
from liuke.view.portable import compute_view
from tests.spec.view.viewing import derived, measured
from tests.tables import company

ANN = company(customers="customer_id\nann")
AS_OF = date(2026, 3, 1)


def test_a_setting_that_was_not_given_is_named():
    margin = measured("bills", "sum", of="billed_fen", times="margin_rate")

    with pytest.raises(LiukeError, match=r"'it' is multiplied by the setting 'margin_rate'.*\n.*liuke.toml"):
        compute_view(ANN, [margin], as_of=AS_OF)


def test_a_part_that_is_not_declared_is_named():
    with pytest.raises(LiukeError, match="Feature 'it': of: there is no feature 'bils'"):
        compute_view(ANN, [derived("ratio", of="bils", base="bils")], as_of=AS_OF)


def test_features_that_need_each_other_are_named():
    left, right = derived("ratio", of="b", base="b", name="a"), derived("ratio", of="a", base="a", name="b")

    with pytest.raises(LiukeError, match="need each other: a, b"):
        compute_view(ANN, [left, right], as_of=AS_OF)


def test_no_feature_at_all_is_a_list_of_customers():
    view = compute_view(ANN, [], as_of=AS_OF)

    assert view.to_pyarrow().to_pylist() == [{"customer_id": "ann", "as_of": AS_OF}]


def test_numbers_that_are_no_quantities_are_left_out():
    odd = company(
        customers="customer_id\nann",
        events="""
            customer_id | kind | happened_at | quantity
            ann         | data | 2026-02-01  | 1e300
            ann         | data | 2026-02-02  | 2.5
        """,
    )
    used = measured("events", "sum", of="quantity")

    assert compute_view(odd, [used], as_of=AS_OF).to_pyarrow()["it"].to_pylist() == [2.5]
