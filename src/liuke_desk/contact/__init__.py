"""Attempts to reach a customer, and the work page they are recorded on."""
