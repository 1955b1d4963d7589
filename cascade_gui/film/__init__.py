"""Films of a run: the stage, frame by frame, written as GIF, MP4 or pictures."""
