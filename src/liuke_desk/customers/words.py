"""What codes of the canonical tables are called. A code that has no words here is shown as it is."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATUSES: Mapping[str, Promise] = {
    "open": _("In use"),
    "suspended_requested": _("Suspended on request"),
    "suspended_arrears": _("Suspended for arrears"),
    "suspended_high_spend": _("Suspended for high spend"),
    "diverted": _("Calls diverted"),
    "closed_voluntary": _("Closed by the customer"),
    "closed_involuntary": _("Closed for arrears"),
    "closed_diverted": _("Carried over to a competitor"),
}
STATUS_COLOURS: Mapping[str, str] = {
    "open": "green",
    "suspended_requested": "orange",
    "suspended_arrears": "orange",
    "suspended_high_spend": "orange",
    "diverted": "volcano",
    "closed_voluntary": "grey",
    "closed_involuntary": "grey",
    "closed_diverted": "grey",
}
KINDS: Mapping[str, Promise] = {
    "personal": _("Personal"),
    "corporate": _("Corporate"),
    "government": _("Government"),
}
SEXES: Mapping[str, Promise] = {"female": _("Female"), "male": _("Male")}
CARE: Mapping[str, Promise] = {
    "elderly": _("Elderly"),
    "disabled": _("Disabled"),
    "low-income": _("Low income"),
}
CONTACT_PURPOSES: Mapping[str, Promise] = {
    "retention": _("Retention"),
    "care": _("Care"),
    "service": _("Service"),
    "survey": _("Survey"),
}
CONTACT_OUTCOMES: Mapping[str, Promise] = {
    "reached_kept": _("Reached, stays"),
    "reached_lost": _("Reached, leaves"),
    "reached_refused": _("Reached, refused"),
    "reached": _("Reached"),
    "callback": _("To be called back"),
    "unreachable": _("Not reached"),
}
OUTCOME_COLOURS: Mapping[str, str] = {
    "reached_kept": "green",
    "accepted": "green",
    "confirmed": "green",
    "resolved": "cyan",
    "reached_lost": "red",
    "reached_refused": "orange",
    "refused": "orange",
    "open": "red",
}
CHANNELS: Mapping[str, Promise] = {
    "phone": _("Phone"),
    "sms": _("SMS"),
    "wechat": _("WeChat"),
    "visit": _("Visit"),
    "hall": _("Service hall"),
    "email": _("E-mail"),
    "app": _("App"),
    "web": _("Website"),
}
FEEDBACKS: Mapping[str, Promise] = {
    "left_area": _("Moved away from the area"),
    "network": _("Network quality"),
    "unaware": _("Did not know the service"),
    "price": _("Price"),
    "competitor": _("Competitor"),
    "brand_swap": _("Changes brand"),
    "plan_swap": _("Changes plan"),
    "dealer": _("Dealer"),
    "service": _("Service quality"),
    "other": _("Other"),
}
USAGE: Mapping[str, Promise] = {
    "voice": _("Voice (minutes)"),
    "sms": _("SMS"),
    "data": _("Data (MB)"),
    "purchase": _("Purchases"),
}
COMPLAINT_STATUSES: Mapping[str, Promise] = {
    "open": _("Being handled"),
    "resolved": _("Resolved"),
    "confirmed": _("Confirmed by the customer"),
}
COMPLAINT_CATEGORIES: Mapping[str, Promise] = {
    "billing": _("Billing"),
    "network": _("Network quality"),
    "service": _("Service quality"),
}
PRODUCTS: Mapping[str, Promise] = {
    "broadband": _("Broadband"),
    "multiple_lines": _("Additional lines"),
    "online_backup": _("Cloud storage"),
    "online_security": _("Online security"),
    "device_protection": _("Device protection"),
    "tech_support": _("Technical support"),
    "streaming_tv": _("Streaming television"),
    "streaming_movies": _("Streaming films"),
}
OFFER_OUTCOMES: Mapping[str, Promise] = {
    "accepted": _("Accepted"),
    "refused": _("Refused"),
    "pending": _("Pending"),
}
SURVEYS: Mapping[str, Promise] = {
    "csat": _("Satisfaction (CSAT)"),
    "nps": _("Recommendation (NPS)"),
    "ces": _("Effort (CES)"),
}

HELD_BY: Mapping[str, Promise] = {
    "minimum_stay": _("its minimum stay"),
    "protection": _("the protection after a rise"),
    "hysteresis": _("being near the edge"),
    "review": _("the rule that only people lower tiers"),
    "override": _("an override by hand"),
}

GROUPS: Mapping[str, Mapping[str, Promise]] = {
    "status": STATUSES,
    "kind": KINDS,
    "sex": SEXES,
    "care": CARE,
    "purpose": CONTACT_PURPOSES,
    "contact_outcome": CONTACT_OUTCOMES,
    "channel": CHANNELS,
    "feedback": FEEDBACKS,
    "usage": USAGE,
    "complaint_status": COMPLAINT_STATUSES,
    "complaint_category": COMPLAINT_CATEGORIES,
    "product": PRODUCTS,
    "offer_outcome": OFFER_OUTCOMES,
    "survey": SURVEYS,
    "held_by": HELD_BY,
}


def say_code(code: str | None, group: str) -> str:
    """A code in the reader's language; a dash where there is none."""
    if not code:
        return "–"
    return str(GROUPS[group].get(code, code))
