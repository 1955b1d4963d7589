"""Compiling the kernels before they are needed."""
