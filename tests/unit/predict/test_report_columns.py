"""The heads of a report's figures tell them apart: kinds that two measures share are said with each."""

from datetime import date

import pytest

from liuke.predict.reports.kinds import REPORTS
from liuke.predict.reports.lines import list_columns
from liuke.predict.reports.sums import Tally

JUNE = date(2026, 6, 1)
NOTHING = dict.fromkeys(("of_opening", "valued", "value_fen", "variance", "third"), 0)


def columns(name, **kinds):
    """kinds: of each measure."""
    cells = [
        {"member": "", "month": JUNE, "measure": measure, "kind": kind, "count": 1.0, **NOTHING}
        for measure, told in kinds.items()
        for kind in told
    ]
    return list_columns(REPORTS[name], Tally(cells))


@pytest.mark.parametrize(
    "language, heads",
    [
        ("en", ["suspended at the end", "arrears, at the end", "suspended anew", "arrears, anew"]),
        ("zh", ["期末停机", "欠费停机 (期末)", "本期新停机", "欠费停机 (本期新增)"]),
    ],
)
def test_a_kind_of_two_measures_is_said_with_each(language, heads):
    found = columns("suspension", suspended=["arrears"], suspended_anew=["arrears"])

    assert [column.words[language] for column in found] == heads


def test_a_kind_of_one_measure_is_called_by_its_own_name():
    found = columns("diversion", diverted=["汐岸移动"])

    assert [column.words["en"] for column in found] == ["carried over", "汐岸移动"]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_heads_of_a_report_are_the_same(name, language):
    shared = ("a", "b", "")
    found = columns(name, **{counted.measure: shared for counted in REPORTS[name].counted})
    heads = [column.words[language] for column in found]

    assert len(heads) > 1
    assert len(set(heads)) == len(heads)
