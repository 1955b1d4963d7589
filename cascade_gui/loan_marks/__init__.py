"""Loans as marks on the axis of a price: which there are, where they stand, how they are drawn and moved."""
