"""The big numbers of the shown round."""
