"""The second view of the window: questions that need many runs, their settings and their answers."""
