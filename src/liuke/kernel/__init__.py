"""Words everybody shares: as-of days, money, bilingual texts, errors, seeds, fail-points."""
