"""The hype-and-winters laboratory: a timeline to read."""
