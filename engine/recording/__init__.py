"""What is kept of a run; knows nothing of what is read from it."""
