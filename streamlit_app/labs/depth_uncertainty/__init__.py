"""The experiment of section 13: depth of every pixel, and where it is uncertain."""
