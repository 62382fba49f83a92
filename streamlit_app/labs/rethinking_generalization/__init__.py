"""The rethinking-generalization laboratory."""
