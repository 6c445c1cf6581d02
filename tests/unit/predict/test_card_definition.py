"""What leaving means is told in sentences with the declared figures, in both languages."""

import pytest

from liuke.predict.card_definition import say_definition
from liuke.predict.churn import ChurnDefinition, load_churn
from liuke.tier.registry import PACKS

DECLARED = {
    "method": "rolling",
    "gap_days": 7,
    "voluntary": {"statuses": ["closed_voluntary"]},
    "dormant": {"silent_days": 60, "events": ["voice", "data"]},
    "diverted": {
        "statuses": ["closed_diverted"],
        "share_drop": {"kinds": ["voice"], "drop": 0.55, "signs": ["port_query"]},
    },
    "reentry": {"correct": True, "within_days": 80, "minimum_probability": 0.7},
}


def test_each_kind_window_and_correction_is_told():
    told = say_definition(ChurnDefinition.model_validate(DECLARED), "en")

    assert told == [
        "Voluntary: the account's status becomes closed_voluntary.",
        "Dormant: the account is open, and for 60 days there was no voice, data.",
        "Diverted: the account's status becomes closed_diverted.",
        "Diverted, too: a month falls in use by 55% or more below the mean of the 3 months before it"
        " (at least 20), and within 2 months there was a sign of a competitor: port_query.",
        "Windows: 1, 2, 3 months, after 7 days left out; the last day is not counted.",
        "Who is recognised under a new number opened within 80 days after leaving, with a probability"
        " of 70% or more, did not leave.",
    ]


@pytest.mark.parametrize("pack", ["telecom", "retail"])
def test_packs_are_told_in_chinese_with_as_many_sentences(pack):
    definition = load_churn(PACKS / pack / "churn.toml")

    zh, en = (say_definition(definition, language) for language in ("zh", "en"))

    assert len(zh) == len(en) == len(definition.kinds) + 2 + bool(definition.share_drop)
    assert all(sentence.endswith("。") for sentence in zh)
