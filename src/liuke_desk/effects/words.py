"""Why an effect cannot be told, in words."""

from django.utils.translation import get_language

from liuke_desk.bridge.effects import why_empty_words


def say_why_empty(code: str | None) -> str:
    """The library's reason in the reader's language; empty when there is an estimate."""
    return why_empty_words(get_language() or "").get(code, code) if code else ""
