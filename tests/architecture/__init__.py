"""Tests of how the program is built."""
