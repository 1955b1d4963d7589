"""What is read from a recording: amounts at a round, events, figures, views, explanations."""
