"""No clock and no unseeded randomness inside the library, outside the pipeline."""

import ast
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "src" / "liuke"
FILES = sorted(path for path in LIBRARY.rglob("*.py") if "pipeline" not in path.relative_to(LIBRARY).parts)
CLOCKS = {"now", "today", "utcnow", "time_ns", "localtime", "gmtime"}
RANDOM = {"default_rng", "RandomState", "random", "shuffle", "choice", "urandom", "uuid4"}


def calls_of_modules(tree: ast.AST, modules: set[str], names: set[str]) -> list[str]:
    """Calls like datetime.now() or np.random.default_rng() written in the tree, with their lines."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            owner = ast.unparse(node.func.value)
            if owner.split(".")[-1] in modules:
                found.append(f"line {node.lineno}: {owner}.{node.func.attr}()")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_the_library_reads_no_clock_and_draws_no_unseeded_number(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert not calls_of_modules(tree, {"datetime", "date", "time"}, CLOCKS | {"time"})
    assert not calls_of_modules(tree, {"random", "os", "uuid"}, RANDOM)


def test_the_check_sees_a_clock():
    tree = ast.parse("import datetime\ndatetime.datetime.now()\ndate.today()\nnp.random.default_rng()")

    assert len(calls_of_modules(tree, {"datetime", "date"}, CLOCKS)) == 2
    assert len(calls_of_modules(tree, {"random"}, RANDOM)) == 1
