"""The open scenario: edits, undo, files, recovery."""
