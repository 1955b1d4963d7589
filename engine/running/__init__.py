"""Computing rounds: one run that is recorded, or many paths of which figures are kept."""
