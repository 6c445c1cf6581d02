"""Codes of small states that arrays hold, and their words in the operator's own files."""

STAYED, VOLUNTARY, INVOLUNTARY, DORMANT, DIVERTED = range(5)
KINDS = ("", "voluntary", "involuntary", "dormant", "diverted")
LEAVINGS = (VOLUNTARY, INVOLUNTARY, DORMANT, DIVERTED)

# Account statuses; from CLOSED_VOLUNTARY on the account is closed for good.
OPEN, REQUESTED, ARREARS, HIGH_SPEND, CLOSED_VOLUNTARY, CLOSED_INVOLUNTARY, CLOSED_DIVERTED = range(7)
STATUS_WORDS = ("正常", "申请停机", "欠费停机", "高额停机", "主动销户", "欠费销户", "携号转出")

# Frames of mind, hidden. A dormant customer has left although the account is open.
CALM, WAVERING, FADING, SILENT, ASLEEP = range(5)

# Causes of leaving.
CAUSES = (
    "",
    "contract_end",
    "price",
    "price_step",
    "network",
    "service",
    "competitor",
    "dealer",
    "newcomer",
    "unprovoked",
    "arrears",
    "fading_use",
    "cleared_after_silence",
)
(
    NO_CAUSE,
    CONTRACT_END,
    PRICE,
    PRICE_STEP,
    NETWORK,
    SERVICE,
    COMPETITOR,
    DEALER,
    NEWCOMER,
    UNPROVOKED,
    UNPAID,
    FADING_USE,
    CLEARED,
) = range(len(CAUSES))

# How a newcomer was signed up, hidden: for the commission alone; or one who leaves easily.
ORDINARY, HOLLOW, LOOSE = range(3)
SIGNED = ("", "hollow", "loose")

SILENT_DAYS = 60  # without usage on an open account make a dormant customer
