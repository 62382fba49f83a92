"""The rethinking-generalization lab."""
