"""Whatever is named as long is there: a file that was renamed would come back into the inner loop."""

from collections import Counter
from pathlib import Path

import pytest

from tests.long_files import LONG_FILES

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", LONG_FILES)
def test_a_long_file_is_there_and_named_once(name):
    assert (TESTS / name).is_file()
    assert Counter(LONG_FILES)[name] == 1
