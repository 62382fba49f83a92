"""The laboratory of robust adversarial examples."""
