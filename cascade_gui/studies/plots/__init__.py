"""What the answer of each study looks like: one file a study, found by its name.

Each has a function ``draw`` that makes a `cascade_gui.studies.drawing.picture.Picture` of a result, without a widget.
"""
