"""The claims of the lecture, each a number that a run prints."""
