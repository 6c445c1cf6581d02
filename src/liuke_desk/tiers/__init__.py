"""Tiers of customers: how many stand where, who moved, what people changed by hand, households."""
