"""Tests of the view that compares."""
