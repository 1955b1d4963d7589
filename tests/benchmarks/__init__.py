"""Speed, as ratios measured in one run; `dev.py bench` prints the table."""
