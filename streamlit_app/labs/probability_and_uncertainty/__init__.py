"""The experiment of section 10: a probability next to the cloud of samples behind it."""
