"""Studies: searches whose children run on any executor, recorded in one file."""
