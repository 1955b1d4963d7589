"""Bringing data in: loan books, risk parameters, liquidity and price paths from files of other programs.

A book goes this way, for the command and for the window alike:

- `read_source.read_source`: a file's columns as text or numbers, with the rows as their user sees them.
- `choices.ImportChoices`: all that the user says; a mapping file keeps it.
- `book_reading.read_book`: the shape and the columns are recognised (`recognition`), numbers get their units
  (`decimal_sign`, `raw_units`, `share_forms`, `known_scales`), names are matched (`names`, `asset_aliases`), and a
  shape makes loans of the rows. The `Reading` has the loans, a preview, and `asking.Notes`: what was said, the
  questions with the answers as changes of the choices, the faults. An answer is taken by reading again with
  ``choices.changed(**answer.change)``.
- `build.import_book`: with what is known beside it (`around`), a scenario, and what it was checked by (`checks`).

`mapping` and `shapes` are the first version of this, which the window's dialog still uses.
"""
