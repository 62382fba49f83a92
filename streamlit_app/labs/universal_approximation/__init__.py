"""The universal-approximation lab."""
