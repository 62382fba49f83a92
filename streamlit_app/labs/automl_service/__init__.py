"""The experiment of section 18: data and metrics in, a network to deploy out."""
