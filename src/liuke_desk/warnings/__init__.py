"""Early-warning lists: frozen on their day, set beside the one before, told to who owns the customers."""
