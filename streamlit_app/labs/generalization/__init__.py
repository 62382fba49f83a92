"""The laboratory of random labels."""
