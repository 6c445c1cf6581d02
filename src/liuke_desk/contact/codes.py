"""What an agent may record of one attempt: the coded words, their keys, and what each asks for."""

from enum import StrEnum


class Outcome(StrEnum):
    REACHED_KEPT = "reached_kept"
    REACHED_REFUSED = "reached_refused"
    REACHED_LOST = "reached_lost"
    CALLBACK = "callback"
    UNREACHABLE = "unreachable"


class Feedback(StrEnum):
    LEFT_AREA = "left_area"
    NETWORK = "network"
    UNAWARE = "unaware"
    PRICE = "price"
    COMPETITOR = "competitor"
    BRAND_SWAP = "brand_swap"
    PLAN_SWAP = "plan_swap"
    DEALER = "dealer"
    SERVICE = "service"
    OTHER = "other"


class Channel(StrEnum):
    PHONE = "phone"
    SMS = "sms"
    WECHAT = "wechat"
    VISIT = "visit"
    HALL = "hall"


# Keys on the work page. Outcomes are digits in the order of the list, feedback one letter each.
FEEDBACK_KEYS = {
    Feedback.LEFT_AREA: "a",
    Feedback.NETWORK: "n",
    Feedback.UNAWARE: "u",
    Feedback.PRICE: "p",
    Feedback.COMPETITOR: "c",
    Feedback.BRAND_SWAP: "b",
    Feedback.PLAN_SWAP: "l",
    Feedback.DEALER: "d",
    Feedback.SERVICE: "s",
    Feedback.OTHER: "o",
}
OUTCOME_KEYS = {outcome: str(place) for place, outcome in enumerate(Outcome, start=1)}

REACHED = frozenset({Outcome.REACHED_KEPT, Outcome.REACHED_REFUSED, Outcome.REACHED_LOST})
ENDINGS = {
    Outcome.REACHED_KEPT: "KEPT",
    Outcome.REACHED_REFUSED: "REFUSED",
    Outcome.REACHED_LOST: "LOST",
}
