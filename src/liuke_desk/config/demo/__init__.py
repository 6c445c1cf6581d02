"""The demonstration: a simulated company with a campaign behind it and one at work."""
