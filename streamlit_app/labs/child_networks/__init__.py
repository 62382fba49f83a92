"""The experiment of section 17: what a controller adds over random search and other searches."""
