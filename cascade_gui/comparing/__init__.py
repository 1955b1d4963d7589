"""The third view of the window: proposals and pinned runs beside the scenario, and whether they are better."""
