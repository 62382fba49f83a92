"""The lab on Bayesian neural networks."""
