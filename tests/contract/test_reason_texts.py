"""Whatever a model may name as a reason can be said, in words or by an explicit label.

Held for every declared feature of every pack that has reasons. Causes that are never a reason are left out.
"""

from datetime import date
from pathlib import Path

import pytest

import liuke.packs
from liuke.predict.reason_figures import currency_words, meets
from liuke.predict.reasons import ReasonsBook, Template, label_code, load_reasons
from liuke.predict.silences import FIGURES
from liuke.view.features import load_features

PACKS = sorted(path.parent for path in Path(next(iter(liuke.packs.__path__))).glob("*/reasons"))
SAYABLE = {"percent": -0.4, "date": date(2026, 3, 1), "text": "yes"}


@pytest.fixture(scope="module", params=PACKS, ids=lambda pack: pack.name)
def pack(request):
    book = load_reasons(request.param / "reasons")
    spoken = [each for each in load_features(request.param / "features") if each.cause not in book.unspoken]
    return book, spoken


def unsaid(book: ReasonsBook, features) -> list[str]:
    """Features without words of their own whose cause has no explicit group fallback to their label."""
    worded = set().union(*(template.stands_for for template in book.templates))
    labelled = book.banned.keys() - book.worded_only
    return [each.name for each in features if each.name not in worded and each.cause not in labelled]


def test_every_feature_that_may_be_a_reason_has_words(pack):
    assert unsaid(*pack) == []


def test_a_feature_without_words_is_noticed(pack):
    """Without it the test above could pass whatever is declared."""
    book, features = pack
    every = [each.name for each in features]

    assert unsaid(ReasonsBook(), features) == every
    assert unsaid(ReasonsBook(banned=book.banned), features) == []  # by their labels, which is explicit
    causes = frozenset(each.cause for each in features)
    assert unsaid(ReasonsBook(banned=book.banned, worded_only=causes), features) == every


def test_of_every_reason_it_is_told_what_may_not_be_said(pack):
    book, features = pack
    forbidden = book.forbid(features)

    assert [each.code for each in book.templates if each.code not in forbidden] == []
    assert [each.name for each in features if label_code(each) not in forbidden] == []
    assert all(words.zh and words.en for words in forbidden.values())


def test_a_reason_stands_for_features_of_its_cause_alone(pack):
    """Contributions of other causes would not be counted for it."""
    book, features = pack
    causes = {each.name: each.cause for each in features} | {each.name: each.cause for each in FIGURES}

    strangers = {
        template.code: foreign
        for template in book.templates
        if template.features
        and (foreign := [name for name in template.features if causes.get(name) != template.cause])
    }
    assert strangers == {}


def test_every_reason_is_a_whole_sentence_in_both_languages(pack):
    book, _ = pack
    for template in book.templates:
        said = template.speak(values_of(template), currency_words("CNY"))
        for text in (said["text_zh"], said["text_en"]):
            assert "{" not in text
            assert "None" not in text
            assert "  " not in text
        assert said["text_zh"] != said["text_en"]


def values_of(template: Template) -> dict[str, object]:
    return {name: SAYABLE.get(figure.show, 1200.0) for name, figure in template.figures.items()}


def test_a_figure_that_a_reason_is_about_can_meet_its_condition(pack):
    """A condition that no plausible value meets would silence the reason for ever."""
    book, _ = pack
    tried = [-0.5, 0, 0.05, 0.3, 0.9, 1, 2, 5, 20, 100, 1000]
    never = [
        (template.code, name)
        for template in book.templates
        for name, condition in template.when.items()
        if template.figures[name].show != "text" and not any(meets(value, condition) for value in tried)
    ]
    assert never == []
