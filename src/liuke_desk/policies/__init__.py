"""Live policies: what may be offered, with script, cost and validity."""
