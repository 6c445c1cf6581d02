"""Who may ask for what: every address, every method, every role.

An address or method without a row is refused to everybody by tests.web.test_access; an address
without any row fails there. `yes` means that the role is let in and the page does its work for
rows of the own unit; rows of another unit are not found (404) for every role. `no` is 403.
A visitor is sent to the door unless the row says `yes`.
"""

TABLES = (
    # Foundation.
    """
    address          | method | visitor | agent | region_supervisor | analyst | hq_manager
    home             | GET    | door    | yes   | yes               | yes     | yes
    signin           | GET    | yes     | yes   | yes               | yes     | yes
    signin           | POST   | yes     | yes   | yes               | yes     | yes
    signout          | POST   | yes     | yes   | yes               | yes     | yes
    password-change  | GET    | door    | yes   | yes               | yes     | yes
    password-change  | POST   | door    | yes   | yes               | yes     | yes
    preferences      | POST   | yes     | yes   | yes               | yes     | yes
    overview         | GET    | door    | no    | yes               | yes     | yes
    warning-list     | GET    | door    | yes   | yes               | yes     | yes
    customer-list    | GET    | door    | yes   | yes               | yes     | yes
    customer-card    | GET    | door    | yes   | yes               | yes     | yes
    customer-mark    | POST   | door    | yes   | yes               | no      | yes
    customer-reveal  | POST   | door    | yes   | yes               | no      | yes
    """,
    # Groups and tiers.
    """
    address          | method | visitor | agent | region_supervisor | analyst | hq_manager
    group-list       | GET    | door    | no    | yes               | yes     | yes
    group-new        | POST   | door    | no    | yes               | yes     | yes
    group-detail     | GET    | door    | no    | yes               | yes     | yes
    group-delete     | POST   | door    | no    | yes               | yes     | yes
    tier-structure   | GET    | door    | no    | yes               | yes     | yes
    tier-moves       | GET    | door    | no    | yes               | yes     | yes
    tier-moved       | GET    | door    | no    | yes               | yes     | yes
    tier-moved-keep  | POST   | door    | no    | yes               | yes     | yes
    tier-top         | GET    | door    | no    | yes               | yes     | yes
    override-list    | GET    | door    | no    | yes               | yes     | yes
    override-request | POST   | door    | no    | yes               | yes     | no
    override-approve | POST   | door    | no    | no                | no      | yes
    override-reject  | POST   | door    | no    | no                | no      | yes
    override-withdraw | POST  | door    | no    | yes               | yes     | yes
    household-edit   | POST   | door    | no    | no                | yes     | no
    """,
    # Reports.
    """
    address               | method | visitor | agent | region_supervisor | analyst | hq_manager
    report-home           | GET    | door    | no    | yes               | yes     | yes
    report-export         | GET    | door    | no    | yes               | yes     | yes
    report-customers      | GET    | door    | no    | yes               | yes     | yes
    report-customers-keep | POST   | door    | no    | yes               | yes     | yes
    """,
    # Health of early warning: company-wide figures.
    """
    address     | method | visitor | agent | region_supervisor | analyst | hq_manager
    health      | GET    | door    | no    | no                | yes     | yes
    health-card | GET    | door    | no    | no                | yes     | yes
    """,
    # Tier schemes.
    """
    address                | method | visitor | agent | region_supervisor | analyst | hq_manager
    scheme-list            | GET    | door    | no    | yes               | yes     | yes
    scheme-detail          | GET    | door    | no    | yes               | yes     | yes
    scheme-compare         | GET    | door    | no    | yes               | yes     | yes
    scheme-fairness        | GET    | door    | no    | no                | yes     | yes
    scheme-disagreement    | GET    | door    | no    | no                | yes     | yes
    scheme-draft-new       | POST   | door    | no    | no                | yes     | yes
    scheme-draft           | GET    | door    | no    | no                | yes     | yes
    scheme-draft-edit      | GET    | door    | no    | no                | yes     | yes
    scheme-draft-edit      | POST   | door    | no    | no                | yes     | yes
    scheme-draft-check     | POST   | door    | no    | no                | yes     | yes
    scheme-draft-submit    | POST   | door    | no    | no                | yes     | yes
    scheme-draft-take-back | POST   | door    | no    | no                | yes     | yes
    scheme-draft-withdraw  | POST   | door    | no    | no                | yes     | yes
    scheme-draft-approve   | POST   | door    | no    | no                | no      | yes
    scheme-draft-return    | POST   | door    | no    | no                | no      | yes
    scheme-what-if         | GET    | door    | no    | no                | yes     | yes
    scheme-what-if         | POST   | door    | no    | no                | yes     | yes
    scheme-movers          | GET    | door    | no    | no                | yes     | yes
    scheme-movers-group    | POST   | door    | no    | no                | yes     | yes
    """,
    # Retention work: policies, campaigns, contact, effects.
    """
    address           | method | visitor | agent | region_supervisor | analyst | hq_manager
    policy-list       | GET    | door    | no    | yes               | yes     | yes
    campaign-list     | GET    | door    | yes   | yes               | yes     | yes
    campaign-new      | GET    | door    | no    | no                | yes     | yes
    campaign-new      | POST   | door    | no    | no                | yes     | yes
    campaign-detail   | GET    | door    | yes   | yes               | yes     | yes
    campaign-prepare  | POST   | door    | no    | no                | yes     | yes
    campaign-dispatch | POST   | door    | no    | yes               | no      | yes
    campaign-close    | POST   | door    | no    | no                | yes     | yes
    campaign-effect   | GET    | door    | no    | yes               | yes     | yes
    task-list         | GET    | door    | yes   | yes               | no      | yes
    task-next         | POST   | door    | yes   | no                | no      | no
    task-work         | GET    | door    | yes   | yes               | no      | yes
    task-work         | POST   | door    | yes   | yes               | no      | yes
    task-mark         | POST   | door    | yes   | yes               | no      | yes
    task-take         | POST   | door    | yes   | no                | no      | no
    task-release      | POST   | door    | yes   | no                | no      | no
    task-reassign     | POST   | door    | no    | yes               | no      | yes
    task-postpone     | POST   | door    | no    | yes               | no      | yes
    task-void         | POST   | door    | no    | yes               | no      | yes
    """,
    # Early-warning lists.
    """
    address          | method | visitor | agent | region_supervisor | analyst | hq_manager
    warning-lists    | GET    | door    | yes   | yes               | yes     | yes
    warning-changes  | GET    | door    | yes   | yes               | yes     | yes
    warning-gone     | GET    | door    | yes   | yes               | yes     | yes
    warning-keep     | POST   | door    | no    | yes               | yes     | yes
    """,
    # Re-entry and dealers.
    """
    address          | method | visitor | agent | region_supervisor | analyst | hq_manager
    reentry-list     | GET    | door    | no    | yes               | yes     | yes
    reentry-judge    | POST   | door    | no    | yes               | yes     | yes
    reentry-keep     | POST   | door    | no    | yes               | yes     | yes
    dealer-list      | GET    | door    | no    | yes               | yes     | yes
    dealer-case      | GET    | door    | no    | yes               | yes     | yes
    dealer-decide    | POST   | door    | no    | no                | yes     | yes
    dealer-keep      | POST   | door    | no    | yes               | yes     | yes
    """,
)

# What is sent with a POST that would otherwise be refused for its form before it looks at rows.
SENT = {
    ("customer-reveal", "POST"): {"field": "phone", "purpose": "retention"},
    ("customer-mark", "POST"): {"group": "need", "mark": "price-driven"},
    ("task-mark", "POST"): {"group": "need", "mark": "price-driven"},
    ("warning-keep", "POST"): {"list": "listed", "asked": ""},
    ("group-new", "POST"): {"name": "East", "list": "warning-list", "asked": "min_p=10"},
}

# A list of waiting tasks grows old on the screen: who comes too late is told so and goes on, and is
# told the same of a task of another unit and of one that never was.
SAME_AS_UNKNOWN = {"task-take"}

# A scheme and its drafts are the whole company's; whose customers are seen there is the scope's matter.
OF_NO_UNIT = {
    "scheme-detail",
    "scheme-compare",
    "scheme-fairness",
    "scheme-draft-new",
    "scheme-draft",
    "scheme-draft-edit",
    "scheme-draft-check",
    "scheme-draft-submit",
    "scheme-draft-take-back",
    "scheme-draft-withdraw",
    "scheme-draft-approve",
    "scheme-draft-return",
    "scheme-what-if",
    "scheme-movers",
    "scheme-movers-group",
}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROLES = ("agent", "region_supervisor", "analyst", "hq_manager")


def read_rows():
    """(address, method) -> {role or visitor: what the table says}."""
    rows = {}
    for table in TABLES:
        header, *lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
        for address, method, *cells in lines:
            rows[address, method] = dict(zip(header[2:], cells, strict=True))
    return rows
