"""The laboratory of the six limitations."""
