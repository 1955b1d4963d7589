"""The page that the window begins with: own files, what was not saved, and the examples as a gallery."""
