"""A view that shows its as-of day or later is refused, with what it shows and of whom."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from liuke.kernel.words import Words
from liuke.predict import early_warning
from liuke.predict.examples import read_population
from liuke.predict.view_guard import ViewRefused, refuse_future
from liuke.store import Engine
from liuke.view.features import RowFeature
from tests.unit.predict.companies import FEATURES, MadeUp, inputs_of

DAY = date(2026, 3, 1)


def feature(name, measure="last_on", of="happened_at", source="events"):
    words = Words(zh=name, en=name)
    return RowFeature(
        name=name,
        label=words,
        unit="date",
        cause="activity",
        source=source,
        measure=measure,
        of=of,
        missing="unknown",
    )


LAST_ON = feature("last_on")
ENDS_ON = feature("ends_on", measure="latest", of="contract_end_on", source="accounts")


def view(**columns):
    return pa.table({"customer_id": ["ann", "bob"], **columns})


@pytest.mark.parametrize(
    "days, refused",
    [
        ([date(2026, 2, 28), None], False),
        ([date(2026, 3, 1), None], True),  # the day itself is not seen
        ([None, date(2026, 3, 2)], True),
        ([None, None], False),
    ],
)
def test_days_of_what_happened_lie_before_the_day(days, refused):
    told = view(last_on=pa.array(days, pa.date32()))

    if refused:
        with pytest.raises(ViewRefused, match=r"'last_on' of the view as of 2026-03-01 tells 2026-03-0[12]"):
            refuse_future(told, [LAST_ON], as_of=DAY)
    else:
        refuse_future(told, [LAST_ON], as_of=DAY)


@pytest.mark.parametrize(
    "instant, refused",
    [(datetime(2026, 2, 28, 23, 59, 59, 999_999), False), (datetime(2026, 3, 1), True)],
)
def test_instants_lie_before_its_midnight(instant, refused):
    told = view(last_on=pa.array([instant, None], pa.timestamp("us")))

    if refused:
        with pytest.raises(ViewRefused, match="of ann"):
            refuse_future(told, [LAST_ON], as_of=DAY)
    else:
        refuse_future(told, [LAST_ON], as_of=DAY)


@pytest.mark.parametrize(
    "shown, refused", [(DAY, False), (DAY + timedelta(1), True), (date(2025, 1, 1), False)]
)
def test_a_view_of_a_later_day_is_refused(shown, refused):
    told = view(as_of=pa.array([shown, shown], pa.date32()))

    if refused:
        with pytest.raises(
            ViewRefused, match=r"as of 2026-03-02 for 2 customers .* Give the view as of 2026-03-01"
        ):
            refuse_future(told, [], as_of=DAY)
    else:
        refuse_future(told, [], as_of=DAY)


def test_a_plan_that_is_known_may_lie_ahead():
    ahead = pa.array([date(2027, 1, 1), None], pa.date32())

    refuse_future(view(ends_on=ahead), [ENDS_ON], as_of=DAY)


@pytest.fixture(scope="module")
def inputs():
    return inputs_of(MadeUp(customers=50, months=3), Engine(threads=1), as_of=date(2025, 4, 1))


def test_training_refuses_a_day_of_which_it_is_given_a_later_view(inputs):
    """What a careless view_of does: the latest view it has, whatever day is asked for."""
    latest = inputs.view_of(inputs.as_of)
    told = latest.append_column("as_of", pa.array([inputs.as_of] * len(latest), pa.date32()))
    careless = replace(inputs, view_of=lambda day: told)

    assert len(read_population(careless, as_of=inputs.as_of))
    with pytest.raises(ViewRefused, match="as of 2025-03-01 is one as of 2025-04-01"):
        read_population(careless, as_of=date(2025, 3, 1))
    with pytest.raises(ViewRefused, match="it knows what came later"):
        early_warning.run(careless)


def test_training_refuses_a_feature_that_tells_the_day_of_leaving(inputs):
    """A column of how it ended, which stands in many a company's extract."""

    def with_end(day):
        seen = inputs.view_of(day)
        return seen.append_column("closed_on", pa.array([day + timedelta(9)] * len(seen), pa.date32()))

    leaking = replace(inputs, view_of=with_end, features=(*FEATURES, feature("closed_on")))

    with pytest.raises(ViewRefused, match="'closed_on'"):
        early_warning.run(leaking)
    assert read_population(
        replace(leaking, features=FEATURES), as_of=date(2025, 3, 1)
    )  # undeclared: not read
