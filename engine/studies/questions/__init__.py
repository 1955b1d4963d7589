"""One file a study. Its first line says what ``cascade NAME`` does; it holds its settings and ``STUDY``."""
