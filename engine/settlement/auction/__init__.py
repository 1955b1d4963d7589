"""A falling-price auction for each account (Maker)."""
