"""The experiment of section 19: what five examples are worth after other tasks were learned."""
