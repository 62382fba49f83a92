"""The hype-and-winters lab: a timeline of the field."""
