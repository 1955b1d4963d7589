"""Published and hand-computed results, and the tests that hold both engines to them."""
