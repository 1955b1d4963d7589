"""Properties that hold for every scenario, on scenarios that hypothesis makes up."""
