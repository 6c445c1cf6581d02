"""Tier schemes at the desk: read, drafted, foreseen, approved by another person, and put in force."""
