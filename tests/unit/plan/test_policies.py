"""Policies and campaigns are read whole; every mistake is told at once with its file and line."""

from pathlib import Path

import pytest

from liuke.kernel.errors import ConfigRefused
from liuke.plan.policies import load_policies
from liuke.plan.terms import load_campaign

GOOD = """\
name = "credit"
version = 1
category = "price"
contact_cost_fen = 500
offer_cost_fen = 6000
save_rate = 0.3
save_rate_source = "assumed"
aims_at = ["voluntary"]
[words]
zh = "减免"
en = "Credit"
[terms]
rest_days = 30
[script]
zh = "您好"
en = "Hello"
"""
CAMPAIGN = """\
name = "spring"
policies = ["credit"]
budget_fen = 100
[words]
zh = "春季"
en = "Spring"
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def mistakes_in(read):
    with pytest.raises(ConfigRefused) as refused:
        read()
    return [(m.file.name, m.line, m.message) for m in refused.value.mistakes]


def test_a_good_policy(tmp_path):
    (credit,) = load_policies(write(tmp_path, credit=GOOD))

    assert (credit.name, credit.cost_fen, credit.terms.rest_days) == ("credit", 6500, 30)
    assert (credit.terms.tiers, credit.stock, credit.valid_until) == (None, None, None)


def test_no_folder_is_no_policy(tmp_path):
    assert load_policies(tmp_path / "policies") == ()


def test_all_mistakes_of_all_files_at_once(tmp_path):
    write(
        tmp_path,
        a=GOOD.replace("save_rate = 0.3", "save_rate = 30").replace("rest_days", "rest_day"),
        b=GOOD.replace('["voluntary"]', '["bored"]').replace('zh = "您好"\n', ""),
        c="name =",
    )

    found = mistakes_in(lambda: load_policies(tmp_path))

    assert [(file, line) for file, line, _ in found] == [
        ("a.toml", 6),
        ("a.toml", 13),
        ("b.toml", 8),
        ("b.toml", 14),
        ("c.toml", 1),
    ]
    assert "did you mean 'rest_days'" in found[1][2]


def test_mistakes_between_files(tmp_path):
    excluding = GOOD.replace("[words]", 'excludes = ["gifts"]\n[words]', 1)
    write(tmp_path, a=GOOD, b=GOOD, c=excluding.replace('"credit"', '"gift"'))

    found = mistakes_in(lambda: load_policies(tmp_path))

    assert [(file, line) for file, line, _ in found] == [("b.toml", 1), ("c.toml", 9)]
    assert "stands already in" in found[0][2]
    assert "did you mean 'gift'" in found[1][2]


@pytest.mark.parametrize(
    "added, message",
    [
        ("valid_from = 2026-04-01\nvalid_until = 2026-04-01", "must lie after valid_from"),
        ('excludes = ["credit"]', "cannot exclude itself"),
        ("stock = -1", "stock"),
    ],
)
def test_contradictions_are_refused(tmp_path, added, message):
    write(tmp_path, credit=GOOD.replace("[words]", f"{added}\n[words]", 1))

    ((_, _, said),) = mistakes_in(lambda: load_policies(tmp_path))
    assert message in said


def test_a_campaign_with_its_defaults(tmp_path):
    terms = load_campaign(write(tmp_path, spring=CAMPAIGN) / "spring.toml")

    assert (terms.hold_out_share, terms.min_p_leave, terms.top, terms.units) == (0.1, 0, None, None)


@pytest.mark.parametrize(
    "text, line, message",
    [
        (CAMPAIGN.replace('["credit"]', '["credit", "credit"]'), 1, "more than once"),
        (CAMPAIGN.replace('["credit"]', "[]"), 2, "policies"),
        (CAMPAIGN.replace("100", "100\nhold_out_share = 1.0"), 4, "less than 1"),
        (CAMPAIGN.replace("budget_fen", "budget"), 3, "did you mean 'budget_fen'"),
    ],
)
def test_campaign_mistakes(tmp_path, text, line, message):
    write(tmp_path, spring=text)

    found = mistakes_in(lambda: load_campaign(tmp_path / "spring.toml"))

    assert any(at == line and message in said for _, at, said in found)


def test_a_campaign_of_unknown_policies_is_refused_when_they_are_given(tmp_path):
    write(tmp_path, credit=GOOD)
    policies = load_policies(tmp_path)
    write(tmp_path, spring=CAMPAIGN.replace('["credit"]', '["credits", "other"]'))

    found = mistakes_in(lambda: load_campaign(tmp_path / "spring.toml", policies))

    assert [(line, said) for _, line, said in found] == [
        (2, "no policy is called 'credits' (did you mean 'credit'?)"),
        (2, "no policy is called 'other'"),
    ]
