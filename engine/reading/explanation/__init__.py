"""Why an account was, or was not, liquidated: the working with its own numbers."""
