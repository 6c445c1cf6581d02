"""Industry packs: declarations only, no code."""
