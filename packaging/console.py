"""What the other modules here say, and how they give up."""

from __future__ import annotations


class SetUpError(Exception):
    """The machine lacks something; the message says what to do about it."""


def say(text: str) -> None:
    """Print a line at once, so that it stands before what a started program prints."""
    print(text, flush=True)
