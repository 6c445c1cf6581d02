"""What upper rooms add to lower ones. Each entry is the dotted name of a function.

AFTER_PUBLISH: called in order after each publication, as hook(publication=…, at=…). A publication
    that is killed in between is repeated, so every hook must bear being called again.
FACT_EXPORTERS: called for the next ingest, as exporter() -> iterable of (canonical table name,
    iterable of row dicts): what people did at the desk becomes a source.
CUSTOMER_PANELS: called for each customer card, as panel(request, profile) -> HTML or "".
CUSTOMER_SIDES: the same for the narrow column of the card, below the tiers.
LIST_TOOLS: called for each page of a list of customers, as tool(request, name of its address) -> HTML or "":
    what may be done with all the customers that its filter leaves.
LIST_TABS: called for each page of a list of customers, as tab(request, name of its address) -> HTML or "":
    the pages that stand beside it.
NOTICES: called for each page, as notice(request) -> a Told of ui.noticing or None: what a person
    is told until they looked.
DURING_PUBLISH: called in order once the customers of a publication are written and before anybody sees
    them, as hook(publication=…, units=…): what belongs to a publication and is switched with it.
POLICY_TITLES: called for a customer card with offers, as titles(names, language) -> {name: title}.
"""

__all__ = [
    "AFTER_PUBLISH",
    "CUSTOMER_PANELS",
    "CUSTOMER_SIDES",
    "DURING_PUBLISH",
    "FACT_EXPORTERS",
    "LIST_TABS",
    "LIST_TOOLS",
    "NOTICES",
    "POLICY_TITLES",
]

DURING_PUBLISH: list[str] = [
    "liuke_desk.tiers.hooks.during_publish",
    "liuke_desk.reports.hooks.during_publish",
    "liuke_desk.health.hooks.during_publish",
    "liuke_desk.warnings.hooks.during_publish",
    "liuke_desk.network.hooks.during_publish",
]
AFTER_PUBLISH: list[str] = [
    # Groups, tiers.
    "liuke_desk.groups.hooks.after_publish",
    "liuke_desk.tiers.hooks.after_publish",
    # Retention work: policies, campaigns, contact, effects.
    "liuke_desk.policies.hooks.after_publish",
    "liuke_desk.campaigns.hooks.after_publish",
    "liuke_desk.effects.hooks.after_publish",
    # Early-warning lists.
    "liuke_desk.warnings.hooks.after_publish",
]
FACT_EXPORTERS: list[str] = [
    # Groups, tiers.
    "liuke_desk.tiers.selectors.facts",
    # Retention work: policies, campaigns, contact, effects.
    "liuke_desk.contact.selectors.facts",
    # Behind churn: re-entry.
    "liuke_desk.network.selectors.facts",
]
CUSTOMER_PANELS: list[str] = [
    # Retention work: policies, campaigns, contact, effects.
    "liuke_desk.contact.panels.show_tasks",
]
CUSTOMER_SIDES: list[str] = [
    "liuke_desk.tiers.panels.show_overrides",
    "liuke_desk.tiers.panels.show_household",
]
LIST_TOOLS: list[str] = [
    "liuke_desk.groups.tools.offer_group",
]
LIST_TABS: list[str] = [
    "liuke_desk.warnings.tools.show_tabs",
]
NOTICES: list[str] = [
    "liuke_desk.warnings.tools.give_notice",
]
POLICY_TITLES = "liuke_desk.policies.selectors.map_titles"
