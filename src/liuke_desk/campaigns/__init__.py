"""Campaigns, their arms, and the tasks made from the treated arm."""
