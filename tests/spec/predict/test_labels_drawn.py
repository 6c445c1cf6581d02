"""The drawn companies have the labels drawn beside them, and stand so in the reference."""

import ibis
import pytest

from liuke.predict.churn import ChurnDefinition
from liuke.predict.leavings import at_risk, find_leavings, label
from liuke.predict.reentered import mark_reentered
from tests.spec.predict.labels_drawn import AS_OF, TERMS, Drawn
from tests.spec.predict.labels_drawn_further import EVERY
from tests.spec.predict.labels_page import PAGES, cells_of, draw_page
from tests.tables import company, table


def customers_of(case: Drawn) -> str:
    """Everybody drawn, known from the beginning."""
    told = {name: cells_of(rows) for name, rows in case.given.items() if name != "matches"}
    places = {name: rows[0].index("customer_id") for name, rows in told.items()}
    return "\n".join(
        ["customer_id", *sorted({row[places[n]] for n, rows in told.items() for row in rows[1:]})]
    )


def say(case: Drawn) -> list[list[str]]:
    """What the library says of the drawn company, as it would be drawn."""
    definition = ChurnDefinition.model_validate({**TERMS, **case.changes})
    given = {"customers": customers_of(case)} | dict(case.given)
    matches = given.pop("matches", "customer_id | former_id | left_at | opened_at | probability")
    tables = company(**given)
    leavings = find_leavings(tables, definition, known_by=case.known_by)
    leavings = mark_reentered(leavings, ibis.memtable(_typed(matches)), definition.reentry)
    present = at_risk(tables, definition, as_of=AS_OF)
    found = label(present, leavings, definition, as_of=AS_OF, known_by=case.known_by)
    rows = found.select(cells_of(case.says)[0]).order_by("customer_id").to_pyarrow().to_pylist()
    return [[_cell(value) for value in row.values()] for row in rows]


def _typed(matches: str):
    return table(matches).astype({"probability": "float64"})


def _cell(value: object) -> str:
    return "" if value is None else str(value).lower()


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.title.en)
def test_what_became_of_the_customers_drawn(case):
    assert say(case) == cells_of(case.says)[1:]


def test_every_kind_and_every_answer_is_drawn():
    """Without it the tables could say the same of everybody."""
    said = [row for case in EVERY for row in cells_of(case.says)[1:]]

    assert {row[-1] for row in said} == {"", "voluntary", "involuntary", "dormant", "diverted"}
    for horizon in (1, 2, 3):
        assert {row[horizon] for row in said} == {"", "true", "false"}


@pytest.mark.parametrize("language", PAGES)
def test_the_committed_reference_is_current(language):
    drawn = draw_page(language)

    assert PAGES[language].read_text(encoding="utf-8") == drawn, (
        "run python -m tests.spec.predict.labels_page"
    )
