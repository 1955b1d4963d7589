"""A margin engine closes positions at the market, and against others (perpetual futures)."""
