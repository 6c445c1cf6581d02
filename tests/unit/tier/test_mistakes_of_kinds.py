"""Mistakes in schemes of routes, of shares and of receivables: told with the line they stand in."""

import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.tier import load
from liuke.tier.registry import PACKS


@pytest.mark.parametrize(
    "scheme, written, instead, line, message",
    [
        (
            "bank/schemes/cards.toml",
            'column = "household_daily_avg", at_least = 250_000',
            'column = "household_daily_avg", at_least = 70_000',
            "routes = [",
            "household_daily_avg: out of order: it begins at_least 80000, but the better one before it",
        ),
        (
            "bank/schemes/cards.toml",
            '{ column = "personal_total"',
            '{ column = "personal_totals"',
            "routes = [",
            "no amount is called 'personal_totals' (did you mean 'personal_total'?)",
        ),
        (
            "bank/schemes/cards.toml",
            "money = true",
            "money = false",
            "[[amounts]]",
            "amounts are all money or none of them",
        ),
        (
            "bank/schemes/cards.toml",
            "no = {",
            "never = {",
            "never = {",
            "'gate.never' is not a known setting",
        ),
        (
            "general/schemes/abc/value.toml",
            "up_to = 0.95",
            "up_to = 0.75",
            "[[tiers]]",
            "the cut points do not rise: it ends at 0.75, the one before at 0.8",
        ),
        (
            "general/schemes/abc/value.toml",
            "up_to = 1\n",
            "up_to = 0.99\n",
            "[[tiers]]",
            "the last tier ends at 1, so that everybody has one; it ends at 0.99",
        ),
        (
            "general/schemes/abc/count.toml",
            "up_to = 0.70",
            "up_to = 1.70",
            "up_to = 1.70",
            "tiers.1.up_to",
        ),
        (
            "general/schemes/abc/count.toml",
            'by = "count"',
            'by = "size"',
            'by = "size"',
            "'count' or 'value'",
        ),
        (
            "receivables/schemes/classes.toml",
            "gross_margin = 0.20",
            "gross_margin = 20",
            "gross_margin = 20",
            "gross_margin: Input should be less than 1",
        ),
        (
            "receivables/schemes/classes.toml",
            "key_places = 100",
            "key_places = 0",
            "key_places = 0",
            "key_places",
        ),
        (
            "receivables/schemes/classes.toml",
            'column = "sales"\nmoney = true',
            'column = "sales"',
            "[sales]",
            "sales is money in one column",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path, scheme, written, instead, line, message):
    text = (PACKS / scheme).read_text(encoding="utf-8")
    assert written in text
    path = tmp_path / "scheme.toml"
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")

    with pytest.raises(ConfigRefused) as refused:
        load(path)

    lines = path.read_text(encoding="utf-8").splitlines()
    told = [(lines[mistake.line - 1].strip(), mistake.message) for mistake in refused.value.mistakes]
    assert any(at.startswith(line) and message in said for at, said in told), told
