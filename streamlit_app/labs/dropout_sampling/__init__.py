"""The dropout-sampling laboratory."""
