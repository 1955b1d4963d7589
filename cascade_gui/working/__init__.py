"""Doing things in the background while the window stays alive."""
