"""How numbers, parameters and messages are written for people."""
