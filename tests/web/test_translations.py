"""Every text that people see stands in both languages, with the same figures in it."""

import re

from tests.web.messages import CATALOGUE, find_messages, read_translations

PLACEHOLDER = re.compile(r"%\((\w+)\)")


def test_every_text_is_translated():
    translated = {message for message, texts in read_translations().items() if all(texts)}

    missing = {message: place for message, place in find_messages().items() if message not in translated}

    assert missing == {}


def test_every_translation_is_still_used():
    assert set(read_translations()) - set(find_messages()) == set()


def test_every_text_stands_once():
    """A second translation of the same text would silently win over the first."""
    written = re.findall(r'^msgid "(.+)"$', CATALOGUE.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert sorted(text for text in set(written) if written.count(text) > 1) == []


def test_translations_keep_the_figures():
    for (_, text), translations in read_translations().items():
        wanted = set(PLACEHOLDER.findall(text if isinstance(text, str) else text[-1]))
        for translation in translations:
            assert set(PLACEHOLDER.findall(translation)) == wanted, text


def test_the_finder_finds_texts_in_templates_and_in_code():
    found = find_messages()

    assert (None, "Early warning") in found  # code
    assert (None, "Sign in") in found  # template
