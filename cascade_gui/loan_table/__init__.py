"""The loan book as a small spreadsheet: data, undo, filter, clipboard and the table that shows it."""
