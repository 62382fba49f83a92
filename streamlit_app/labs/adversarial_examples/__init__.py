"""The adversarial-examples laboratory."""
