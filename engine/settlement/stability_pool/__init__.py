"""A pool pays the debt, other borrowers take what it cannot (Liquity)."""
