"""Health: whether early warning keeps its promise, and whether its inputs drift."""
