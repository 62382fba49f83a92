"""The function-approximators lab."""
