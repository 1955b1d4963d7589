"""What each kind of settlement did to an account in a round, worked out of a recording: one file a kind.

Each has a function `happened`; what it returns stands in `RoundOutcome.settled` and says in numbers what happened, and
whoever shows it finds the words.
"""
