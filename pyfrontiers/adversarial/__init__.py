"""Adversarial attacks: change the input, keep the weights."""
