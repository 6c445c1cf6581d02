"""Why an effect cannot be told, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHY_EMPTY_WORDS: Mapping[str, Promise] = {}


def say_why_empty(code: str | None) -> Promise | str:
    """The reason in the reader's language; empty when there is an estimate."""
    return WHY_EMPTY_WORDS.get(code, code) if code else ""
