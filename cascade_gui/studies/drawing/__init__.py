"""Pictures of answers: what stands in them, as plain values, and the widgets that draw them."""
