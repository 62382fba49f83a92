"""Photographs and the image classifier that looks at them."""
