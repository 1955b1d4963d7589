"""Tests of Cascade; the folders mirror those of the program."""
