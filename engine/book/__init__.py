"""The loan book as arrays by account, and its order of health."""
