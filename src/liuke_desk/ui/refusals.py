"""Refusals that a person reads: nobody could know beforehand, nothing was changed."""

from django.utils.translation import gettext


class Refused(Exception):
    """An anticipated refusal; its message is shown to the person who asked, in their language.

    msgid: the English sentence with named places, which is also its key in the translations.
    """

    def __init__(self, msgid: str, **values: object):
        self.msgid = msgid
        self.values = values
        super().__init__(msgid % values)

    def say(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.msgid) % self.values
