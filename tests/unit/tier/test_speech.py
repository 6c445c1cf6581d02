"""Numbers are written for people: grouped, with the decimals they have."""

import ibis
import pandas as pd

from liuke.tier.speech import say_number
from tests.tables import table


def test_numbers_with_the_decimals_of_money_and_with_those_they_have():
    drawn = table("""
        number        | money            | other
        0             | 0_               | 0_
        0.05          | 0.05_            | 0.05_
        0.5           | 0.50_            | 0.5_
        999           | 999_             | 999_
        999.999       | 1,000_           | 999.999_
        1000          | 1,000_           | 1,000_
        12345.5       | 12,345.50_       | 12,345.5_
        1000001       | 1,000,001_       | 1,000,001_
        1234567890.12 | 1,234,567,890.12_| 1,234,567,890.12_
        -1234.5       | -1,234.50_       | -1,234.5_
        -0.001        | 0_               | -0.001_
                      |                  |
    """)
    numbers = ibis.memtable(drawn)

    said = numbers.mutate(
        money=say_number(numbers.number, decimals=2) + "_", other=say_number(numbers.number, decimals=6) + "_"
    )

    pd.testing.assert_frame_equal(said.to_pandas(), drawn)
