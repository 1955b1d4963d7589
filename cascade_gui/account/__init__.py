"""One account at the shown round: its working, its history, why it was or was not liquidated."""
