"""The universal-approximation laboratory."""
