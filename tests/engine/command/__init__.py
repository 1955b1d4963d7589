"""Tests of the `cascade` command."""
