"""The experiment of section 16: a controller's probabilities sharpen, and its children."""
