"""What groups of people are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke_desk.customers.words import CARE
from liuke_desk.people.models import Unit
from liuke_desk.schemes.words import language

GROUP_WORDS: Mapping[str, Promise] = {
    "female": _("Women"),
    "male": _("Men"),
    "unknown": _("Not known"),
    "none": _("No special care"),
    "under 18": _("Under 18"),
    "80+": _("80 and over"),
}


def say_group(attribute: str, group: str, units: Mapping[str, Unit]) -> str:
    if attribute == "region" and group in units:
        return units[group].say(language())
    if attribute == "special_care" and group in CARE:
        return str(CARE[group])
    return str(GROUP_WORDS.get(group, group))
