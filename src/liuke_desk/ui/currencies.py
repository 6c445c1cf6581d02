"""What currencies are called; one that has no words here is shown by its code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CURRENCIES: Mapping[str, Promise] = {
    "CNY": _("yuan"),
    "USD": _("US dollars"),
    "EUR": _("euros"),
    "HKD": _("Hong Kong dollars"),
}


def say_currency(code: str) -> str:
    return str(CURRENCIES.get(code, code))
