"""What agents call outcomes, feedback and channels."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuke_desk.contact.codes import Channel, Feedback, Outcome

OUTCOME_WORDS: Mapping[str, Promise] = {
    Outcome.REACHED_KEPT: _("Stays: took the offer"),
    Outcome.REACHED_REFUSED: _("Refused the offer"),
    Outcome.REACHED_LOST: _("Leaving for good"),
    Outcome.CALLBACK: _("Call back"),
    Outcome.UNREACHABLE: _("Not reached"),
}

FEEDBACK_WORDS: Mapping[str, Promise] = {
    Feedback.LEFT_AREA: _("Moved away from the area"),
    Feedback.NETWORK: _("Network quality"),
    Feedback.UNAWARE: _("Did not know the service"),
    Feedback.PRICE: _("Price"),
    Feedback.COMPETITOR: _("Competitor"),
    Feedback.BRAND_SWAP: _("Changes brand"),
    Feedback.PLAN_SWAP: _("Changes plan"),
    Feedback.DEALER: _("Dealer"),
    Feedback.SERVICE: _("Service quality"),
    Feedback.OTHER: _("Other"),
}

CHANNEL_WORDS: Mapping[str, Promise] = {
    Channel.PHONE: _("Phone"),
    Channel.SMS: _("SMS"),
    Channel.WECHAT: _("WeChat"),
    Channel.VISIT: _("Visit"),
    Channel.HALL: _("Service hall"),
}

IMPORTANCE_WORDS: Mapping[int, Promise] = {1: _("mentioned"), 2: _("matters"), 3: _("decides")}
