"""The snippets of the pages on plots run from top to bottom."""

import re
import warnings
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[4] / "docs" / "how-to"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_snippets_run(language, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (PAGES / f"plots.{language}.md").read_text(encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    names: dict[str, object] = {}

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No Chinese font")
        for snippet in snippets:
            exec(compile(snippet, f"plots.{language}.md", "exec"), names)

    assert len(snippets) == 3
    assert (tmp_path / "ranking.png").stat().st_size > 10_000
