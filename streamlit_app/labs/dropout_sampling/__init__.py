"""The dropout-sampling lab."""
