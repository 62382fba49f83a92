"""The text of the lecture, one module a section, in our own words."""
