"""Who works here, in which unit, with which role, and what each may see."""
