"""Rows in: what each source promises, canonical tables and quarantine out."""
