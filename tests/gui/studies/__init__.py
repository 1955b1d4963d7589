"""Tests of the view of studies."""
