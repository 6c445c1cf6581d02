"""Reports: who came, left, was suspended or is expected to leave; every number opens its customers."""
