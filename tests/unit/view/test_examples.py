"""The examples in the room's docstrings say what happens."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["windows", "rfm_summary", "rfm_parts"])
def test_examples(name):
    tried = doctest.testmod(import_module(f"liuke.view.{name}"))

    assert tried.attempted > 0
    assert tried.failed == 0
