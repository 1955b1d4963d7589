"""The plots of a run: each a widget that is given a recording and a round to show."""
