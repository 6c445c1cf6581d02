"""Who did what to whom, in chains that show tampering."""
