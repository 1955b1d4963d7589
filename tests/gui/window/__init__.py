"""Tests of the whole window through its named actions."""
