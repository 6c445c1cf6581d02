"""What the documentation says of the simulated company is what the company does."""

import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

from liuke import world
from liuke.world.kinds import DIVERTED, DORMANT, INVOLUNTARY, VOLUNTARY
from liuke.world.policies import POLICIES

TOLD_KINDS = (VOLUNTARY, INVOLUNTARY, DORMANT, DIVERTED)  # in the order of the table
PAGES = [
    Path(__file__).parents[3] / "docs" / "explanation" / f"simulated-company.{language}.md"
    for language in ("zh", "en")
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_factor_in_the_table_is_the_one_in_force(page):
    rows = re.findall(
        r"^\| `([\w-]+)`[^|]*" + r"\| ([\d.]+) " * len(TOLD_KINDS) + r"\|$", page.read_text("utf-8"), re.M
    )

    told = {name: tuple(map(float, factors)) for name, *factors in rows}
    assert told == {
        name: tuple(effect.factors.get(kind, 1.0) for kind in TOLD_KINDS) for name, effect in POLICIES.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_parameter_in_the_tables_has_the_value_in_force(page):
    told = parameters_told(page)

    for name, value in told.items():
        module, constant = name.split(".")
        in_force = getattr(importlib.import_module(f"liuke.world.{module}"), constant)
        assert [float(part) for part in value.split()] == pytest.approx(np.ravel(in_force).tolist()), name
    assert len(told) > 100


def parameters_told(page: Path) -> dict[str, str]:
    return dict(re.findall(r"^\| `(\w+\.[A-Z_]+)` \| ([\d. -]+) \|", page.read_text("utf-8"), re.M))


def shares_in_force() -> set[str]:
    """Every chance, share and factor that a module of the world declares: its constants with a point."""
    found = set()
    for module in pkgutil.iter_modules(world.__path__):
        source = Path(world.__path__[0], f"{module.name}.py").read_text("utf-8")
        held = vars(importlib.import_module(f"liuke.world.{module.name}"))
        for names in re.findall(r"^([A-Z][A-Z_]+(?:, [A-Z][A-Z_]+)*) = ", source, re.M):
            found |= {f"{module.name}.{name}" for name in names.split(", ") if isinstance(held[name], float)}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_chance_share_or_factor_is_left_out_of_the_tables(page):
    others = {"newcomers.YEAR_DAYS"}  # a fact
    judged = {name for name in shares_in_force() if name.startswith("signings.")}  # a small world of its own

    assert shares_in_force() - set(parameters_told(page)) - judged == others


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_example_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)

    exec(compile(example, page.name, "exec"), {})

    untouched, treated, difference = map(float, capsys.readouterr().out.split())
    assert difference == pytest.approx(treated - untouched)
