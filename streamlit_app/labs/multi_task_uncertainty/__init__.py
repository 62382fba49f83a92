"""The experiment of section 14: one network for three tasks, and the weights of their losses."""
