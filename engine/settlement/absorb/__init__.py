"""The market takes over whole accounts and sells what it got (Compound III)."""
