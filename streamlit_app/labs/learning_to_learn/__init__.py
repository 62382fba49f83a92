"""The experiment of section 15: a network that you design, placed among all of its space."""
