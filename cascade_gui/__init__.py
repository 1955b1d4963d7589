"""The desktop window of Cascade: it shows what :mod:`engine` computes and edits what it reads."""
