"""What the documentation says of the simulated company is what the company does."""

import re
from pathlib import Path

import pytest

from liuke.world.kinds import DORMANT, INVOLUNTARY, VOLUNTARY
from liuke.world.policies import POLICIES

PAGES = [
    Path(__file__).parents[3] / "docs" / "explanation" / f"simulated-company.{language}.md"
    for language in ("zh", "en")
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_factor_in_the_table_is_the_one_in_force(page):
    rows = re.findall(
        r"^\| `([\w-]+)`[^|]*\| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", page.read_text("utf-8"), re.M
    )

    told = {name: tuple(map(float, factors)) for name, *factors in rows}
    assert told == {
        name: tuple(effect.factors.get(kind, 1.0) for kind in (VOLUNTARY, INVOLUNTARY, DORMANT))
        for name, effect in POLICIES.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_example_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)

    exec(compile(example, page.name, "exec"), {})

    untouched, treated, difference = map(float, capsys.readouterr().out.split())
    assert difference == pytest.approx(treated - untouched)
