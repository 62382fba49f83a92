"""The function-approximators laboratory."""
