"""What became of both arms, and the effect measured from it."""
