"""Pictures of plots and tables of results, out of the window."""
